"""A person's own sessions and password."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.audit.act import Act
from portal.audit.actions import Action
from portal.config import Config
from portal.errors import Invalid, NotAllowed
from portal.storage import sessions
from portal.storage.rows import Rows
from portal.storage.sessions import SessionRow
from portal.users import passwords, store
from portal.users.models import User
from portal.wording import counted

NOT_OWN = "That is not your password. Please try again."


@dataclass(frozen=True)
class OwnSession:
    """One of a person's sessions. `name` tells it apart on its page and opens nothing."""

    name: str
    started_at: datetime
    seen_at: datetime
    peer: str
    is_this: bool


def own_sessions(
    rows: Rows, config: Config, user_id: str, *, this: str, now: datetime
) -> list[OwnSession]:
    """The sessions of a person, this one first and then the latest used. `this`: its hash."""
    present = sessions.of_user(
        rows,
        user_id,
        seen_after=now - timedelta(minutes=config.idle_minutes),
        created_after=now - timedelta(hours=config.absolute_hours),
    )
    return sorted((_shown(each, this) for each in present), key=lambda each: not each.is_this)


def _shown(row: SessionRow, this: str) -> OwnSession:
    return OwnSession(
        name=row.id_hash[: sessions.NAME_LENGTH],
        started_at=row.created_at,
        seen_at=row.seen_at,
        peer=row.peer,
        is_this=row.id_hash == this,
    )


def end_one(act: Act, user: User, name: str, *, this: str) -> bool:
    """End another session of a person. False if it has ended already."""
    with act.rows.write():
        count = sessions.delete_named(act.rows, user.id, name, but=this)
        if count:
            _record(act, user, count)
    return count > 0


def end_others(act: Act, user: User, *, this: str) -> int:
    """End all sessions of a person but this one."""
    with act.rows.write():
        count = sessions.delete_of_user(act.rows, user.id, but=this)
        _record(act, user, count)
    return count


def _record(act: Act, user: User, count: int) -> None:
    act.record(Action.SESSIONS_ENDED, user.label, new=counted(count, "session"))


def change_password(act: Act, user: User, *, present: str, new: str, this: str) -> int:
    """Give a person another local password; how many other sessions it ended.

    Raises Invalid for a wrong or weak one. A wrong one is recorded, as a refused sign-in is.
    """
    if user.password_hash is None:
        raise NotAllowed("You sign in without a password of this portal.")
    if not passwords.matches(present, user.password_hash):
        with act.rows.write():
            act.record(Action.PASSWORD_CHANGED, user.label, result="refused", new="wrong password")
        raise Invalid(NOT_OWN, field="present")
    new_hash = passwords.hashed(new, name=user.display_name, address=user.sign_in_address or "")
    if present == new:
        raise Invalid("This is your present password. Please choose another.", field="password")
    with act.rows.write():
        store.save_password(act.rows, user.id, new_hash, sign_in_address=user.sign_in_address or "")
        act.record(Action.PASSWORD_CHANGED, user.label)
        return sessions.delete_of_user(act.rows, user.id, but=this)
