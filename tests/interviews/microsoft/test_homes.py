"""Another calendar or organizer: new events, then the old ones are cancelled, each told once."""

from collections import Counter

import pytest

from portal.errors import Invalid
from portal.group_calendars import store as group_calendars
from portal.interviews import store
from portal.interviews.changes.homes import change_home
from portal.interviews.communication import Communication
from portal.interviews.models import CalendarSource, Home, State, Step
from tests.interviews.microsoft.later import scheduled, state
from tests.interviews.microsoft.stage import GROUP, KIM, PRIYA, ROSA, SAM, Stage, addresses, once


def on_group(stage: Stage) -> Communication:
    hiring = group_calendars.calendar(stage.rows, "hiring")
    return Communication(Home.GROUP, CalendarSource.INTERVIEW, hiring)


def test_the_events_move_to_a_groups_calendar(stage: Stage) -> None:
    scheduled(stage)
    change_home(stage.act, "first", version=1, calendar=on_group(stage), organizer_id="priya")

    assert stage.work() == ""

    assert state(stage) is State.SCHEDULED
    assert stage.at_microsoft(PRIYA) == []
    assert {SAM, KIM} <= addresses(stage.at_microsoft(GROUP)[0])
    cancelled = Counter(("cancel", each) for each in (SAM, KIM, ROSA))
    assert stage.mails == once(SAM, KIM, ROSA) + cancelled
    assert [each.step for each in store.events(stage.rows, "first")][2:] == [Step.GONE] * 2
    assert not any(each.withdrawn_at for each in stage.ledger.values())
    assert stage.claims == 2


def test_the_same_calendar_changes_nothing(stage: Stage) -> None:
    scheduled(stage)
    own = Communication(Home.ORGANIZER, CalendarSource.INTERVIEW)

    change_home(stage.act, "first", version=1, calendar=own, organizer_id="priya")

    assert stage.one.version == 1


def test_somebody_who_cannot_organize_is_refused(stage: Stage) -> None:
    scheduled(stage)
    stage.hire("Alex Berg")
    with pytest.raises(Invalid):
        change_home(stage.act, "first", version=1, calendar=on_group(stage), organizer_id="alex")
    assert stage.one.version == 1
