"""A local account that owns a shared mailbox and becomes a person, who owns it from then on."""

from datetime import datetime

import pytest

from portal.audit.act import Act
from portal.audit.models import Actor
from portal.entra.models import Identity
from portal.errors import NotFound
from portal.shared_mailboxes import additions, store
from portal.storage.rows import Rows
from portal.users import identities
from tests.support import builders
from tests.support.raw_rows import raw

BEN = Identity("northwind", "object-ben", "ben@northwind.example", "Ben Roth")


@pytest.fixture
def act(team: Rows, now: datetime) -> Act:
    """A local account and Priya decide for jobs@. Ben recruits and is no owner."""
    builders.user(team, "Ben Roth")
    local = {"tenant_id": None, "object_id": None, "password_hash": "x"}
    builders.user(team, "Lo Cal", id="local", role="admin", **local)
    own(team, "local")
    return Act(team, Actor("local", "Lo Cal"), now)


def own(rows: Rows, user_id: str) -> None:
    raw(rows).execute(
        "insert into mailbox_owners (account_id, user_id, added_by, added_at) "
        "values ('jobs', ?, 'Alex Berg', '2026-11-24T14:00:00Z')",
        [user_id],
    )


def owners(rows: Rows) -> list[str]:
    return [each.user_id for each in store.mailbox(rows, "jobs").owners]


def deciders(rows: Rows) -> list[str]:
    sql = "select user_id from mailbox_deciders where account_id = 'jobs' and user_id <> 'jobs'"
    return sorted(rows.all(str, sql))


def test_person_decides_for_the_mailboxes_of_their_local_account(act: Act) -> None:
    before = owners(act.rows)

    identities.bind(act, "local", BEN)

    assert before == ["local", "priya"]
    assert owners(act.rows) == ["ben", "priya"]
    assert deciders(act.rows) == ["ben", "priya"]
    assert store.account(act.rows, "jobs", decided_by="ben").id == "jobs"
    assert [each.account_id for each in store.mailboxes_decided_by(act.rows, "ben")] == ["jobs"]
    with pytest.raises(NotFound):
        store.account(act.rows, "jobs", decided_by="local")


def test_owner_by_both_accounts_is_one_owner(act: Act) -> None:
    own(act.rows, "ben")

    identities.bind(act, "local", BEN)

    assert owners(act.rows) == ["ben", "priya"]
    assert deciders(act.rows) == ["ben", "priya"]


def test_mailbox_is_decided_for_after_its_only_owner_became_a_person(act: Act) -> None:
    additions.change_owners(act, "jobs", ["local"])

    identities.bind(act, "local", BEN)

    assert store.undecided(act.rows) == []


def test_person_can_cease_to_be_an_owner(act: Act) -> None:
    identities.bind(act, "local", BEN)

    additions.change_owners(act, "jobs", ["priya"])

    assert owners(act.rows) == ["priya"]
    assert raw(act.rows)["mailbox_owners"].count == 1
