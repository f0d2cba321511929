""" "Send" stores an interview once, or refuses with a sentence at the field that has to change."""

from datetime import timedelta
from typing import Any

import pytest

from portal.candidates import store as candidates
from portal.errors import Invalid, NotFound
from portal.interviews import store
from portal.interviews.models import CalendarSource, Home, Interview, Place, Role, State, Step
from portal.interviews.plan.scheduled import AddressChanged, schedule
from tests.interviews.scheduled.conftest import HOUR, Desk
from tests.support import builders
from tests.support.raw_rows import raw


def send(desk: Desk, **changes: Any) -> Interview:
    return schedule(desk.act, "rosa", desk.drafted(**changes))


def nothing_is_stored(desk: Desk) -> bool:
    tables = ("interviews", "slot_claims", "interview_events", "interview_work", "feed_entries")
    return not any(desk.count(table) for table in tables)


def test_sent_interview_is_stored_whole_and_due_at_once(desk: Desk) -> None:
    made = send(desk, room_id="aurora", optional=frozenset({"kim"}))

    kept = store.interview(desk.rows, made.id)
    assert kept == made
    assert (kept.state, kept.version, kept.generation) == (State.WRITING, 1, 1)
    assert (kept.starts_at, kept.ends_at) == (desk.at, desk.at + HOUR)
    assert (kept.calendar, kept.calendar_source) == (Home.ORGANIZER, CalendarSource.INTERVIEW)
    assert (kept.room_name, kept.room_address) == ("Aurora", "aurora@northwind.example")
    assert [(each.user_id, each.is_required) for each in store.panel(desk.rows, made.id)] == [
        ("sam", True),
        ("kim", False),
    ]
    events = store.events(desk.rows, made.id)
    assert {each.role for each in events} == {Role.INTERNAL, Role.CANDIDATE}
    assert {each.step for each in events} == {Step.PLANNED}
    assert {each.owner_user_id for each in events} == {"priya"}
    held = raw(desk.rows).query("select subject from slot_claims order by subject")
    assert [row["subject"] for row in held] == ["aurora@northwind.example", "kim", "sam"]
    assert builders.ids(desk.rows, "interview_work") == [made.id]
    (entry,) = raw(desk.rows)["feed_entries"].rows
    assert (entry["candidate_id"], entry["kind"], entry["subject_id"]) == (
        "rosa",
        "interview",
        made.id,
    )
    told = desk.audited[-1]
    assert (told["action"], told["target"]) == (
        "interview scheduled",
        "Technical interview with ⟨candidate⟩",
    )
    assert "with Sam Reed and Kim Lund (optional)" in told["new_value"]
    assert "organized by Priya Kaur on Priya Kaur's calendar" in told["new_value"]


def test_group_calendar_and_one_event_are_stored_as_chosen(desk: Desk) -> None:
    calendar = desk.group_calendar()

    made = send(desk, calendar="", is_one_event=True)

    assert (made.calendar, made.calendar_id) == (Home.GROUP, calendar)
    assert made.calendar_source is CalendarSource.ORGANIZATION
    (event,) = store.events(desk.rows, made.id)
    assert (event.role, event.group_id) == (Role.INTERNAL, "group-Hiring")


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"kind_id": "gone"}, "kind", "This kind is not offered any more."),
        ({"panel": ()}, "panel", "Choose at least one person who must attend."),
        (
            {"optional": frozenset({"sam", "kim"})},
            "panel",
            "Choose at least one person who must attend.",
        ),
        ({"panel": ("sam", "nobody")}, "panel", "Somebody on this panel may no longer sign in"),
        ({"starts_at": None}, "start", "Choose a time."),
        ({"minutes": 0}, "start", "An interview ends after it starts."),
        ({"minutes": 721}, "minutes", "An interview lasts at most 12 hours."),
        ({"place": Place.ROOM}, "room", "Choose a room."),
        ({"place": Place.ROOM, "room_id": "gone"}, "room", "This room is gone"),
        ({"room_id": "gone"}, "panel_room", "This room is gone"),
        ({"place": Place.PHONE}, "phone", "Enter the number to call."),
        ({"place": Place.ADDRESS, "place_text": "  "}, "address", "Enter the place."),
        ({"calendar": "group:gone"}, "calendar", "This calendar was removed."),
        ({"organizer_id": ""}, "organizer", "Choose an organizer."),
        ({"organizer_id": "kim"}, "organizer", "This organizer may no longer schedule"),
        ({"organizer_id": "nobody"}, "organizer", "This organizer may no longer schedule"),
        (
            {"organizer_id": "sam"},
            "organizer",
            "Teams meetings need the organizer's own connection, and Sam has none. Or choose",
        ),
    ],
)
def test_what_cannot_be_sent_is_refused_at_its_field(
    desk: Desk, changes: dict[str, Any], field: str, sentence: str
) -> None:
    with pytest.raises(Invalid) as refused:
        send(desk, **changes)

    assert refused.value.field == field
    assert str(refused.value).startswith(sentence)
    assert refused.value.status == 422
    assert nothing_is_stored(desk)


