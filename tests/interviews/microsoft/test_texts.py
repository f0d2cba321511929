"""Words of the events: escaped, and no more than each reader may know."""

from dataclasses import replace
from typing import Any

import pytest

from portal.characters import LINE_BREAKS, is_control
from portal.interviews.microsoft.models import Known
from portal.interviews.microsoft.texts import text
from portal.interviews.models import Home, Place, Role
from tests.interviews.microsoft.sample import ONE

BASE = "https://portal.northwind.example"
JOIN = "https://teams.microsoft.com/l/meetup-join/1?a=1&b=2"


def known(**changes: Any) -> Known:
    return Known(replace(ONE, **changes), (), (), (), "Technical interview")


def words(role: Role, *, join_url: str = "", **changes: Any) -> tuple[str, str, str]:
    found = text(known(**changes), role, join_url=join_url, base_url=BASE)
    return found.subject, found.html, found.location["displayName"]


def test_panel_gets_the_way_into_portal_and_the_candidate_the_words() -> None:
    assert words(Role.INTERNAL) == (
        "Salary <talk>: Rosa <Ortega>",
        f'<p><a href="{BASE}/interviews/first">Open in Portal</a></p>',
        "Microsoft Teams",
    )
    assert words(Role.CANDIDATE, join_url=JOIN) == (
        "Salary <talk>",
        "<p>Bring &lt;b&gt;nothing&lt;/b&gt;.</p>"
        '<p>See <a href="https://northwind.example/jobs">https://northwind.example/jobs</a></p>'
        "<p>Join in Microsoft Teams: "
        '<a href="https://teams.microsoft.com/l/meetup-join/1?a=1&amp;b=2">'
        "https://teams.microsoft.com/l/meetup-join/1?a=1&amp;b=2</a></p>",
        JOIN,
    )


def test_group_calendar_names_the_kind_instead_of_the_title() -> None:
    subject, content, _ = words(Role.INTERNAL, calendar=Home.GROUP)

    assert subject == "Technical interview: Rosa <Ortega>"
    assert content == f'<p><a href="{BASE}/interviews/first">Open in Portal</a></p>'
    assert words(Role.CANDIDATE, calendar=Home.GROUP)[0] == "Technical interview"


@pytest.mark.parametrize(
    ("changes", "candidates"),
    [
        ({"place": Place.PHONE, "place_text": "+46 40 123"}, ("<p>Hi</p>", "Phone")),
        ({"place": Place.ADDRESS, "place_text": "Kaj 3"}, ("<p>Hi</p><p>Kaj 3</p>", "Kaj 3")),
    ],
)
def test_group_calendar_has_no_number_and_the_panels_event_no_words(
    changes: dict[str, Any], candidates: tuple[str, str]
) -> None:
    changes |= {"calendar": Home.GROUP, "words": "Hi"}

    assert words(Role.INTERNAL, **changes)[1:] == (
        f'<p><a href="{BASE}/interviews/first">Open in Portal</a></p>',
        candidates[1],
    )
    assert words(Role.CANDIDATE, **changes)[1:] == candidates
    assert words(Role.INTERNAL, is_one_event=True, **changes)[1:] == candidates


def test_number_to_call_is_on_both_events_of_an_own_calendar() -> None:
    changes: dict[str, Any] = {"place": Place.PHONE, "place_text": "+46 40 123"}

    for role in Role:
        assert "<p>+46 40 123</p>" in words(role, **changes)[1]


def test_kind_that_was_deleted_has_the_usual_name() -> None:
    nameless = replace(known(calendar=Home.GROUP), kind_name="")

    assert text(nameless, Role.CANDIDATE, join_url="", base_url=BASE).subject == "Interview"


def test_one_event_for_all_has_the_words_and_no_way_into_portal() -> None:
    _, content, _ = words(Role.INTERNAL, is_one_event=True)

    assert "Bring" in content
    assert "/interviews/" not in content


@pytest.mark.parametrize(
    ("changes", "internal", "candidates"),
    [
        ({"place": Place.PHONE}, "Phone", "Phone"),
        ({"place": Place.ADDRESS, "place_text": "Kaj 3"}, "Kaj 3", "Kaj 3"),
        ({"place": Place.ROOM, "room_name": "Aurora"}, "Aurora", "Aurora"),
        ({"room_name": "Aurora"}, "Aurora, Microsoft Teams", "Microsoft Teams"),
    ],
)
def test_place_is_named_for_those_who_go_there(
    changes: dict[str, Any], internal: str, candidates: str
) -> None:
    assert words(Role.INTERNAL, **changes)[2] == internal
    assert words(Role.CANDIDATE, **changes)[2] == candidates


def test_directions_are_in_the_text_as_well() -> None:
    _, content, _ = words(Role.CANDIDATE, place=Place.ADDRESS, place_text="Kaj 3 & 4", words="")

    assert content == "<p>Kaj 3 &amp; 4</p>"


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("link", ["javascript:alert(1)", "https://teams.example@evil.example/"])
def test_stored_link_that_is_no_link_of_a_meeting_is_left_out(role: Role, link: str) -> None:
    assert words(role, join_url=link) == words(role)


ODD = "a\r\nBcc: x@x.example\x00\x1b\u2028\u202eb</p><script>\t" + "long " * 2_000


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("is_one_event", [True, False])
@pytest.mark.parametrize("place", Place)
def test_no_text_adds_a_line_or_markup(role: Role, is_one_event: bool, place: Place) -> None:
    typed = {"title": ODD, "candidate_name": ODD, "words": ODD, "place_text": ODD}
    room = {"room_name": ODD, "room_address": "attic@northwind.example"}

    subject, content, name = words(
        role, place=place, is_one_event=is_one_event, **typed, **room, join_url=ODD
    )

    assert LINE_BREAKS.search(subject + name) is None
    assert not any(is_control(sign) for sign in subject + name)
    assert "<script" not in content
    assert "href=" not in content.replace(f'href="{BASE}/interviews/first"', "")
