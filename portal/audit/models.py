"""Actors, entries of the audit log, and the place of a candidate in their texts."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Actor:
    """A person at a page, or a program of ours."""

    id: str | None
    name: str
    peer: str | None = None
    request_id: str | None = None
    tenant_id: str | None = None

    @classmethod
    def system(cls, name: str) -> "Actor":
        return cls(id=None, name=name)


@dataclass(frozen=True)
class Wanted:
    """A filter of the audit log. Empty fields do not narrow it. Days include both ends."""

    search: str = ""
    action: str = ""
    result: str = ""
    first_day: date | None = None
    last_day: date | None = None


# The place of a candidate in the text of an entry. Pages show the name while they exist.
CANDIDATE = "\u27e8candidate\u27e9"
DELETED_CANDIDATE = "a deleted candidate"


@dataclass(frozen=True)
class AuditedCandidate:
    """The candidate of an entry, by id. None is one that was deleted before.

    `words` are further names and addresses of theirs that the entry must not keep.
    """

    id: str | None
    words: tuple[str, ...] = ()


TURNS = {
    " turned on": ("off", "on"),
    " turned off": ("on", "off"),
    "alias included": ("left out", "included"),
    "alias left out": ("included", "left out"),
    "conversation hidden": ("shown", "hidden"),
    "conversation shown again": ("hidden", "shown"),
    "platform enabled": ("off", "enabled"),
    "platform disabled": ("enabled", "off"),
}


@dataclass(frozen=True)
class Entry:
    """One recorded act. Never changed."""

    id: str
    at: datetime
    actor: Actor
    action: str
    target: str
    result: str
    old: str | None
    new: str | None
    candidate: AuditedCandidate | None = None

    @property
    def change(self) -> tuple[str | None, str | None]:
        """The old and the new value. Switches are recorded only when they turn."""
        if self.old is not None or self.new is not None:
            return self.old, self.new
        for ending, (before, after) in TURNS.items():
            if self.action.endswith(ending):
                return before, after
        return None, None


def hidden(text: str, words: Iterable[str]) -> str:
    """The text with a mark in the place of each whole word or address, in any letter case."""
    longest_first = sorted({each.strip() for each in words} - {""}, key=len, reverse=True)
    if not longest_first:
        return text
    either = "|".join(re.escape(each) for each in longest_first)
    return re.sub(rf"(?<!\w)(?:{either})(?!\w)", CANDIDATE, text, flags=re.IGNORECASE)


def shown(text: str, name: str | None) -> str:
    """The text with the candidate's present name. None is a candidate who was deleted."""
    return text.replace(CANDIDATE, DELETED_CANDIDATE if name is None else name)
