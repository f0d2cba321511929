"""Counts, verbs and initials, written one way on pages, in records and on the console. Pure."""

from collections.abc import Iterable

IRREGULAR = {
    "address": "addresses",
    "alias": "aliases",
    "entry": "entries",
    "mailbox": "mailboxes",
    "person": "people",
    "piece of work": "pieces of work",
    "try": "tries",
}

WORDS = {1: "first", 2: "second", 3: "third"}
ENDINGS = {1: "st", 2: "nd", 3: "rd"}


def number(amount: int) -> str:
    """`1,204`"""
    return f"{amount:,}"


def counted(amount: int, noun: str) -> str:
    """`1 message`, `1,204 messages`."""
    return f"{number(amount)} {noun if amount == 1 else _plural(noun)}"


def counted_or_no(amount: int, noun: str) -> str:
    """`no messages`, `1 message`, `1,204 messages`."""
    return counted(amount, noun) if amount else f"no {_plural(noun)}"


def ordinal(place: int) -> str:
    """`second`, `third`, `4th`, `11th`, `22nd`."""
    if place in WORDS:
        return WORDS[place]
    is_teen = place % 100 in (11, 12, 13)
    return f"{number(place)}{'th' if is_teen else ENDINGS.get(place % 10, 'th')}"


def verb(amount: int, one: str, many: str) -> str:
    """The form that agrees with a count: `stays` of one, `stay` of several."""
    return one if amount == 1 else many


def listed(names: Iterable[str]) -> str:
    """`Rosa`, `Rosa and Sam`, `Rosa, Sam and Kim`."""
    *others, last = [*names] or [""]
    return f"{', '.join(others)} and {last}" if others else last


def initials(name: str) -> str:
    """`RO` for Rosa Ortega; of an address, its first letter."""
    words = [word for word in name.partition("@")[0].split() if word[0].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper() or "?"


def place_of_zone(zone: str) -> str:
    """`Buenos Aires` of America/Argentina/Buenos_Aires."""
    return zone.rpartition("/")[2].replace("_", " ")


def _plural(noun: str) -> str:
    return IRREGULAR.get(noun, f"{noun}s")
