"""What decides about one message, and the answer to one question about it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from string import Formatter

from portal.email.models import Alias, Decision, Folder, Header


@dataclass(frozen=True)
class Part:
    """Words of ours, or a name of somebody else's."""

    text: str
    is_name: bool


@dataclass(frozen=True)
class Sentence:
    """Names that strangers wrote stay apart in it until a page shows them."""

    parts: tuple[Part, ...]

    def __str__(self) -> str:
        return "".join(part.text for part in self.parts)


def say(words: str, **names: str) -> Sentence:
    """`{name}` is where a name goes; braces inside a name are only braces."""
    parts = []
    for text, name, _, _ in Formatter().parse(words):
        parts.append(Part(text, is_name=False))
        if name is not None:
            parts.append(Part(names[name], is_name=True))
    return Sentence(tuple(part for part in parts if part.text))


class Presence(StrEnum):
    """What became of a message that the rules keep, or that is here in spite of them."""

    HERE = "here"
    ELSEWHERE = "elsewhere"
    NOT_LOOKED_AT = "not_looked_at"
    SEARCHED_FOR = "searched_for"
    VANISHED = "vanished"
    UNREADABLE = "unreadable"
    MISSING = "missing"


IS_HERE = (Presence.HERE, Presence.ELSEWHERE)
ON_ITS_WAY = (Presence.NOT_LOOKED_AT, Presence.SEARCHED_FOR)


@dataclass(frozen=True)
class Way:
    """The page on which something can be done about it."""

    label: str
    endpoint: str
    arguments: Mapping[str, str] = field(default_factory=dict)


EMAIL = Way("Open Email", "email.settings")
MICROSOFT_365 = Way("Open Microsoft 365", "microsoft365.settings")
ADD_CANDIDATE = Way("Add candidate", "candidates.new")


@dataclass(frozen=True)
class Step:
    """One question with its answer; `change` says what would turn a no into a yes."""

    title: str
    is_passed: bool
    says: Sentence
    change: str = ""
    way: Way | None = None
    at: datetime | None = None
    at_words: str = "Included since"


def passed(
    title: str, says: Sentence, *, way: Way | None = None, at: datetime | None = None
) -> Step:
    return Step(title, True, says, way=way, at=at)


def stopped(
    title: str,
    says: Sentence,
    change: str,
    way: Way | None = None,
    *,
    at: datetime | None = None,
    at_words: str = "Included since",
) -> Step:
    return Step(title, False, says, change, way, at, at_words)


@dataclass(frozen=True)
class Seen:
    """An address as it stands on a message, and in which field."""

    address: str
    field: str


@dataclass(frozen=True)
class Known:
    """A candidate on a message."""

    candidate_id: str
    name: str
    seen: Seen


@dataclass(frozen=True)
class Facts:
    """All that decides about one message; `names_candidates` is off for who may not see them."""

    header: Header
    decision: Decision
    presence: Presence
    folder: Folder | None = None
    own: tuple[Seen, ...] = ()
    candidates: tuple[Known, ...] = ()
    alias: Alias | None = None
    feeds: tuple[tuple[str, str], ...] = ()
    last_look_at: datetime | None = None
    failure: str = ""
    names_candidates: bool = True
