"""Another role, and what it asks the person about their mailbox."""

from datetime import datetime

import pytest

from portal.audit.act import Act
from portal.audit.models import Actor
from portal.storage.rows import Rows
from portal.users import administration, store
from portal.users.models import Role, RoleNotice, User
from tests.support import builders

BY = Actor(id=None, name="Alex Berg")


def change(rows: Rows, now: datetime, user_id: str, role: Role) -> User:
    administration.change_role(Act(rows, BY, now), user_id, role=role)
    return store.user(rows, user_id)


@pytest.mark.parametrize(
    ("before", "after", "notice"),
    [
        (Role.LIMITED, Role.MEMBER, RoleNotice.BECAME_MEMBER),
        (Role.LIMITED, Role.ADMIN, RoleNotice.BECAME_MEMBER),
        (Role.MEMBER, Role.LIMITED, RoleNotice.BECAME_LIMITED),
        (Role.MEMBER, Role.ADMIN, None),
        (Role.ADMIN, Role.MEMBER, None),
    ],
)
def test_role_that_opens_or_closes_a_mailbox_is_told(
    rows: Rows, now: datetime, before: Role, after: Role, notice: RoleNotice | None
) -> None:
    builders.user(rows, "Alex Berg", role="admin")
    builders.user(rows, "Kim Lund", role=before)

    kim = change(rows, now, "kim", after)

    assert (kim.role, kim.role_notice) == (after, notice)
    assert store.syncs_email(rows, "kim") is (notice is None)


def test_limited_person_who_syncs_already_is_not_asked(rows: Rows, now: datetime) -> None:
    builders.user(rows, "Kim Lund", role="limited")
    builders.mailbox(rows, "kim")

    assert change(rows, now, "kim", Role.MEMBER).role_notice is None
    assert store.syncs_email(rows, "kim")


def test_way_there_and_back_asks_before_mail_is_synced_again(rows: Rows, now: datetime) -> None:
    builders.user(rows, "Priya Kaur")
    builders.mailbox(rows, "priya")

    change(rows, now, "priya", Role.LIMITED)
    priya = change(rows, now, "priya", Role.MEMBER)

    assert priya.role_notice is RoleNotice.BECAME_MEMBER
    assert not store.syncs_email(rows, "priya")
