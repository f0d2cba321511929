"""The same form twice, the same people twice: one interview, or a second look."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from portal.errors import Conflict
from portal.interviews.claims import Taken
from portal.interviews.models import Interview, State
from portal.interviews.plan.scheduled import Busy, schedule
from portal.storage.ids import new_id
from tests.interviews.scheduled.conftest import HOUR, OWN, Desk
from tests.support import builders


def send(desk: Desk, **changes: Any) -> Interview:
    return schedule(desk.act, "rosa", desk.drafted(**changes))


def test_form_sent_twice_makes_one_interview(desk: Desk) -> None:
    draft = desk.draft

    first = schedule(desk.act, "rosa", draft)
    again = schedule(desk.act, "rosa", draft)

    assert first == again
    assert desk.count("interviews") == 1
    actions = [each["action"] for each in desk.audited]
    assert actions.count("interview scheduled") == 1


def test_form_number_of_another_candidate_is_refused(desk: Desk) -> None:
    builders.candidate(desk.rows, "Noa Levi", "noa@mail.example", now=desk.act.now)
    draft = desk.draft
    schedule(desk.act, "rosa", draft)

    with pytest.raises(Conflict, match="sent already, for another candidate"):
        schedule(desk.act, "noa", draft)


def test_twenty_sends_of_one_form_at_once_make_one_interview(desk: Desk) -> None:
    draft = desk.draft

    with ThreadPoolExecutor(20) as pool:
        made = [*pool.map(lambda _: schedule(desk.act, "rosa", draft).id, range(20))]

    assert len({*made}) == 1
    assert desk.count("interviews") == 1
    assert desk.count("interview_events") == 2
    assert desk.count("feed_entries") == 1


def test_two_people_scheduling_the_same_panel_at_once_make_one_interview(desk: Desk) -> None:
    desk.connect("alex", OWN)
    drafts = [desk.drafted(form_number=new_id(), organizer_id=each) for each in ("priya", "alex")]

    def attempt(number: int) -> str:
        try:
            return schedule(desk.act, "rosa", drafts[number]).id
        except Taken as refusal:
            return str(refusal)

    with ThreadPoolExecutor(2) as pool:
        made = [*pool.map(attempt, range(2))]

    assert desk.count("interviews") == 1
    assert sum("were just booked for" in each for each in made) == 1


def test_overlap_with_another_interview_needs_a_second_look(desk: Desk) -> None:
    desk.hold(desk.at, person="sam")

    with pytest.raises(Taken, match="Sam Reed was just booked") as refused:
        send(desk)

    assert refused.value.may_override
    assert desk.count("interviews") == 1
    assert send(desk, override=True).state is State.WRITING


def test_room_is_never_booked_twice(desk: Desk) -> None:
    desk.hold(desk.at, room="aurora@northwind.example")

    with pytest.raises(Taken, match="Choose another room or time"):
        send(desk, room_id="aurora", override=True)


def test_next_hour_is_no_overlap(desk: Desk) -> None:
    desk.hold(desk.at + HOUR, person="sam")
    desk.hold(desk.at - HOUR, person="sam")

    assert send(desk).state is State.WRITING


def busy(desk: Desk, user_id: str) -> None:
    """Let Portal have read that a person is busy during the hour."""
    now = desk.act.now
    read: dict[str, builders.Value] = {
        "id": user_id,
        "user_id": user_id,
        "due_at": desk.at,
        "opened_at": now,
    }
    known: dict[str, builders.Value] = {
        "wanted_until": desk.at,
        "last_success_at": now,
        "source": "organization",
    }
    builders.insert(desk.rows, "calendar_reads", read | known)
    times: dict[str, builders.Value] = {
        "starts_at": desk.at,
        "ends_at": desk.at + HOUR,
        "zone": "UTC",
        "show_as": "busy",
    }
    flags: dict[str, builders.Value] = {"is_all_day": 0, "is_cancelled": 0, "is_declined": 0}
    event: dict[str, builders.Value] = {"user_id": user_id, "event_id": "event"}
    builders.insert(desk.rows, "calendar_times", event | times | flags)


def test_busy_person_is_asked_about_once_more(desk: Desk) -> None:
    busy(desk, "sam")

    with pytest.raises(Busy, match="Sam Reed is busy at this time") as refused:
        send(desk)

    assert refused.value.field == "override"
    assert desk.count("interviews") == 0
    assert send(desk, override=True).state is State.WRITING


def test_optional_people_may_be_busy(desk: Desk) -> None:
    busy(desk, "sam")

    assert send(desk, optional=frozenset({"sam"})).state is State.WRITING