def test_past_time_is_refused(desk: Desk) -> None:
    with pytest.raises(Invalid, match="This time is past") as refused:
        send(desk, starts_at=desk.act.now - timedelta(seconds=1))

    assert refused.value.field == "start"


def test_panel_of_forty_one_is_refused_and_of_forty_is_not(desk: Desk) -> None:
    people = [builders.user(desk.rows, f"Person{number} Park") for number in range(41)]

    with pytest.raises(Invalid, match="at most 40 people") as refused:
        send(desk, panel=tuple(people))

    assert refused.value.field == "panel"
    assert len(store.panel(desk.rows, send(desk, panel=tuple(people[:40])).id)) == 40


def test_retired_kind_is_refused(desk: Desk) -> None:
    desk.change("update interview_kinds set retired_at = created_at")

    with pytest.raises(Invalid, match="not offered any more") as refused:
        send(desk)

    assert refused.value.field == "kind"


def test_candidate_without_an_address_is_refused(desk: Desk) -> None:
    desk.change("delete from candidate_addresses")

    with pytest.raises(Invalid, match="Rosa Ortega has no email address"):
        send(desk)

    assert nothing_is_stored(desk)


def test_deleted_candidate_is_not_found(desk: Desk) -> None:
    with pytest.raises(NotFound):
        schedule(desk.act, "nobody", desk.draft)


def test_address_that_changed_after_the_page_is_refused(desk: Desk) -> None:
    seen = "rosa.ortega@mail.example"
    desk.change("update candidate_addresses set address = 'rosa@new.example'")

    with pytest.raises(AddressChanged, match=r"Rosa Ortega's address is rosa@new\.example now"):
        schedule(desk.act, "rosa", desk.draft, address_seen=seen)

    assert nothing_is_stored(desk)


@pytest.mark.parametrize(
    ("sql", "sentence"),
    [
        ("delete from connections", "Teams meetings need the organizer's own connection"),
        ("update connections set state = 'lapsed'", "connection to Microsoft 365 has ended"),
        ("update connections set scopes = 'User.Read'", "connection lacks Calendars.ReadWrite"),
        ("update users set is_enabled = 0 where id = 'priya'", "may no longer schedule in Portal"),
        ("update users set role = 'limited' where id = 'priya'", "may no longer schedule"),
    ],
)
def test_organizer_who_lost_it_between_page_and_send_is_refused(
    desk: Desk, sql: str, sentence: str
) -> None:
    desk.change(sql)

    with pytest.raises(Invalid, match=sentence) as refused:
        send(desk)

    assert refused.value.field == "organizer"
    assert nothing_is_stored(desk)


def test_consent_alone_refuses_teams_with_the_reason_and_takes_a_phone_call(desk: Desk) -> None:
    desk.change("delete from connections")
    desk.consent("Calendars.ReadWrite")

    with pytest.raises(Invalid) as refused:
        send(desk)

    assert str(refused.value) == (
        "Teams meetings need the organizer's own connection, and Priya has none. Or choose another "
        "organizer."
    )
    assert send(desk, place=Place.PHONE, place_text="+46 40 123").state is State.WRITING


def test_disabled_person_on_the_panel_is_refused(desk: Desk) -> None:
    desk.change("update users set is_enabled = 0 where id = 'sam'")

    with pytest.raises(Invalid, match="may no longer sign in to Portal") as refused:
        send(desk)

    assert refused.value.field == "panel"


def test_room_that_went_away_is_refused(desk: Desk) -> None:
    desk.change("update rooms set gone_at = '2026-11-01T00:00:00Z'")

    with pytest.raises(Invalid, match="This room is gone"):
        send(desk, room_id="aurora")


def test_chosen_zone_stays_with_the_candidate(desk: Desk) -> None:
    send(desk, candidate_zone="America/Argentina/Buenos_Aires")
    assert candidates.candidate(desk.rows, "rosa").time_zone == "America/Argentina/Buenos_Aires"
    assert {each["action"] for each in desk.audited} >= {"candidate changed", "interview scheduled"}


def test_panelist_with_the_candidates_address_is_refused(desk: Desk) -> None:
    raw(desk.rows).execute("update users set address = 'Rosa.Ortega@mail.example' where id = 'sam'")

    with pytest.raises(Invalid, match="Rosa Ortega's address is Sam Reed's"):
        send(desk)

    assert nothing_is_stored(desk)
