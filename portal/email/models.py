"""A mailbox, its folders and messages, and a person's own addresses."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

# The kind of the feed entries whose subjects are messages.
FEED_KIND = "email"


@dataclass(frozen=True)
class Alias:
    """One address of a person; the primary one is always included.

    `included_from` is the moment before which nothing is kept; None keeps what was there too.
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

    @property
    def is_gone(self) -> bool:
        return self.gone_at is not None


class Reason(StrEnum):
    """Why a message was kept or left out."""

    KEPT = "kept"
    NO_CANDIDATE = "no_candidate"
    ALIAS_OFF = "alias_off"
    ALIAS_BEFORE_START = "alias_before_start"
    NOT_ADDRESSED = "not_addressed"
    FOLDER_LEFT_OUT = "folder_left_out"
    VANISHED = "vanished"
    UNREADABLE = "unreadable"


class Stage(StrEnum):
    """How far the first sync of a mailbox is; FOLLOWING is after it."""

    WAITING = "waiting"
    ADDRESSES = "addresses"
    FOLDERS = "folders"
    HEADERS = "headers"
    FOLLOWING = "following"


@dataclass(frozen=True)
class SyncStatus:
    """What the Email page says about one mailbox."""

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
        """At the pace so far; None while there is none to judge by."""
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
    """Where at Microsoft an attachment lies, and through whose connection it is asked for."""

    user_id: str
    owner_name: str
    graph_message_id: str
    graph_id: str
    name: str
    content_type: str
    size: int


@dataclass(frozen=True)
class Mailbox:
    """How far the sync of one person's mailbox is."""

    id: str
    user_id: str
    stage: Stage
    folders_cursor: str | None
    addresses_read_at: datetime | None
    first_sync_started_at: datetime | None
    first_sync_finished_at: datetime | None
    last_success_at: datetime | None
    poll_seconds: int
    failure_count: int


@dataclass(frozen=True)
class Folder:
    """A folder as Outlook shows it; `walks_again` when its messages were counted before."""

    graph_id: str
    parent_id: str | None
    name: str
    total_count: int
    is_left_out: bool = False
    is_walking: bool = True
    walks_again: bool = False
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Correspondent:
    """Somebody in From, To or Cc; `kind` says which."""

    name: str
    address: str
    kind: str


@dataclass(frozen=True, slots=True)
class Header:
    """What is known of a message before its text is fetched; `hidden` are addresses in Bcc."""

    graph_id: str
    internet_message_id: str
    subject: str
    sender: Correspondent | None
    recipients: tuple[Correspondent, ...]
    hidden: tuple[str, ...]
    received_at: datetime
    sent_at: datetime
    folder_id: str
    web_link: str
    is_draft: bool
    has_attachments: bool

    @property
    def addresses(self) -> list[str]:
        """Of everybody in From, To and Cc."""
        people = (self.sender, *self.recipients) if self.sender else self.recipients
        return [each.address for each in people if each.address]


@dataclass(frozen=True)
class Decision:
    """Whether a message is kept, for whom, and which of the owner's addresses decided."""

    reason: Reason
    candidate_ids: frozenset[str] = frozenset()
    alias_id: str | None = None

    @property
    def is_kept(self) -> bool:
        return self.reason is Reason.KEPT


@dataclass(frozen=True)
class AttachmentName:
    """What hangs on a message; its content stays in the mailbox."""

    graph_id: str
    name: str
    content_type: str
    size: int


@dataclass(frozen=True)
class Message:
    """A message that is kept; without a text when this mailbox's copy is here already."""

    header: Header
    text: str | None = None
    is_cut: bool = False
    attachments: tuple[AttachmentName, ...] = ()


@dataclass(frozen=True)
class Search:
    """Earlier correspondence to be found in one mailbox; without an address, all of it again."""

    id: str
    mailbox_id: str
    user_id: str
    address: str
    cursor: str | None
    read_count: int
    failure_count: int

    @property
    def is_walk(self) -> bool:
        return not self.address
