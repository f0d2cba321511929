"""The facts that decide about one message, and the answer to one question about it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from string import Formatter

from portal.email.models import Alias, Decision, Folder, Header


@dataclass(frozen=True)
class Part:
    """A piece of a sentence: our own words, or a name that a stranger wrote."""

    text: str
    is_name: bool


@dataclass(frozen=True)
class Sentence:
    """Words and names, kept apart until a page shows them, since strangers wrote the names."""

    parts: tuple[Part, ...]

    def __str__(self) -> str:
        return "".join(part.text for part in self.parts)


def say(words: str, **names: str) -> Sentence:
    """Build a sentence. `{name}` marks a place; braces inside a name stay braces."""
    parts = []
    for text, name, _, _ in Formatter().parse(words):
        parts.append(Part(text, is_name=False))
        if name is not None:
            parts.append(Part(names[name], is_name=True))
    return Sentence(tuple(part for part in parts if part.text))


class Presence(StrEnum):
    """Where a message is that the rules keep, or that Portal has although they do not."""

    HERE = "here"
    ELSEWHERE = "elsewhere"
    SENT = "sent"
    NOT_SYNCED_YET = "not_synced_yet"
    SEARCHED_FOR = "searched_for"
    VANISHED = "vanished"
    UNREADABLE = "unreadable"
    MISSING = "missing"


IS_HERE = (Presence.HERE, Presence.ELSEWHERE, Presence.SENT)
ON_ITS_WAY = (Presence.NOT_SYNCED_YET, Presence.SEARCHED_FOR)


@dataclass(frozen=True)
class Link:
    """A link to the page where the reader can change the answer."""

    label: str
    endpoint: str
    arguments: Mapping[str, str] = field(default_factory=dict)


EMAIL = Link("Open Email", "email_settings.settings")
NEVER_SYNC = Link("Open “Never sync”", "privacy_settings.own_list")
EARLIER_MAIL = Link("Open “Earlier mail”", "earlier_mail.questions")
MICROSOFT_365 = Link("See your connection", "microsoft365.settings")
ADD_CANDIDATE = Link("Add candidate", "candidates.new")


@dataclass(frozen=True)
class Step:
    """One question with its answer; `change` says what would turn a no into a yes."""

    title: str
    is_passed: bool
    says: Sentence
    change: str = ""
    link: Link | None = None
    at: datetime | None = None
    at_words: str = "Included since"


def passed(
    title: str, says: Sentence, *, link: Link | None = None, at: datetime | None = None
) -> Step:
    return Step(title, True, says, link=link, at=at)


def stopped(
    title: str,
    says: Sentence,
    change: str,
    link: Link | None = None,
    *,
    at: datetime | None = None,
    at_words: str = "Included since",
) -> Step:
    return Step(title, False, says, change, link, at, at_words)


@dataclass(frozen=True)
class HeaderAddress:
    """An address on a message, and the field it is in."""

    address: str
    field: str

    @property
    def is_of_agent(self) -> bool:
        return self.field in ("Sender", "Reply-To")


@dataclass(frozen=True)
class CandidateMatch:
    """A candidate on a message, and the address that matched."""

    candidate_id: str
    name: str
    matched: HeaderAddress


@dataclass(frozen=True)
class Facts:
    """Everything that decides about one message.

    `names_candidates` is off for readers who may not see candidates. `inside` is a candidate's
    address that belongs to the organization, `never` one that is on a list of “Never sync”.
    `relay` is the relay domain that the message came from, `principal` the address of a shared
    mailbox as which the owner sent it.
    """

    header: Header
    decision: Decision
    presence: Presence
    folder: Folder | None = None
    own: tuple[HeaderAddress, ...] = ()
    candidates: tuple[CandidateMatch, ...] = ()
    alias: Alias | None = None
    feeds: tuple[tuple[str, str], ...] = ()
    last_sync_at: datetime | None = None
    failure: str = ""
    names_candidates: bool = True
    is_sent: bool = False
    inside: str = ""
    never: str = ""
    relay: str = ""
    principal: str = ""

    @property
    def counting(self) -> list[CandidateMatch]:
        """The candidates on it who count: one in Bcc does not, nor one whom no relay names."""
        return [
            each
            for each in self.candidates
            if each.matched.field != "Bcc" and (self.relay or not each.matched.is_of_agent)
        ]
