"""Step 2 as a page: nothing is stored before "Send", and what is in the way is said there."""

import pytest
from flask import Flask

from portal import clock
from portal.interviews import store
from portal.interviews.models import Place
from tests import pages
from tests.interviews.scheduled.conftest import EVERYTHING, Desk
from tests.interviews.scheduled.form import interviews, press
from tests.support.raw_rows import raw
from tests.support.visitors import Visitor, visitor, words


def test_check_shows_everything_and_stores_nothing(desk: Desk, priya: Visitor) -> None:
    calendar = desk.group_calendar()
    draft = desk.drafted(calendar=f"group:{calendar}", room_id="aurora")

    answer = press(priya, draft, "check")

    said = words(answer)
    assert answer.status_code == 200
    assert pages.complaints(answer.text) == []
    assert "Step 2 of 2. This is what Rosa and your colleagues will get." in said
    assert "Hiring , set up by Priya Kaur" in said
    assert "Send 4 invitations" in said
    assert "To Rosa, Sam, Kim and the room." in said
    assert "will see two events" not in said
    assert interviews(desk) == []


def test_send_stores_the_interview_and_goes_to_its_page(desk: Desk, priya: Visitor) -> None:
    answer = press(priya, desk.draft, "send", address_seen="rosa.ortega@mail.example")

    (made,) = interviews(desk)
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/interviews/{made}"
    assert "Portal now writes the interview to the calendars" in priya.text(f"/interviews/{made}")


@pytest.mark.parametrize("do", ["check", "send"])
@pytest.mark.parametrize("start", ["9999-12-31T10:00:00Z", "9998-12-31T23:30:00Z"])
def test_start_that_no_page_offers_is_refused(
    desk: Desk, priya: Visitor, do: str, start: str
) -> None:
    answer = press(priya, desk.draft, do, start=[start])
    assert answer.status_code == 422
    assert interviews(desk) == []


def test_start_beyond_a_year_says_so(desk: Desk, priya: Visitor) -> None:
    answer = press(priya, desk.draft, "send", start=["2126-12-31T10:00:00Z"])
    assert answer.status_code == 422
    assert "Choose a time within a year." in words(answer)


def test_start_is_stored_to_the_minute(desk: Desk, priya: Visitor) -> None:
    start = desk.draft.starts_at
    assert start is not None
    late = clock.text(start.replace(second=17))
    assert press(priya, desk.draft, "send", start=[late]).status_code == 303
    (made,) = interviews(desk)
    assert store.interview(desk.rows, made).starts_at == start


def test_version_of_any_length_is_read(desk: Desk, priya: Visitor) -> None:
    answer = press(priya, desk.draft, "check", version=["9" * 5000])
    assert answer.status_code == 422


def test_send_pressed_twice_leads_to_the_same_interview(desk: Desk, priya: Visitor) -> None:
    draft = desk.draft

    first, second = (press(priya, draft, "send") for _ in range(2))

    assert first.headers["Location"] == second.headers["Location"]
    assert len(interviews(desk)) == 1


def test_organizer_on_the_panel_is_warned_and_each_way_out_is_applied(
    desk: Desk, priya: Visitor
) -> None:
    desk.group_calendar()
    desk.connect("alex", EVERYTHING)
    draft = desk.drafted(panel=("priya", "kim"))

    warned = words(press(priya, draft, "check"))
    group = words(press(priya, draft, "apply", cure="group:Hiring:priya"))
    other = words(press(priya, draft, "apply", cure="organizer:alex"))
    one = words(press(priya, draft, "apply", cure="one"))
    left = words(press(priya, draft, "apply", cure="leave"))

    assert "Priya will see two events" in warned
    assert "Use Hiring&#39;s calendar" in warned
    assert "Hiring , set up by Priya Kaur" in group
    assert "Alex Berg not on the panel 2 Alex Berg" in other
    for cured in (group, other, one):
        assert "will see two events" not in cured
    assert "Priya will see two events" in left


def test_words_typed_on_the_page_are_in_the_invitation(desk: Desk, priya: Visitor) -> None:
    answer = press(priya, desk.drafted(words="See you & <b>soon</b>"), "check")

    assert "See you &amp; &lt;b&gt;soon&lt;/b&gt;" in answer.text


def test_somebody_just_booked_is_said_and_can_be_overruled(desk: Desk, priya: Visitor) -> None:
    desk.hold(desk.at, person="sam")
    draft = desk.draft

    refused = press(priya, draft, "send")
    again = press(priya, draft, "send", override="1")

    assert refused.status_code == 409
    assert "Sam Reed was just booked for" in refused.text
    assert 'name="override"' in refused.text
    assert pages.complaints(refused.text) == []
    assert again.status_code == 303


def test_room_just_booked_cannot_be_overruled(desk: Desk, priya: Visitor) -> None:
    desk.hold(desk.at, room="aurora@northwind.example")
    draft = desk.drafted(room_id="aurora")

    refused = press(priya, draft, "send", override="1")

    assert refused.status_code == 409
    assert "Choose another room or time." in refused.text


def test_address_that_changed_is_shown_before_anything_goes_there(
    desk: Desk, priya: Visitor
) -> None:
    raw(desk.rows).execute("update candidate_addresses set address = 'rosa@new.example'")

    refused = press(priya, desk.draft, "send", address_seen="rosa.ortega@mail.example")

    assert refused.status_code == 422
    assert "Rosa Ortega&#39;s address is rosa@new.example now." in refused.text
    assert 'value="rosa@new.example"' in refused.text
    assert interviews(desk) == []


def test_organizer_who_was_disconnected_is_named_in_step_one(desk: Desk, priya: Visitor) -> None:
    raw(desk.rows).execute("delete from connections")

    refused = press(priya, desk.draft, "send")

    assert refused.status_code == 422
    assert "Step 1 of 2" in refused.text
    assert "Teams meetings need the organizer" in refused.text
    assert interviews(desk) == []


def test_consent_alone_takes_a_phone_call(desk: Desk, priya: Visitor) -> None:
    raw(desk.rows).execute("delete from connections")
    desk.consent("Calendars.ReadWrite")
    draft = desk.drafted(place=Place.PHONE, place_text="+46 40 123")

    assert press(priya, draft, "send").status_code == 303


def test_limited_people_do_not_schedule(desk: Desk, app: Flask) -> None:
    assert press(visitor(app, "kim"), desk.draft, "send").status_code == 403
    assert interviews(desk) == []
