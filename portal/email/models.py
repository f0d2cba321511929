"""A mailbox, its folders and messages, and a person's own addresses."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

# The kind of the feed entries whose subjects are messages.
FEED_KIND = "email"


class AliasChange(StrEnum):
    """The last thing that the directory did to an address."""

    MADE_PRIMARY = "made_primary"
    WAS_PRIMARY = "was_primary"
    GONE = "gone"
    RETURNED = "returned"
    RETURNED_OFF = "returned_off"


@dataclass(frozen=True)
class Alias:
    """One address of a person. The primary one is always included.

    A gone one keeps its choice for its return. Mail before `included_from` is not kept.
    """

    id: str
    user_id: str
    address: str
    folded: str
    is_primary: bool
    is_included: bool
    included_from: datetime | None
    found_at: datetime
    gone_at: datetime | None
    seen_in_mail_at: datetime | None
    change: AliasChange | None = None
    changed_at: datetime | None = None

    @property
    def is_synced(self) -> bool:
        return self.is_included and not self.is_gone

    @property
    def is_gone(self) -> bool:
        return self.gone_at is not None


class AttachmentKind(StrEnum):
    """A file, an attached message, or a link to a file that stays in the cloud."""

    FILE = "file"
    MESSAGE = "message"
    CLOUD = "cloud"


class Reason(StrEnum):
    """Why a message was kept or left out."""

    KEPT = "kept"
    NO_CANDIDATE = "no_candidate"
    ALIAS_OFF = "alias_off"
    ALIAS_BEFORE_START = "alias_before_start"
    NOT_ADDRESSED = "not_addressed"
    INSIDE = "inside"
    NEVER_SYNC = "never_sync"
    CLOSED = "closed"
    WAITS_FOR_OWNER = "waits_for_owner"
    LEFT_BY_OWNER = "left_by_owner"
    LEFT_BY_SHARED = "left_by_shared"
    FOLDER_LEFT_OUT = "folder_left_out"
    VANISHED = "vanished"
    UNREADABLE = "unreadable"


class Stage(StrEnum):
    """The stage of a mailbox's first sync. FOLLOWING comes after it."""

    WAITING = "waiting"
    ADDRESSES = "addresses"
    FOLDERS = "folders"
    HEADERS = "headers"
    FOLLOWING = "following"


@dataclass(frozen=True)
class SyncStatus:
    """The status of one mailbox on the Email page."""

    mailbox_id: str
    user_id: str
    is_syncing: bool
    stage: Stage
    due_at: datetime
    total_count: int
    read_count: int
    kept_count: int
    first_sync_started_at: datetime | None
    first_sync_finished_at: datetime | None
    last_success_at: datetime | None
    failure: str | None
    failed_at: datetime | None
    is_throttled: bool
    absent_since: datetime | None
    left_out_this_week: int
    kept_this_week: int
    searches_running: int

    @property
    def read_this_week(self) -> int:
        return self.left_out_this_week + self.kept_this_week

    @property
    def is_first_sync(self) -> bool:
        return self.is_syncing and self.first_sync_finished_at is None

    def seconds_left(self, now: datetime) -> int | None:
        """Seconds left at the pace so far. None while it is unknown."""
        started, read = self.first_sync_started_at, self.read_count
        if started is None or read <= 0 or self.total_count <= read:
            return None
        elapsed = (now - started).total_seconds()
        return round(elapsed * (self.total_count - read) / read)


@dataclass(frozen=True)
class LeftOut:
    """How many messages were left out for one reason."""

    reason: Reason
    count: int


@dataclass(frozen=True)
class AttachmentPlace:
    """The place of an attachment at Microsoft, and the mailbox it is fetched from."""

    user_id: str
    owner_name: str
    graph_message_id: str
    graph_id: str
    name: str
    content_type: str
    size: int
    kind: AttachmentKind = AttachmentKind.FILE
    is_opened: bool = True


