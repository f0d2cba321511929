"""Changes an admin makes to users: enable, disable, change role, end sessions."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from portal.audit.act import Act
from portal.audit.actions import Action
from portal.errors import Conflict
from portal.storage import sessions
from portal.storage.rows import Rows
from portal.users import invitation_store, people_store, roles, store
from portal.users.models import Role, User
from portal.wording import counted

LAST_ADMIN = (
    "{name} is the last administrator who can sign in. Make somebody else an administrator first."
)
ROOM_DELEGATE = (
    "{name} is the delegated room sync user. Choose another delegated room sync user first, under "
    "Integrations, Microsoft 365."
)


def set_enabled(act: Act, user_id: str, *, enabled: bool) -> User:
    """Enable or disable a user. A disabled one is signed out at once. Does nothing if unchanged."""
    with act.rows.write():
        user = store.user(act.rows, user_id)
        if (user.is_enabled if enabled else user.may_sign_in) == enabled:
            return user
        if enabled:
            _require_directory(act.rows, user)
        else:
            _require_successor(act.rows, user)
            _require_other_delegate(act.rows, user)
            _take_away(act.rows, user, act.now)
        store.save_enabled(act.rows, user_id, enabled=enabled)
        act.record(
            Action.ENABLED_FOR_SIGN_IN if enabled else Action.DISABLED_FOR_SIGN_IN,
            user.label,
            old="enabled" if user.may_sign_in else "disabled",
            new="enabled" if enabled else "disabled",
        )
    return replace(user, is_enabled=enabled, kept_out=None)


def enable_some(act: Act, user_ids: Iterable[str]) -> int:
    """Enable these users, all or none, and return how many were disabled before."""
    with act.rows.write():
        before = [store.user(act.rows, user_id) for user_id in user_ids]
        wanted = [user for user in before if not user.is_enabled]
        for user in wanted:
            set_enabled(
                act,
                user.id,
                enabled=True,
            )
    return len(wanted)


def enable_waiting(act: Act) -> int:
    """Enable every user of the directory who waits."""
    with act.rows.write():
        count = people_store.enable_waiting(act.rows)
        if count:
            act.record(
                Action.ENABLED_FOR_SIGN_IN,
                counted(count, "person"),
                old="waiting",
                new="enabled",
            )
    return count


def note_export(act: Act, count: int, *, filter: str) -> None:
    with act.rows.write():
        act.record(
            Action.PEOPLE_EXPORTED,
            counted(count, "person"),
            new=filter,
        )


def change_role(act: Act, user_id: str, *, role: Role) -> User:
    """Change a role. Takes effect at the person's next request, in every tab."""
    with act.rows.write():
        user = store.user(act.rows, user_id)
        if user.role is role:
            return user
        if user.is_admin:
            _require_successor(act.rows, user)
            invitation_store.withdraw_all_of(act.rows, user.id, act.now)
        changed = roles.assign(act.rows, user, role)
        act.record(
            Action.ROLE_CHANGED,
            user.label,
            old=str(user.role),
            new=str(role),
        )
    return changed


def end_sessions(act: Act, user_id: str) -> tuple[User, int]:
    with act.rows.write():
        user = store.user(act.rows, user_id)
        count = sessions.delete_of_user(act.rows, user_id)
        act.record(
            Action.SESSIONS_ENDED,
            user.label,
            new=counted(count, "session"),
        )
    return user, count


def end_all_sessions(act: Act, *, but: str) -> int:
    """End every session except the one that asks."""
    with act.rows.write():
        count = sessions.delete_all_but(act.rows, but)
        act.record(
            Action.SESSIONS_ENDED,
            "everybody",
            new=counted(count, "session"),
        )
    return count


def _require_directory(rows: Rows, user: User) -> None:
    """Refuse a user the directory keeps out. An admin's local password works all the same."""
    if user.is_kept_out_by_directory and store.directory_decides(rows):
        raise Conflict(
            f"{user.display_name} is kept out by your directory ({user.kept_out_label.lower()}). "
            "Change that at Microsoft, and they can sign in again."
        )


def last_admin(rows: Rows) -> str:
    """The id of the only administrator who can sign in, or nothing if there are more."""
    able = store.admins_who_can_sign_in(rows)
    return able[0].id if len(able) == 1 else ""


def _require_successor(rows: Rows, user: User) -> None:
    if not user.is_admin or not user.may_sign_in:
        return
    if last_admin(rows) == user.id:
        raise Conflict(LAST_ADMIN.format(name=user.display_name))


def _require_other_delegate(rows: Rows, user: User) -> None:
    if store.is_room_delegate(rows, user.id):
        raise Conflict(ROOM_DELEGATE.format(name=user.display_name))


def _take_away(rows: Rows, user: User, now: datetime) -> None:
    sessions.delete_of_user(rows, user.id)
    invitation_store.withdraw_all_of(rows, user.id, now)
