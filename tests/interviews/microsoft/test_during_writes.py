"""A change that a page makes during a write is carried out, whatever becomes of the write."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from portal.graph.errors import PermissionMissing
from portal.interviews.changes.homes import change_home
from portal.interviews.changes.withdrawals import cancel
from portal.interviews.communication import Communication
from portal.interviews.effects import deletions
from portal.interviews.microsoft import calendar_events, link, update
from portal.interviews.microsoft.calendar_events import Found
from portal.interviews.models import CalendarSource, Goal, Home, State
from tests.interviews.microsoft.later import moved, scheduled, state
from tests.interviews.microsoft.stage import ORGANIZES, PRIYA, Stage

OWN = Communication(Home.ORGANIZER, CalendarSource.INTERVIEW)


def test_a_cancellation_before_a_question_is_carried_out(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    scheduled(stage)
    moved(stage)

    def during(_work: Any, calendar: Any, _known: Any, event: Any) -> None:
        present = calendar_events.read(calendar, event.graph_id)
        with stage.rows.write():
            deletions.cancel_all(stage.act, "rosa")
        raise update.MovedOutside(_later(present))

    monkeypatch.setattr(update, "_changed", during)

    assert stage.work() == ""

    assert (state(stage), stage.at_microsoft()) == (State.CANCELLED, [])


def _later(present: Found) -> Found:
    """The event as somebody moved it in Outlook."""
    day = timedelta(days=1)
    return replace(present, starts_at=present.starts_at + day, ends_at=present.ends_at + day)


def test_another_organizer_before_the_end_of_a_try_makes_new_events(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.hire("Alex Berg")
    stage.connect("alex", *ORGANIZES)
    stage.schedule(place="teams")
    stage.env.sandbox.control("PATCH", "meetings", {"teams": "never"})
    meeting = link._meeting

    def during(*_args: Any) -> str:
        change_home(stage.act, "first", version=1, calendar=OWN, organizer_id="alex")
        monkeypatch.setattr(link, "_meeting", meeting)
        stage.env.sandbox.control("PATCH", "meetings", {"teams": "now"})
        raise PermissionMissing("No license.")

    monkeypatch.setattr(link, "_meeting", during)

    assert stage.work() == ""

    assert (state(stage), stage.one.organizer_id, stage.claims) == (State.SCHEDULED, "alex", 2)
    assert stage.at_microsoft(PRIYA) == []
    assert len(stage.at_microsoft("alex@northwind.example")) == 2


def test_what_asks_during_a_cancellation_can_be_cancelled_again(stage: Stage) -> None:
    scheduled(stage)
    cancel(stage.act, "first", version=1)
    stage.fault("/cancel", method="POST", status=503, times=9)
    stage.work()
    stage.pass_time(minutes=61)
    stage.work()
    assert (state(stage), stage.one.goal) == (State.ASKS, Goal.CANCELLED)
    stage.env.sandbox.control("DELETE", "faults")

    cancel(stage.act, "first", version=2)
    stage.work()

    assert state(stage) is State.CANCELLED
