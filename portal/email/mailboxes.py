"""The sync switch of a mailbox, and what a person asks of it."""

from datetime import datetime, timedelta

from portal.audit.actions import Action
from portal.audit.log import Actor, record
from portal.email import settings_store as store
from portal.email.models import LeftOut, SyncStatus
from portal.storage.rows import Rows

WEEK = timedelta(days=7)
DAY = timedelta(days=1)
CHART_DAYS = 14


def status(rows: Rows, user_id: str, *, now: datetime) -> SyncStatus | None:
    """What the mailbox is doing now; None while it is not known yet."""
    return store.status(rows, user_id, since=now - WEEK)


def left_out(rows: Rows, mailbox_id: str, *, now: datetime) -> list[LeftOut]:
    """Messages of the last seven days that were not kept, by reason."""
    return store.left_out(rows, mailbox_id, since=now - WEEK)


def kept_per_day(rows: Rows, mailbox_id: str, *, now: datetime) -> tuple[int, ...]:
    """How many messages of each of the last days are kept, today last."""
    days = [now - DAY * back for back in reversed(range(CHART_DAYS))]
    kept = store.kept_per_day(rows, mailbox_id, since=days[0])
    return tuple(kept.get(day.date().isoformat(), 0) for day in days)


def set_syncing(rows: Rows, user_id: str, *, is_syncing: bool, actor: Actor, now: datetime) -> None:
    """On or off. Choices about aliases stay as they are, and so does the mail that is here."""
    with rows.write():
        if store.is_syncing(rows, user_id) == is_syncing:
            return
        store.set_syncing(rows, user_id, is_syncing=is_syncing, now=now)
        record(
            rows,
            actor=actor,
            action=Action.EMAIL_SYNC_TURNED_ON if is_syncing else Action.EMAIL_SYNC_TURNED_OFF,
            target=actor.name,
            at=now,
        )


def ask(rows: Rows, mailbox_id: str, now: datetime, *, read_addresses: bool = False) -> None:
    """Look as soon as a worker is free; also for new addresses, if that is wished."""
    with rows.write():
        store.make_due(rows, mailbox_id, now=now, read_addresses=read_addresses)


def ask_for_aliases(rows: Rows, *, actor: Actor, now: datetime) -> int:
    """Everybody's aliases, now and not only once a day; of how many people."""
    with rows.write():
        count = store.read_all_addresses(rows, now=now)
        record(
            rows,
            actor=actor,
            action=Action.ALIASES_OF_EVERYBODY_ASKED_FOR,
            target="1 mailbox" if count == 1 else f"{count} mailboxes",
            at=now,
        )
    return count
