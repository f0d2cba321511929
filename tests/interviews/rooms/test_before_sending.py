"""The room is asked about again before an interview is sent, moved, or held elsewhere."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from portal import clock
from portal.interviews.models import Place
from portal.interviews.plan.draft import Draft
from portal.storage.ids import new_id
from tests import pages
from tests.interviews.plan.form import filled
from tests.interviews.rooms.conftest import AURORA, BOREALIS, CIRRUS, House
from tests.support import builders
from tests.support.visitors import Visitor, visitor, words

NEW = "/candidates/rosa/interviews/new"
TAKEN = "Aurora is taken at this time. Choose another room or time."


@pytest.fixture
def priya(house: House) -> Visitor:
    return visitor(house.stage.env.app, "priya")


@pytest.fixture
def at(house: House) -> datetime:
    """A full hour in some days, on which nobody has anything."""
    return (house.stage.now + timedelta(days=3)).replace(minute=0, second=0, microsecond=0)


@pytest.fixture
def draft(at: datetime) -> Draft:
    return Draft(
        form_number=new_id(),
        day=at.date(),
        zone="Europe/Stockholm",
        kind_id="interview",
        title="Interview",
        panel=("sam", "kim"),
        place=Place.ROOM,
        room_id="Aurora",
        calendar="organizer",
        organizer_id="priya",
        starts_at=at,
    )


def press(priya: Visitor, draft: Draft, **button: str) -> TestResponse:
    fields: dict[str, Any] = {}
    for name, value in draft.fields():
        fields.setdefault(name, []).append(value)
    answer = priya.post(NEW, fields | button)
    assert answer.status_code == 303 or pages.complaints(answer.text) == []
    return answer


def interviews(house: House) -> list[str]:
    return builders.ids(house.stage.rows, "interviews")


def test_room_that_is_taken_is_refused_and_the_next_one_offered(
    house: House, priya: Visitor, draft: Draft, at: datetime
) -> None:
    house.book(AURORA, at)

    checked = press(priya, draft, do="check")
    assert TAKEN in words(checked)
    assert "Take Borealis" in words(checked)
    assert "It is free at this time: Harbour House, 4 seats." in words(checked)
    sent = press(priya, draft, do="send", override="1")
    assert (sent.status_code, interviews(house)) == (409, [])
    assert TAKEN in words(sent)

    other = press(priya, draft, take_room="Borealis")
    assert "Step 2 of 2" in words(other)
    assert "Borealis free" in words(other)
    again = filled(other) | {"do": ["send"]}
    assert priya.post(NEW, again).status_code == 303
    [made] = interviews(house)
    assert "Borealis" in priya.text(f"/interviews/{made}")


def test_room_is_asked_about_when_it_is_sent(
    house: House, priya: Visitor, draft: Draft, at: datetime
) -> None:
    checked = press(priya, draft, do="check")
    assert "Aurora free" in words(checked)

    for room in (AURORA, BOREALIS, CIRRUS):
        house.book(room, at)
    sent = press(priya, draft, do="send")
    assert (sent.status_code, interviews(house)) == (409, [])
    assert "No other room with enough seats is known to be free then." in words(sent)


@pytest.mark.parametrize("is_tentative", [False, True])
def test_room_that_is_not_known_is_said_and_does_not_block(
    house: House, priya: Visitor, draft: Draft, at: datetime, *, is_tentative: bool
) -> None:
    if is_tentative:
        house.book(AURORA, at, showAs="tentative")
    else:
        house.stage.fault("/getSchedule", status=403, times=9)

    said = words(press(priya, draft, do="check"))

    known = "Aurora may be taken" if is_tentative else "It is not known whether Aurora is free."
    assert known in said
    assert press(priya, draft, do="send").status_code == 303


def test_form_that_is_sent_twice_does_not_stand_in_its_own_way(
    house: House, priya: Visitor, draft: Draft
) -> None:
    first = press(priya, draft, do="send")
    second = press(priya, draft, do="send")

    assert first.headers["Location"] == second.headers["Location"]
    assert len(interviews(house)) == 1


def test_move_into_a_room_that_is_taken_is_refused(
    house: House, priya: Visitor, at: datetime
) -> None:
    house.schedule()
    house.book(AURORA, at)
    path = "/interviews/first/reschedule"
    form = filled(priya.get(path), start=clock.text(at)) | {"override": ["1"]}

    checked = priya.post(path, form | {"do": ["check"]})
    assert TAKEN in words(checked)
    assert pages.complaints(checked.text) == []
    moved = priya.post(path, form | {"do": ["move"]})
    assert (moved.status_code, house.stage.one.version) == (409, 1)

    other = priya.post(path, form | {"take_room": ["Borealis"]})
    assert "Borealis is invited." in words(other)
    done = priya.post(path, filled(other) | {"do": ["move"], "override": ["1"]})
    assert done.status_code == 303
    assert (house.stage.one.room_name, house.stage.one.starts_at) == ("Borealis", at)


def test_own_time_stands_in_the_way_of_no_move_beside_another_meeting(
    house: House, priya: Visitor
) -> None:
    house.schedule()
    one = house.stage.one
    house.book(AURORA, one.ends_at)
    path = "/interviews/first/reschedule"
    earlier = clock.text(one.starts_at - timedelta(minutes=30))
    form = filled(priya.get(path), start=earlier) | {"override": ["1"]}

    assert "taken at this time" not in words(priya.post(path, form | {"do": ["check"]}))
    later = {"start": [clock.text(one.starts_at + timedelta(minutes=30))]}
    assert TAKEN in words(priya.post(path, form | later | {"do": ["check"]}))


def test_room_of_others_is_taken_also_at_the_very_time_of_the_interview(
    house: House, priya: Visitor
) -> None:
    house.schedule()
    house.book(BOREALIS)
    path = "/interviews/first/reschedule"
    form = filled(priya.get(path), room="Borealis")

    assert "Borealis is taken at this time." in words(priya.post(path, form | {"do": ["check"]}))


def test_another_place_in_a_room_that_is_taken_names_a_free_one(
    house: House, priya: Visitor
) -> None:
    house.schedule()
    house.book(BOREALIS)
    path = "/interviews/first/place"
    form = filled(priya.get(path), room="Borealis")

    for do in ("check", "save"):
        refused = priya.post(path, form | {"do": [do]})
        assert refused.status_code == 422
        said = words(refused)
        assert "Borealis is taken at this time. Choose another room or time." in said
        assert "Cirrus is free." in said
    assert house.stage.one.version == 1
    assert priya.post(path, form | {"room": ["Cirrus"], "do": ["save"]}).status_code == 303


def test_times_are_suggested_without_a_room_sync_user(
    house: House, priya: Visitor, draft: Draft
) -> None:
    for each in ("sam", "kim"):
        builders.calendar_read(house.stage.rows, each, at=house.stage.now)

    said = words(press(priya, draft, do="times"))
    assert "The next times that suit everyone" in said

    house.stage.fault("/getSchedule", status=403, times=9)
    said = words(press(priya, draft, do="times"))
    assert "The next times that suit the panel" in said
    assert "It is not known whether Aurora is free then." in said
