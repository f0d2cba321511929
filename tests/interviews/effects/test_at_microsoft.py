"""Deleted candidates and disabled people reach the practice tenant: each event and person once."""

from portal.audit.act import Act
from portal.candidates import store as candidates
from portal.email import removal
from portal.group_calendars.roster import removal as calendar_removal
from portal.interviews.changes.homes import change_home
from portal.interviews.communication import Communication
from portal.interviews.effects import calendar_moves, deletions, departures, lost_groups
from portal.interviews.models import CalendarSource, Home, State
from portal.storage.rows import Rows
from tests.interviews.microsoft.conftest import env, microsoft, stage
from tests.interviews.microsoft.later import state
from tests.interviews.microsoft.stage import BY, GROUP, KIM, ROSA, SAM, Stage, addresses
from tests.support import builders

__all__ = ["env", "microsoft", "stage"]


def act(stage: Stage) -> Act:
    return Act(stage.rows, BY, stage.now)


def delete_rosa(rows: Rows, stage: Stage) -> None:
    rosa = candidates.candidate(rows, "rosa")
    removal.delete_candidate(act(stage), rosa, first=deletions.cancel_all)


def test_a_deleted_candidates_interview_is_cancelled_before_it_is_forgotten(stage: Stage) -> None:
    stage.schedule()
    stage.work()

    delete_rosa(stage.rows, stage)
    assert deletions.forget(act(stage)) == 0
    stage.work_until_done()

    assert stage.at_microsoft() == []
    cancelled = [stage.mails["cancel", each] for each in (ROSA, SAM, KIM)]
    assert cancelled == [1, 1, 1]
    assert stage.one.state is State.CANCELLED
    assert stage.claims == 0
    assert deletions.forget(act(stage)) == 1
    assert (stage.one.candidate_name, stage.one.candidate_address) == ("", "")
    assert set(stage.ledger) == {SAM, KIM}


def test_a_disabled_person_is_taken_off_the_event(stage: Stage) -> None:
    stage.schedule()
    stage.work()

    departures.disable(act(stage), "sam")
    stage.work_until_done()

    panel, _ = stage.at_microsoft()
    assert addresses(panel) == {KIM}
    assert (stage.mails["cancel", SAM], stage.mails["cancel", KIM]) == (1, 0)
    assert state(stage) is State.SCHEDULED


def test_a_group_calendar_is_removed_once_its_last_event_is_gone(stage: Stage) -> None:
    stage.schedule(calendar="group")
    stage.work()
    assert len(stage.at_microsoft(GROUP)) == 2

    calendar_moves.move_and_remove(act(stage), "hiring", to=calendar_moves.OWN)
    calendar_removal.remove_empty(act(stage))
    assert builders.ids(stage.rows, "group_calendars") == ["hiring"]
    stage.work_until_done()

    assert stage.at_microsoft(GROUP) == []
    assert len(stage.at_microsoft()) == 2
    told = [(stage.mails["request", each], stage.mails["cancel", each]) for each in (ROSA, SAM)]
    assert told == [(2, 1), (2, 1)]
    assert state(stage) is State.SCHEDULED
    calendar_removal.remove_empty(act(stage))
    assert builders.ids(stage.rows, "group_calendars") == []


def test_interviews_of_a_deleted_group_ask_and_go_on_elsewhere(stage: Stage) -> None:
    stage.schedule(calendar="group")
    stage.work()
    lost_groups.ask_all(act(stage))
    assert state(stage) is State.SCHEDULED
    stage.env.sandbox.control("DELETE", f"groups/{stage.event().group_id}")
    stage.env.sandbox.control("DELETE", "invitations")
    times = ("due_at", "next_round_at", "gone_since")
    gone: dict[str, builders.Value] = {"id": "hiring", **dict.fromkeys(times, stage.now)}
    builders.insert(stage.rows, "group_calendar_watches", gone)

    for _ in range(2):
        lost_groups.ask_all(act(stage))

    assert state(stage) is State.ASKS
    assert "Microsoft no longer finds “Recruiting”" in stage.one.reason
    audited = stage.env.audited()
    assert sum(name == "interview asks" for name, *_ in audited) == 1
    own = Communication(Home.ORGANIZER, CalendarSource.INTERVIEW)
    change_home(act(stage), "first", version=stage.one.version, calendar=own, organizer_id="priya")
    stage.work_until_done()
    lost_groups.ask_all(act(stage))
    assert state(stage) is State.SCHEDULED
    assert [stage.mails["request", each] for each in (ROSA, SAM, KIM)] == [1, 1, 1]
