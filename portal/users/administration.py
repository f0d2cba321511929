"""Changes an admin makes to users: enable, disable, change role, end sessions."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from portal.audit.actions import Action
from portal.audit.log import Actor, record
from portal.errors import Conflict
from portal.storage import sessions
from portal.storage.rows import Rows
from portal.users import invitation_store, people_store, store
from portal.users.models import Role, User

LAST_ADMIN = (
    "{name} is the last administrator who can sign in. Make somebody else an administrator first."
)
ROOM_DELEGATE = (
    "{name} is the delegated room sync user. Choose another delegated room sync user first, under "
    "Integrations, Microsoft 365."
)


def set_enabled(rows: Rows, user_id: str, *, enabled: bool, actor: Actor, now: datetime) -> User:
    """Enable or disable a user. A disabled one is signed out at once. Does nothing if unchanged."""
    with rows.write():
        user = store.user(rows, user_id)
        if user.is_enabled == enabled:
            return user
        if enabled:
            _insist_on_directory(rows, user)
        else:
            _insist_on_successor(rows, user)
            _insist_on_other_delegate(rows, user)
            _take_away(rows, user, now)
        store.save_enabled(rows, user_id, enabled=enabled)
        record(
            rows,
            actor=actor,
            action=Action.ENABLED_FOR_SIGN_IN if enabled else Action.DISABLED_FOR_SIGN_IN,
            target=user.label,
            old="enabled" if user.is_enabled else "disabled",
            new="enabled" if enabled else "disabled",
            at=now,
        )
    return replace(user, is_enabled=enabled, kept_out=None)


def enable_some(rows: Rows, user_ids: Iterable[str], *, actor: Actor, now: datetime) -> int:
    """Enable these users, all or none, and return how many were disabled before."""
    with rows.write():
        before = [store.user(rows, user_id) for user_id in user_ids]
        wanted = [user for user in before if not user.is_enabled]
        for user in wanted:
            set_enabled(rows, user.id, enabled=True, actor=actor, now=now)
    return len(wanted)


def enable_waiting(rows: Rows, *, actor: Actor, now: datetime) -> int:
    """Enable every user of the directory who waits."""
    with rows.write():
        count = people_store.enable_waiting(rows)
        if count:
            record(
                rows,
                actor=actor,
                action=Action.ENABLED_FOR_SIGN_IN,
                target="1 person" if count == 1 else f"{count} people",
                old="waiting",
                new="enabled",
                at=now,
            )
    return count


def note_export(rows: Rows, count: int, *, filter: str, actor: Actor, now: datetime) -> None:
    with rows.write():
        record(
            rows,
            actor=actor,
            action=Action.PEOPLE_EXPORTED,
            target="1 person" if count == 1 else f"{count} people",
            new=filter,
            at=now,
        )


def change_role(rows: Rows, user_id: str, *, role: Role, actor: Actor, now: datetime) -> User:
    """Change a role. Takes effect at the person's next request, in every tab."""
    with rows.write():
        user = store.user(rows, user_id)
        if user.role is role:
            return user
        if user.is_admin:
            _insist_on_successor(rows, user)
            invitation_store.withdraw_all_of(rows, user.id, now)
        store.save_role(rows, user_id, role)
        record(
            rows,
            actor=actor,
            action=Action.ROLE_CHANGED,
            target=user.label,
            old=str(user.role),
            new=str(role),
            at=now,
        )
    return replace(user, role=role)


def end_sessions(rows: Rows, user_id: str, *, actor: Actor, now: datetime) -> tuple[User, int]:
    with rows.write():
        user = store.user(rows, user_id)
        count = sessions.delete_of_user(rows, user_id)
        record(
            rows,
            actor=actor,
            action=Action.SESSIONS_ENDED,
            target=user.label,
            new=f"{count} sessions",
            at=now,
        )
    return user, count


def end_all_sessions(rows: Rows, *, but: str, actor: Actor, now: datetime) -> int:
    """End every session except the one that asks."""
    with rows.write():
        count = sessions.delete_all(rows, but=but)
        record(
            rows,
            actor=actor,
            action=Action.SESSIONS_ENDED,
            target="everybody",
            new=f"{count} sessions",
            at=now,
        )
    return count


def _insist_on_directory(rows: Rows, user: User) -> None:
    """Refuse a user the directory keeps out, unless they have a local password."""
    if user.is_kept_out_by_directory and not user.is_local and store.directory_decides(rows):
        raise Conflict(
            f"{user.display_name} is kept out by your directory ({user.kept_out_label.lower()}). "
            "Put that right at Microsoft, and they can sign in here again by themselves."
        )


def _insist_on_successor(rows: Rows, user: User) -> None:
    if not user.is_admin or not user.is_enabled:
        return
    if all(other.id == user.id for other in store.admins_who_can_sign_in(rows)):
        raise Conflict(LAST_ADMIN.format(name=user.display_name))


def _insist_on_other_delegate(rows: Rows, user: User) -> None:
    if store.is_room_delegate(rows, user.id):
        raise Conflict(ROOM_DELEGATE.format(name=user.display_name))


def _take_away(rows: Rows, user: User, now: datetime) -> None:
    sessions.delete_of_user(rows, user.id)
    invitation_store.withdraw_all_of(rows, user.id, now)
