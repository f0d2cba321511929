"""A mail that is meant to go out once, with its recipients, files and attempts."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

FEED_KIND = "outbox"
# A mail that could go, but did not, is given up after this time.
GIVEN_UP_AFTER = timedelta(hours=24)
UNDO = timedelta(seconds=10)
MOST_RECIPIENTS = 50
MOST_FILES = 10
# Of all files of a mail together; base64 makes four bytes of three.
MOST_FILE_BYTES = 2_900_000
MOST_REQUEST_BYTES = 4_000_000
LONGEST_SUBJECT = 255
LONGEST_TEXT = 100_000
LONGEST_SIGNATURE = 2_000


class Kind(StrEnum):
    PERSON = "person"
    ALIAS_TEST = "alias_test"
    AUTOMATED = "automated"


class Route(StrEnum):
    MICROSOFT = "microsoft"
    SMTP = "smtp"


class State(StrEnum):
    """The state of a mail; docs/sending.md has the transitions."""

    WAITING = "waiting"
    SENDING = "sending"
    UNKNOWN = "unknown"
    ACCEPTED = "accepted"
    SEEN = "seen"
    ASKS = "asks"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


# A mail in one of these may still go out, or may have gone out.
OPEN = (State.WAITING, State.SENDING, State.UNKNOWN, State.ASKS)
# The mail did not go out. A person may send it again, in a new row.
DID_NOT_GO = (State.REFUSED, State.WITHDRAWN)


class Field(StrEnum):
    TO = "to"
    CC = "cc"


class Bounce(StrEnum):
    """The word of a notice about one recipient."""

    FAILED = "failed"
    DELAYED = "delayed"
    UNCLEAR = "unclear"


class Outcome(StrEnum):
    """The address that mail from an alias went out with."""

    AS_ALIAS = "as_alias"
    AS_PRIMARY = "as_primary"
    NOT_ARRIVED = "not_arrived"
    REFUSED = "refused"


class Ended(StrEnum):
    """The outcome of one call."""

    ACCEPTED = "accepted"
    UNKNOWN = "unknown"
    # No connection was made, or there was no token.
    UNSENT = "unsent"
    THROTTLED = "throttled"
    # The mailbox may send no more for a while.
    HELD = "held"
    TOKEN_REFUSED = "token refused"  # noqa: S105  # a word
    # Exchange keeps the mailbox closed to this path.
    CLOSED = "closed"
    MARK_REFUSED = "mark refused"
    # The message that it answers is not in the mailbox.
    NOT_THERE = "not there"
    REFUSED = "refused"


# Outcomes of calls by which recipients may have got a mail.
MAY_HAVE_ARRIVED = (Ended.ACCEPTED, Ended.UNKNOWN)


@dataclass(frozen=True)
class Recipient:
    """One address of a mail. `candidate_id` where it is a candidate's."""

    address: str
    folded: str
    name: str
    field: Field
    candidate_id: str | None = None
    bounce: Bounce | None = None
    status: str | None = None
    bounced_at: datetime | None = None


@dataclass(frozen=True)
class File:
    """A file of a mail. `content` is base64, and None once it was dropped or is not read."""

    id: str
    name: str
    content_type: str
    size: int
    content: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Attempt:
    """One call. `through_id` is the mailbox whose path took it; `outcome` is None while it runs."""

    number: int
    through_id: str
    stage: str
    started_at: datetime
    ended_at: datetime | None = None
    outcome: str | None = None


@dataclass(frozen=True)
class Mail:
    """One row of the outbox, without recipients, files and attempts.

    `author_id` pressed Send. `account_id` is the mailbox that `from_address` belongs to, and
    `through_id` the one whose path of Graph takes the mail. It was first free to go at `free_at`.
    `is_in_thread`: it goes as a reply to the message that it answers. `looks` counts the searches
    for its copy since it was handed over, and `failed_looks` those that failed.
    `is_no_reply`: automated mail with an author, who filled it in from a template marked so.
    """

    id: str
    kind: Kind
    route: Route
    author_id: str | None
    author_name: str
    account_id: str | None
    through_id: str | None
    candidate_id: str | None
    alias_id: str | None
    from_address: str
    from_name: str
    answers_message_id: str | None
    is_in_thread: bool
    subject: str
    text: str
    signature: str
    state: State
    created_at: datetime
    free_at: datetime
    due_at: datetime
    give_up_at: datetime | None = None
    useless_at: datetime | None = None
    attempts: int = 0
    looks: int = 0
    failed_looks: int = 0
    was_marked: bool = False
    is_throttled: bool = False
    handed_at: datetime | None = None
    accepted_at: datetime | None = None
    seen_at: datetime | None = None
    ended_at: datetime | None = None
    ended_by: str | None = None
    may_have_gone: bool = False
    copies_found: int = 0
    graph_id: str | None = None
    web_link: str = ""
    internet_message_id: str | None = None
    message_id: str | None = None
    from_seen: str | None = None
    sender_seen: str | None = None
    failure: str | None = None
    failed_at: datetime | None = None
    again_of: str | None = None
    form_number: str | None = None
    is_no_reply: bool = False

    @property
    def is_waiting(self) -> bool:
        return self.state is State.WAITING

    @property
    def is_written(self) -> bool:
        """Whether a person wrote it."""
        return self.kind is Kind.PERSON or self.is_no_reply

    @property
    def connected_author(self) -> str | None:
        """The author whose own connection may carry it. None for automated mail."""
        return None if self.kind is Kind.AUTOMATED else self.author_id

    @property
    def whole_text(self) -> str:
        """The text as recipients see it, with the signature."""
        return f"{self.text}\n\n{self.signature}" if self.signature else self.text


@dataclass(frozen=True)
class Queued:
    """A mail before it is stored, as a form or Portal hands it over."""

    mail: Mail
    recipients: tuple[Recipient, ...]
    files: tuple[File, ...] = ()


@dataclass(frozen=True)
class SendingMailbox:
    """A mailbox through which mail goes. `knows_mark`: a search by our mark found a copy in it."""

    id: str
    knows_mark: bool = False
    refuses_mark: bool = False
    throttled_until: datetime | None = None


@dataclass(frozen=True)
class AliasProof:
    """The outcome of the latest mail from an address, or of its test."""

    alias_id: str
    outcome: Outcome
    from_seen: str
    sender_seen: str
    is_test: bool
    seen_at: datetime