@dataclass(frozen=True)
class Mailbox:
    """One person's mailbox and the state of its sync."""

    id: str
    user_id: str
    stage: Stage
    folders_cursor: str | None
    addresses_read_at: datetime | None
    addresses_asked_at: datetime | None
    first_sync_started_at: datetime | None
    first_sync_finished_at: datetime | None
    last_success_at: datetime | None
    poll_seconds: int
    failure_count: int


@dataclass(frozen=True)
class Folder:
    """A folder as Outlook shows it; `walks_again` when its messages were counted before.

    `left_out_as` is the well-known folder that it is or lies below, if it is left out. `failure`
    says why Microsoft refuses it, while it is set aside.
    """

    graph_id: str
    parent_id: str | None
    name: str
    total_count: int
    is_left_out: bool = False
    is_walking: bool = True
    walks_again: bool = False
    cursor: str | None = None
    left_out_as: str | None = None
    failure: str | None = None
    failed_at: datetime | None = None
    missing_count: int = 0


@dataclass(frozen=True, slots=True)
class Correspondent:
    """A person in From, Sender, To or Cc, as `kind` says."""

    name: str
    address: str
    kind: str


@dataclass(frozen=True, slots=True)
class Header:
    """A message before its text is fetched. `hidden` are addresses in Bcc.

    `sent_by` stands in Sender; `agents` are all addresses in Sender and Reply-To.
    `claimed_sent_at` is what the writer's clock said; `sent_at` orders the feed.
    """

    graph_id: str
    internet_message_id: str
    subject: str
    sender: Correspondent | None
    recipients: tuple[Correspondent, ...]
    hidden: tuple[str, ...]
    received_at: datetime
    sent_at: datetime
    claimed_sent_at: datetime
    folder_id: str
    web_link: str
    is_draft: bool
    sent_by: Correspondent | None = None
    agents: tuple[str, ...] = ()

    @property
    def addresses(self) -> list[str]:
        """Of everybody in From, To and Cc."""
        people = (self.sender, *self.recipients) if self.sender else self.recipients
        return [each.address for each in people if each.address]


@dataclass(frozen=True)
class Decision:
    """Whether a message is kept, for whom, by which own address, and through which relay."""

    reason: Reason
    candidate_ids: frozenset[str] = frozenset()
    alias_id: str | None = None
    through: str = ""

    @property
    def is_kept(self) -> bool:
        return self.reason is Reason.KEPT


@dataclass(frozen=True)
class AttachmentName:
    """An attachment of a message. Its content stays in the mailbox."""

    graph_id: str
    name: str
    content_type: str
    size: int
    kind: AttachmentKind = AttachmentKind.FILE


def digest_of(text: str | None, files: Iterable[str] = ()) -> str:
    """The same for texts that differ in blanks and line ends alone, with files of these names."""
    content = "\n".join([" ".join((text or "").split()), *sorted(files)])
    return hashlib.sha256(content.encode()).hexdigest()


@dataclass(frozen=True)
class Message:
    """A kept message: no text if its copy is stored already, no links if Microsoft told none."""

    header: Header
    text: str | None = None
    is_cut: bool = False
    attachments: tuple[AttachmentName, ...] = ()
    links: tuple[str, ...] | None = None

    @property
    def digest(self) -> str:
        """Of text and files: `See below.` may come twice in a mailbox, with two files."""
        return digest_of(self.text, (each.name for each in self.attachments))


@dataclass(frozen=True)
class KeptMessage:
    """A stored message without its text; `recipients` is JSON."""

    id: str
    internet_message_id: str
    sender_address: str
    recipients: str
    subject: str
    claimed_sent_at: datetime


@dataclass(frozen=True)
class TextFailure:
    """A message whose text Microsoft refused, so many times."""

    graph_id: str
    count: int
    last_failed_at: datetime

    @property
    def due_at(self) -> datetime:
        """When to ask for it again: after one minute, then two, four and so on."""
        return self.last_failed_at + timedelta(minutes=2 ** max(0, self.count - 1))
