"""Each person's view of an interview: how many events, whose name, and what they say."""

from typing import Any

import pytest

from portal.group_calendars import store as group_calendars
from portal.interviews.models import Place
from portal.interviews.preview.audience import Meant, Open, Sees, audience, limits
from portal.interviews.preview.cures import Ways, cured, cures
from portal.interviews.readiness import Organizer, Standing
from tests.interviews.scheduled.conftest import Desk


def meant(desk: Desk, is_open: Open = Open.YES, **changes: Any) -> Meant:
    found = desk.planned(**changes)
    return Meant(found.interview, found.panel, found.communication.group, is_open)


def rows(found: Meant) -> dict[str, Sees]:
    return {each.name: each for each in audience(found)}


def test_group_calendar_shows_everybody_one_event_of_the_group(desk: Desk) -> None:
    calendar = desk.group_calendar()

    found = meant(desk, calendar=f"group:{calendar}", room_id="aurora")
    sees = rows(found)

    assert [(each.name, each.events, each.organizer) for each in audience(found)] == [
        ("Rosa Ortega", "1", "Hiring"),
        ("Sam Reed", "1", "Hiring"),
        ("Kim Lund", "1", "Hiring"),
        ("Priya Kaur", "0", "\N{EN DASH}"),
        ("Aurora", "1", "Hiring"),
        ("Members of Hiring", "\N{EN DASH}", "Hiring"),
        ("Everybody in your organization", "\N{EN DASH}", "\N{EN DASH}"),
    ]
    assert (
        sees["Rosa Ortega"].says == "Time, Teams link and your words. Not the room, and no notes."
    )
    assert "room, Teams link and a link to this interview in Portal" in sees["Sam Reed"].says
    assert sees["Priya Kaur"].says == "Both events are on the group's calendar"
    assert "may also send each member a copy" in sees["Members of Hiring"].says
    assert "The group is public" in sees["Everybody in your organization"].says
    assert found.invited == ["Rosa", "Sam", "Kim", "the room"]
    assert not found.has_two_events


@pytest.mark.parametrize(
    ("is_open", "words"),
    [(Open.NO, None), (Open.UNKNOWN, "Portal could not check whether the group is public.")],
)
def test_outsiders_are_named_as_far_as_the_group_is_known_to_be_public(
    desk: Desk, is_open: Open, words: str | None
) -> None:
    calendar = desk.group_calendar()

    sees = rows(meant(desk, is_open, calendar=f"group:{calendar}"))

    found = sees.get("Everybody in your organization")
    assert (found is not None) is (words is not None)
    assert (words or "") in (found.says if found else "")


def test_public_calendar_shows_the_candidates_words_and_no_phone_number(desk: Desk) -> None:
    group = f"group:{desk.group_calendar()}"

    sees = rows(meant(desk, calendar=group, place=Place.PHONE, place_text="+46 40 123"))

    assert sees["Everybody in your organization"].says == (
        "The group is public. Anybody can open its calendar and see both events: Rosa's name, "
        "time, “Phone” without the number, your words and who is invited."
    )
    assert sees["Rosa Ortega"].says.startswith("Time, “Phone” without the number and your words.")
    assert "“Phone” without the number" in sees["Sam Reed"].says


def test_organizer_on_the_panel_of_an_own_calendar_sees_two_events(desk: Desk) -> None:
    found = meant(desk, panel=("priya", "kim"))
    sees = rows(found)

    assert found.has_two_events
    assert (sees["Priya Kaur"].events, sees["Priya Kaur"].is_warning) == ("2", True)
    assert sees["Priya Kaur"].says.endswith("; and Rosa's invitation")
    assert (sees["Kim Lund"].events, sees["Kim Lund"].organizer) == ("1", "Priya Kaur")
    assert found.invited == ["Rosa", "Kim"]


def test_organizer_beside_the_panel_sees_both_on_their_own_calendar(desk: Desk) -> None:
    sees = rows(meant(desk))

    assert (sees["Priya Kaur"].events, sees["Priya Kaur"].note) == ("2", "not on the panel")
    assert sees["Priya Kaur"].says == "Both events are on their own calendar, as the organizer"
    assert "Members of Hiring" not in sees


def test_one_event_for_all_shows_the_candidate_everybody(desk: Desk) -> None:
    found = meant(desk, panel=("priya", "kim"), is_one_event=True)
    sees = rows(found)

    assert not found.has_two_events
    assert sees["Priya Kaur"].events == "1"
    assert sees["Rosa Ortega"].says == (
        "Time, Teams link and your words. Also everybody who is invited. No notes."
    )
    assert "Portal" not in sees["Kim Lund"].says


@pytest.mark.parametrize(
    ("place", "fields", "word"),
    [
        (Place.ROOM, {"room_id": "aurora"}, "room"),
        (Place.PHONE, {"place_text": "+46 40 123"}, "phone number"),
        (Place.ADDRESS, {"place_text": "Main street 1"}, "place"),
    ],
)
def test_place_is_named_in_what_the_candidate_reads(
    desk: Desk, place: Place, fields: dict[str, Any], word: str
) -> None:
    sees = rows(meant(desk, place=place, **fields))

    assert sees["Rosa Ortega"].says.startswith(f"Time, {word} and your words.")


def test_limits_of_a_group_calendar_are_said_and_of_an_own_one_there_are_none(desk: Desk) -> None:
    calendar = desk.group_calendar()

    said = " ".join(limits(meant(desk, calendar=f"group:{calendar}"), "Interview"))

    assert "Rosa's answer stays unknown" in said
    assert "no reminders" in said
    assert "the invitation is called “Interview”" in said
    same = meant(desk, calendar=f"group:{calendar}", title="Interview")
    assert "is called" not in " ".join(limits(same, "Interview"))
    assert limits(meant(desk), "Interview") == []


def organizer(user_id: str, name: str) -> Organizer:
    return Organizer(user_id, name, f"{user_id}@northwind.example", Standing.READY, "Connected.")


def test_each_cure_is_offered_where_it_works_and_changes_the_draft(desk: Desk) -> None:
    desk.group_calendar()
    group = group_calendars.default(desk.rows)
    priya, alex = organizer("priya", "Priya Kaur"), organizer("alex", "Alex Berg")
    two = meant(desk, panel=("priya", "kim"))

    found = cures(two, Ways(group, priya, alex))

    assert [(each.label, each.is_best) for each in found] == [
        ("Use Hiring's calendar", True),
        ("Let Alex organize", False),
        ("One event for everyone", False),
        ("Leave it as it is", False),
    ]
    by_group, by_other, by_one, left = (cured(desk.draft, each.value) for each in found)
    assert (by_group.calendar, by_group.organizer_id) == ("group:Hiring", "priya")
    assert (by_other.calendar, by_other.organizer_id) == ("organizer", "alex")
    assert by_one.is_one_event
    assert left.calendar == "organizer"
    assert not left.is_one_event


def test_cures_that_nobody_could_carry_out_are_not_offered(desk: Desk) -> None:
    two = meant(desk, panel=("priya", "kim"))

    assert [each.value for each in cures(two, Ways())] == ["one", "leave"]
    assert cured(desk.draft, "nonsense").organizer_id == "priya"
