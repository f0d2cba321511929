"""The Email page of one person, built from stored rows."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from portal.email import folder_store, mailboxes, removal_store, settings_store
from portal.email.models import Alias, Folder, SyncStatus
from portal.email_settings import texts
from portal.graph.errors import MISSING
from portal.privacy import held_entry_store, hold_store
from portal.storage.rows import Rows
from portal.users import store as users
from portal.wording import counted, number


@dataclass(frozen=True)
class AliasRow:
    """One address, and how many messages only it brought."""

    alias: Alias
    removable: int
    is_searching: bool
    change: str = ""


@dataclass(frozen=True)
class LeftOutRow:
    """Messages left out for one reason, and what would change that."""

    because: str
    change: str
    count: int


@dataclass(frozen=True)
class Overview:
    """The page. `address` belongs to the mailbox's account."""

    address: str
    connection_hint: str
    is_connected: bool
    status: SyncStatus | None
    aliases: tuple[AliasRow, ...]
    left_out: tuple[LeftOutRow, ...]
    removable: int
    now: datetime
    is_shared: bool = False
    kept_per_day: tuple[int, ...] = ()
    refused_folders: tuple[Folder, ...] = ()
    starts_on: bool = True
    is_kept_out: bool = False
    is_closed: bool = False
    is_absent: bool = False
    unlisted_folders: tuple[Folder, ...] = ()
    waits_for_consent: bool = False
    has_lapsed: bool = False
    asks_since: datetime | None = None
    waiting_candidates: int = 0
    waiting_entries: int = 0

    @property
    def failure_title(self) -> str:
        """The title of a failed sync."""
        if self.is_closed:
            return texts.closed(is_shared=self.is_shared)
        is_throttled = self.status is not None and self.status.is_throttled
        return texts.THROTTLED if is_throttled else texts.failed(is_shared=self.is_shared)

    @property
    def failure_kind(self) -> str:
        is_throttled = self.status is not None and self.status.is_throttled
        return "warn" if is_throttled or self.is_closed else "bad"

    @property
    def is_syncing(self) -> bool:
        """Whether email syncs. The mailbox of a person who recruits begins automatically."""
        return self.status.is_syncing if self.status else self.is_connected and self.starts_on

    @property
    def can_switch(self) -> bool:
        return (self.is_connected or self.status is not None) and not self.is_kept_out

    @property
    def is_running(self) -> bool:
        return self.is_connected and self.is_syncing

    @property
    def shows_progress(self) -> bool:
        is_first = self.status is None or self.status.is_first_sync
        return self.is_running and is_first and not (self.is_closed or self.is_absent)

    @property
    def absence(self) -> str:
        """Why a mailbox that Microsoft does not have is left out. Empty for every other."""
        return MISSING if self.is_absent and self.is_running else ""

    @property
    def shows_failure(self) -> bool:
        """Whether the last sync failed and is tried again, so that no hint says what to do."""
        status = self.status
        has_failed = status is not None and status.is_syncing and status.failed_at is not None
        return has_failed and self.is_connected

    @property
    def is_searching(self) -> bool:
        return bool(self.status and self.status.searches_running)

    @property
    def can_ask(self) -> bool:
        return self.is_running and self.status is not None and not self.shows_progress

    @property
    def refresh_seconds(self) -> int:
        """Seconds between refreshes of the page. 0 if nothing changes."""
        if not self.is_running:
            return 0
        return 1 if self.shows_progress or self.is_searching else 5

    @property
    def stage(self) -> str:
        return texts.stage(self.status.stage) if self.status else "Waiting for its turn"

    @property
    def progress(self) -> str:
        """The progress in words, with the minutes left."""
        status = self.status
        if status is None or status.total_count <= 0:
            return ""
        left = texts.time_left(status.seconds_left(self.now))
        counts = f"{number(status.read_count)} of {number(status.total_count)} looked at"
        return f"{counts}, {number(status.kept_count)} kept, {left}"

    @property
    def announcement(self) -> str:
        """The text for screen readers: the stage, never each count."""
        if self.shows_progress:
            return self.stage
        return "The first sync is finished." if self.status and self.is_syncing else ""

    @property
    def chart_label(self) -> str:
        """The chart's label. Empty without messages."""
        kept = self.kept_per_day
        if not any(kept):
            return ""
        days = counted(len(kept), "day")
        span = f"{number(min(kept))} to {number(max(kept))}"
        return f"Messages kept per day over the last {days}, {span}"

    @property
    def chart_days(self) -> list[tuple[str, int]]:
        """The chart in words, today first. Empty if the chart is."""
        days = [self.now.date() - mailboxes.DAY * back for back in range(len(self.kept_per_day))]
        counts = reversed(self.kept_per_day)
        rows = [(f"{on:%a} {on.day} {on:%B}", kept) for on, kept in zip(days, counts, strict=True)]
        return rows if self.chart_label else []

    @property
    def left_out_count(self) -> int:
        return sum(row.count for row in self.left_out)

    @property
    def folders_left_out(self) -> str:
        return texts.FOLDERS_LEFT_OUT

    @property
    def offered_removal(self) -> int:
        """The number of messages that the page offers to remove. None while sync is on."""
        return 0 if self.is_syncing else self.removable

    @property
    def has_unseen_alias(self) -> bool:
        """Whether an alias's switch may have no effect."""
        rows = (row.alias for row in self.aliases)
        return any(
            not alias.is_primary and not alias.is_gone and alias.seen_in_mail_at is None
            for alias in rows
        )


