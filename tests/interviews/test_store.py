"""An interview, its panel, events and ledger are read back as they were saved."""

from dataclasses import replace
from datetime import timedelta

from portal import clock
from portal.interviews import store
from portal.interviews.models import Attends, Reply, Role, State, Step
from portal.storage.rows import Rows
from tests.support import builders


def _rosas(rows: Rows) -> str:
    now = clock.utc_now()
    builders.user(rows, "Priya Kaur")
    builders.user(rows, "Kim Lund", role="limited")
    builders.candidate(rows, "Rosa Ortega", "rosa.ortega@mail.example", now=now)
    return builders.interview(rows, "first", at=now + timedelta(days=1), panel=["kim", "priya"])


def test_an_interview_is_found_with_its_candidate_and_its_panel(rows: Rows) -> None:
    one = store.interview(rows, _rosas(rows))
    assert store.of_candidate(rows, "rosa") == [one]
    assert one.state is State.SCHEDULED
    assert one.length == timedelta(hours=1)
    assert [each.user_id for each in store.panel(rows, "first")] == ["kim", "priya"]


def test_all_of_an_interview_can_be_saved(rows: Rows) -> None:
    one = store.interview(rows, _rosas(rows))
    changed = replace(one, title="Second", version=2, state=State.CHANGING)
    with rows.write():
        store.save(rows, changed)
    assert store.interview(rows, "first") == changed


def test_its_events_and_ledger_are_found(rows: Rows) -> None:
    _rosas(rows)
    at = clock.utc_now() + timedelta(days=1)
    builders.interview_event(rows, "first", "candidate", step="linked")
    builders.interview_event(rows, "first")
    builders.told(rows, "first", "Kim Lund", "kim@northwind.example", at=at, reply="accepted")
    builders.told(rows, "first", "Rosa Ortega", "rosa.ortega@mail.example", at=at, role="candidate")
    events = store.events(rows, "first")
    assert [(each.role, each.step) for each in events] == [
        (Role.INTERNAL, Step.INVITED),
        (Role.CANDIDATE, Step.LINKED),
    ]
    told = store.ledger(rows, "first")
    assert [(each.role, each.reply) for each in told] == [
        (Attends.CANDIDATE, Reply.NONE),
        (Attends.PANEL, Reply.ACCEPTED),
    ]
