"""Give a person another role. Only they decide about their mailbox then."""

from dataclasses import replace

from portal.storage.rows import Rows
from portal.users import store
from portal.users.models import Role, RoleNotice, User


def assign(rows: Rows, user: User, role: Role) -> User:
    """Save a role. Belongs inside write(). Email sync waits until the person was asked or told.

    A limited person who turned their sync on is not asked again.
    """
    notice = _notice(rows, user, role)
    store.save_role(rows, user.id, role, notice=notice)
    return replace(user, role=role, role_notice=notice)


def _notice(rows: Rows, user: User, role: Role) -> RoleNotice | None:
    becomes_limited = role is Role.LIMITED
    if becomes_limited != user.is_member:
        return user.role_notice
    if becomes_limited:
        return RoleNotice.BECAME_LIMITED
    return None if store.syncs_email(rows, user.id) else RoleNotice.BECAME_MEMBER
