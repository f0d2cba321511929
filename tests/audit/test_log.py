"""The audit log: an entry is written with its change and never edited."""

from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient

from portal.audit import store
from portal.audit.act import Act
from portal.audit.actions import Action
from portal.audit.models import Actor, Wanted
from portal.storage.rows import DatabaseFailed, Rows
from tests import pages
from tests.support.browser import send


def test_entry_outside_a_transaction_is_refused(people: Rows, actor: Actor, now: datetime) -> None:
    with pytest.raises(RuntimeError, match="transaction of the act"):
        Act(people, actor, now).record(
            Action.SIGNED_IN,
            "t",
        )


def test_entry_of_a_failed_change_is_rolled_back(people: Rows, actor: Actor, now: datetime) -> None:
    def fail() -> None:
        with people.write():
            Act(people, actor, now).record(
                Action.SIGNED_IN,
                "t",
            )
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    assert list(store.entries(people, Wanted())) == []


@pytest.mark.parametrize("change", ["update audit_log set target = 'x'", "delete from audit_log"])
def test_entries_cannot_be_changed(people: Rows, actor: Actor, now: datetime, change: str) -> None:
    with people.write():
        Act(people, actor, now).record(
            Action.SIGNED_IN,
            "t",
        )

    with pytest.raises(DatabaseFailed, match="append-only"), people.write():
        people.execute(change)


def test_entry_has_every_given_value(people: Rows, now: datetime) -> None:
    actor = Actor("alex", "Alex Berg", "192.0.2.1", "r1", "tenant")
    with people.write():
        Act(people, actor, now).record(
            Action.SIGNED_IN,
            "t",
            result="refused",
            old="1",
            new="2",
        )

    entry = next(store.entries(people, Wanted()))
    assert (entry.actor, entry.at, entry.result, entry.old, entry.new) == (
        actor, now, "refused", "1", "2",
    )  # fmt: skip  # one comparison


def test_page_lists_the_newest_first_and_searches(
    people: Rows, alex: FlaskClient, actor: Actor, now: datetime
) -> None:
    with people.write():
        for number in range(60):
            Act(people, actor, now + timedelta(seconds=number)).record(
                Action.SIGNED_IN if number % 2 else Action.SIGNED_OUT,
                f"row {number:02}",
            )

    first = alex.get("/admin/audit-log").text
    second = alex.get("/admin/audit-log?page=2").text
    one = alex.get("/admin/audit-log?q=ROW+07").text
    kind = alex.get("/admin/audit-log?action=signed+out").text

    assert pages.complaints(first) == []
    assert first.index("row 59") < first.index("row 58")
    assert "row 09" not in first
    assert "row 09" in second
    assert "row 07" in one
    assert "row 08" not in one
    assert "row 58" in kind
    assert "row 59" not in kind


def test_entry_of_a_page_has_actor_peer_and_request(people: Rows, alex: FlaskClient) -> None:
    send(alex, "/admin/users/kim/role", role="member")

    entry = next(store.entries(people, Wanted()))
    assert (entry.actor.id, entry.actor.name) == ("alex", "Alex Berg")
    assert entry.actor.peer == "127.0.0.1"
    assert len(entry.actor.request_id or "") == 12


def test_text_of_strangers_is_escaped(
    people: Rows, alex: FlaskClient, actor: Actor, now: datetime
) -> None:
    with people.write():
        Act(people, actor, now).record(
            Action.SIGNED_IN,
            "<b>x</b>\u202e",
        )

    html = alex.get("/admin/audit-log").text

    assert "<b>x</b>" not in html
    assert "\u202e" not in html