@dataclass(frozen=True)
class Account:
    """The account the page is about. `hindrance` says what to do while it cannot be read.

    `is_kept_out`: a shared mailbox that Portal no longer reads. `is_closed`: Exchange keeps its
    mailbox closed to Portal. `waits_for_consent`: the consent of
    the organization opened it, and was withdrawn.
    """

    user_id: str
    address: str
    hindrance: str
    is_kept_out: bool = False
    is_shared: bool = False
    is_closed: bool = False
    is_absent: bool = False
    waits_for_consent: bool = False
    has_lapsed: bool = False


def of_person(
    rows: Rows, account: Account, status: SyncStatus | None, *, now: datetime
) -> Overview:
    user_id = account.user_id
    return Overview(
        address=account.address,
        connection_hint=account.hindrance,
        is_connected=not account.hindrance,
        status=status,
        aliases=_alias_rows(rows, user_id),
        left_out=_left_out_rows(rows, account, status.mailbox_id, now) if status else (),
        removable=_removable(rows, user_id, status),
        now=now,
        is_shared=account.is_shared,
        kept_per_day=mailboxes.kept_per_day(rows, status.mailbox_id, now=now) if status else (),
        starts_on=users.syncs_email(rows, user_id),
        is_kept_out=account.is_kept_out,
        is_closed=account.is_closed,
        is_absent=account.is_absent,
        refused_folders=_folders(folder_store.folders_set_aside, rows, status),
        unlisted_folders=_folders(folder_store.folders_with_missing, rows, status),
        waits_for_consent=account.waits_for_consent,
        has_lapsed=account.has_lapsed,
        asks_since=hold_store.asks_since(rows, user_id),
        waiting_candidates=hold_store.count_waiting(rows, user_id),
        waiting_entries=held_entry_store.count_waiting(rows, user_id),
    )


def _folders(
    read: Callable[[Rows, str], list[Folder]], rows: Rows, status: SyncStatus | None
) -> tuple[Folder, ...]:
    return tuple(read(rows, status.mailbox_id)) if status else ()


def _alias_rows(rows: Rows, user_id: str) -> tuple[AliasRow, ...]:
    aliases = settings_store.aliases_of(rows, user_id)
    may_go = [each.id for each in aliases if not (each.is_primary or each.is_synced)]
    removable = removal_store.counts_only_from(rows, may_go)
    searched = settings_store.searched_aliases(rows, user_id)
    return tuple(
        AliasRow(
            each,
            removable.get(each.id, 0),
            is_searching=each.id in searched,
            change=texts.alias_change(each),
        )
        for each in aliases
    )


def _left_out_rows(
    rows: Rows, account: Account, mailbox_id: str, now: datetime
) -> tuple[LeftOutRow, ...]:
    found = settings_store.left_out(rows, mailbox_id, now=now)
    is_shared = account.is_shared
    return tuple(
        LeftOutRow(
            texts.reason(each, is_shared=is_shared),
            texts.change(each, is_shared=is_shared),
            each.count,
        )
        for each in found
    )


def _removable(rows: Rows, user_id: str, status: SyncStatus | None) -> int:
    """Count removable messages only while sync is off: a large mailbox takes seconds."""
    if status is None or status.is_syncing:
        return 0
    return removal_store.count_only_from_person(rows, user_id)
