"""Step 2: the invitation in its real words, ways out that work now, and who is busy."""

from typing import Any

import pytest

from portal.errors import Invalid
from portal.interviews.models import Place
from portal.interviews.preview.check import Check, check
from portal.interviews.preview.invitation_text import plain
from tests.interviews.scheduled.conftest import EVERYTHING, Desk
from tests.support import builders

BASE = "https://portal.northwind.example"


def checked(desk: Desk, **changes: Any) -> Check:
    return check(desk.act, "rosa", desk.drafted(**changes), base_url=BASE)


def test_invitation_has_the_candidate_s_time_first_and_ours_beside_it(desk: Desk) -> None:
    found = checked(desk, candidate_zone="Asia/Tokyo").invitation

    assert (found.sender, found.recipient) == ("Priya Kaur", "rosa.ortega@mail.example")
    assert (found.subject, found.where) == ("Technical interview", "Microsoft Teams")
    assert found.ours.endswith(" in Stockholm")
    assert found.said == "Sam and Kim look forward to talking to you."
    assert found.has_link


@pytest.mark.parametrize("zone", ["", "Europe/Oslo", "Nowhere/City"])
def test_invitation_has_one_time_where_the_other_is_the_same_or_not_known(
    desk: Desk, zone: str
) -> None:
    assert checked(desk, candidate_zone=zone).invitation.ours == ""


def test_invitation_on_a_group_calendar_is_the_group_s_and_has_the_kind_s_name(
    desk: Desk,
) -> None:
    desk.group_calendar()

    found = checked(desk, calendar="")

    assert (found.invitation.sender, found.invitation.subject) == ("Hiring", "Interview")
    assert any("is called “Interview”" in each for each in found.limits)


def test_invitation_never_leads_into_portal(desk: Desk) -> None:
    separate = checked(desk, place=Place.ADDRESS, place_text="Main street 1").invitation
    shared = checked(desk, is_one_event=True).invitation

    assert "Main street 1" in separate.said
    assert BASE not in separate.said + shared.said
    assert shared.subject == "Technical interview: Rosa Ortega"


def test_words_are_shown_as_they_were_typed(desk: Desk) -> None:
    words = "Hi <Rosa> & all,\n\nsee you."

    assert checked(desk, words=words).invitation.said == words
    assert plain("<p>one</p><p>two<br>three</p>") == "one\n\ntwo\nthree"


def test_ways_out_are_those_that_work_now(desk: Desk) -> None:
    alone = checked(desk, panel=("priya", "kim"))
    desk.group_calendar()
    desk.connect("alex", EVERYTHING)
    found = checked(desk, panel=("priya", "kim"))

    assert [each.value for each in alone.cures] == ["one", "leave"]
    assert [each.value for each in found.cures] == [
        "group:Hiring:priya",
        "organizer:alex",
        "one",
        "leave",
    ]
    assert checked(desk).cures == ()


def test_person_at_the_page_is_the_first_to_organize_for_another(desk: Desk) -> None:
    desk.connect("alex", EVERYTHING)
    desk.connect("sam", EVERYTHING)

    found = checked(desk, organizer_id="sam")

    assert found.cures[0].label == "Let Priya organize"


def test_colleague_in_the_group_organizes_where_the_organizer_cannot(desk: Desk) -> None:
    desk.connect("alex", EVERYTHING)
    desk.group_calendar(member="alex")
    desk.change("update connections set scopes = ? where user_id = 'priya'", "Calendars.ReadWrite")
    desk.change(
        "update connections set scopes = scopes || ' OnlineMeetings.ReadWrite' "
        "where user_id = 'priya'"
    )

    found = checked(desk, panel=("priya", "kim"))

    assert found.cures[0].value == "group:Hiring:alex"


def test_counted_invitations_are_those_that_go_out(desk: Desk) -> None:
    beside = checked(desk, room_id="aurora")
    within = checked(desk, panel=("priya", "kim"), room_id="aurora")

    assert beside.invited_words == "Rosa, Sam, Kim and the room"
    assert within.invited_words == "Rosa, Kim and the room"


def test_only_people_who_must_attend_count_as_busy(desk: Desk) -> None:
    desk.hold(desk.at, person="sam")
    desk.hold(desk.at, person="kim")

    found = checked(desk, optional=frozenset({"kim"}))

    assert [each.name for each in found.busy] == ["Sam Reed"]


def test_draft_that_cannot_be_sent_is_not_shown(desk: Desk) -> None:
    with pytest.raises(Invalid) as refused:
        checked(desk, panel=())

    assert refused.value.field == "panel"


@pytest.mark.parametrize(
    ("outcome", "words"), [("ok", "Anybody can open"), ("unknown", "could not check")]
)
def test_public_group_is_known_from_its_last_check(desk: Desk, outcome: str, words: str) -> None:
    calendar = desk.group_calendar()
    at = {"calendar_id": calendar, "checked_at": builders.EARLIER}
    row = {"name": "public", "outcome": outcome, "detail": ""}
    builders.insert(desk.rows, "group_calendar_checks", at | row)

    found = checked(desk, calendar="")

    assert words in found.sees[-1].says
