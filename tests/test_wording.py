"""Counts, verbs and initials are written in one way, and nowhere by hand."""

import re
from pathlib import Path

import pytest

from portal import wording

ROOT = Path(__file__).parents[1]
DEMO = ROOT.glob("demo/*.py")
# Also where a text goes on in the next line.
NAMELESS = re.compile(r"\bthe[\s\"]+portal\b", re.IGNORECASE)
BY_HAND = re.compile(r":,\}|\w == 1 else [\"'f]|== \"1 ")


@pytest.mark.parametrize(
    ("amount", "noun", "text"),
    [
        (0, "message", "0 messages"),
        (1, "message", "1 message"),
        (1204, "message", "1,204 messages"),
        (1, "person", "1 person"),
        (1204, "person", "1,204 people"),
        (2, "mailbox", "2 mailboxes"),
        (2, "try", "2 tries"),
        (2, "piece of work", "2 pieces of work"),
    ],
)
def test_count_agrees_with_its_noun(amount: int, noun: str, text: str) -> None:
    assert wording.counted(amount, noun) == text


@pytest.mark.parametrize(
    ("place", "text"),
    [
        (1, "first"),
        (2, "second"),
        (3, "third"),
        (4, "4th"),
        (11, "11th"),
        (12, "12th"),
        (13, "13th"),
        (21, "21st"),
        (22, "22nd"),
        (23, "23rd"),
        (111, "111th"),
        (1_002, "1,002nd"),
    ],
)
def test_ordinals(place: int, text: str) -> None:
    assert wording.ordinal(place) == text


@pytest.mark.parametrize(("amount", "form"), [(0, "stay"), (1, "stays"), (2, "stay")])
def test_verb_agrees_with_its_count(amount: int, form: str) -> None:
    assert wording.verb(amount, "stays", "stay") == form


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Rosa Ortega", "RO"), ("Anna Maria von Trapp", "AT"), ("rosa@mail.example", "R"), ("", "?")],
)
def test_initials_are_of_the_first_and_the_last_word(name: str, letters: str) -> None:
    assert wording.initials(name) == letters


def test_pages_call_the_product_by_its_name() -> None:
    files = [*ROOT.glob("portal/**/*.py"), *ROOT.glob("templates/**/*.html"), *DEMO]

    found = [
        str(path.relative_to(ROOT)) for path in files if NAMELESS.search(path.read_text("utf-8"))
    ]

    assert found == []


def test_no_count_is_written_by_hand() -> None:
    files = [*ROOT.glob("portal/**/*.py"), *ROOT.glob("templates/**/*.html")]

    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in files
        for line in path.read_text("utf-8").splitlines()
        if BY_HAND.search(line) and path.name != "wording.py"
    ]

    assert found == []


@pytest.mark.parametrize(
    "line", ['f"{count:,} people"', '"person" if count == 1 else "people"', 'text == "1 message"']
)
def test_a_count_by_hand_would_be_noticed(line: str) -> None:
    assert BY_HAND.search(line)


@pytest.mark.parametrize(
    ("zone", "place"),
    [
        ("America/Argentina/Buenos_Aires", "Buenos Aires"),
        ("Europe/Stockholm", "Stockholm"),
        ("UTC", "UTC"),
    ],
)
def test_zones_are_named_after_places(zone: str, place: str) -> None:
    assert wording.place_of_zone(zone) == place
