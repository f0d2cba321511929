"""Placeholders: one pass, one line for each value, and none left unseen."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.characters import LINE_BREAKS
from portal.composer import placeholders
from portal.composer.models import NextInterview
from portal.composer.placeholders import KNOWN, filled, first_name, left, unknown, values_for

TALK = NextInterview(
    interview_id="talk",
    title="Portfolio talk",
    starts_at=datetime(2026, 11, 26, 13, tzinfo=UTC),
    ends_at=datetime(2026, 11, 26, 14, 30, tzinfo=UTC),
    zone="Europe/Stockholm",
    candidate_zone="America/Argentina/Buenos_Aires",
    place="teams",
    place_text="",
    room_name="",
    join_url="https://teams.example/meet",
    panel=("Sam Reed", "Kim Lund"),
)
VALUES = values_for(
    candidate="Rosa Ortega", author="Priya Kaur", address="talent@n.example", interview=TALK
)
OF_TALK = {
    "{interview}": "Portfolio talk",
    "{interview_time}": "Thursday 26 November 2026, 10:00 to 11:30 (Buenos Aires time)",
    "{interview_place}": "Microsoft Teams",
    "{interview_panel}": "Sam Reed and Kim Lund",
    "{interview_link}": "https://teams.example/meet",
}
TEXT = st.text(max_size=60) | st.sampled_from([*KNOWN, "a\r\nBcc: x@x.example", "a\x85b\u2028c"])


def test_every_known_placeholder_has_its_value() -> None:
    of_people = "Rosa Ortega | Rosa | Priya Kaur | talent@n.example"
    assert filled(" | ".join(KNOWN), VALUES) == " | ".join([of_people, *OF_TALK.values()])
    assert set(VALUES) == set(KNOWN)
    assert all(each in placeholders.LISTED for each in KNOWN)


@pytest.mark.parametrize(
    ("changed", "word", "value"),
    [
        ({"candidate_zone": "UTC"}, "time", "Thursday 26 November 2026, 13:00 to 14:30 (UTC)"),
        (
            {"candidate_zone": "Mars/Olympus"},
            "time",
            "Thursday 26 November 2026, 13:00 to 14:30 (UTC)",
        ),
        (
            {"candidate_zone": "Asia/Tokyo", "ends_at": datetime(2026, 11, 26, 16, tzinfo=UTC)},
            "time",
            "Thursday 26 November 2026, 22:00 to Friday 27 November 2026, 01:00 (Tokyo time)",
        ),
        (
            {"candidate_zone": ""},
            "time",
            "Thursday 26 November 2026, 14:00 to 15:30 (Stockholm time)",
        ),
        ({"place": "room", "room_name": "Aurora"}, "place", "Aurora"),
        ({"place": "address", "place_text": "Harbour House"}, "place", "Harbour House"),
        ({"place": "phone", "place_text": "+46 40 123"}, "place", "by phone"),
        ({"place": "room"}, "place", "{interview_place}"),
        ({"join_url": ""}, "link", "{interview_link}"),
        ({"panel": ()}, "panel", "{interview_panel}"),
    ],
)
def test_an_interview_is_told_as_far_as_it_is_known(
    changed: dict[str, Any], word: str, value: str
) -> None:
    values = values_for(candidate="", author="", address="", interview=replace(TALK, **changed))

    assert filled(f"{{interview_{word}}}", values) == value


def test_a_value_is_never_searched_for_placeholders() -> None:
    values = values_for(candidate="{my_name} {my_address}", author="{candidate_name}", address="")

    text = filled("{candidate_name}, {candidate_first_name}; {my_name}", values)

    assert text == "{my_name} {my_address}, {my_name}; {candidate_name}"


def test_a_placeholder_without_a_value_stays_and_is_found() -> None:
    values = values_for(candidate="rosa@mail.example", author="Priya", address="")

    text = filled("Hi {candidate_first_name}, {my_name} {my_address} {my_address}", values)

    assert text == "Hi {candidate_first_name}, Priya {my_address} {my_address}"
    assert left(text) == ["{candidate_first_name}", "{my_address}"]


@given(candidate=TEXT, author=TEXT, address=TEXT)
def test_no_value_begins_a_line(candidate: str, author: str, address: str) -> None:
    values = values_for(candidate=candidate, author=author, address=address)

    assert not LINE_BREAKS.search(filled(" ".join(KNOWN), values))


@given(text=TEXT, value=TEXT)
def test_text_around_placeholders_is_untouched(text: str, value: str) -> None:
    around = text.replace("{", "").replace("}", "")
    values = values_for(candidate=value, author="", address="")

    assert filled(around, values) == around
    assert filled(f"{around}{{candidate_name}}{around}", values).startswith(around)


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("Rosa Ortega", "Rosa"),
        ("Rosa", "Rosa"),
        ("Ortega, Rosa Maria", "Rosa"),
        ("Dr. Rosa Ortega", ""),
        ("R. Ortega", ""),
        ("rosa.ortega@mail.example", ""),
        ("Ortega,", ""),
        ("", ""),
    ],
)
def test_the_first_name_is_given_where_it_is_known(name: str, first: str) -> None:
    assert first_name(name) == first


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Hi {candidate_name}", None),
        ("{booking_time}", "{booking_time}"),
        ("{booking_link}", "{booking_link}"),
        ("{Candidate_Name}", "{Candidate_Name}"),
        ("{ candidate_name }", "{ candidate_name }"),
        ("{candidate name}", "{candidate name}"),
        ("{candidate_name} {first name}", "{first name}"),
        ("f() { } {1} {} {", None),
    ],
)
def test_what_looks_like_a_placeholder_is_found(text: str, found: str | None) -> None:
    assert unknown(text) == found
