"""A person's sync in a sentence, on the page of their connection."""

from datetime import datetime

from portal.email import settings_store
from portal.email.models import SyncStatus
from portal.email_settings import texts
from portal.microsoft365.models import FeatureState
from portal.microsoft365.next_steps import SyncNow
from portal.microsoft365.permissions import Feature
from portal.microsoft365.status import feature_state
from portal.storage.rows import Rows
from portal.users import store as users
from portal.wording import counted, number

READABLE = (FeatureState.READY, FeatureState.WORKING, FeatureState.FAILING)
OFF = SyncNow("Email sync is off", "Your mailbox is not opened. Turn sync on under Email.")
WAITS = SyncNow("The first sync begins", "It starts within a minute.", is_live=True)


def sync_now(rows: Rows, user_id: str, now: datetime) -> SyncNow | None:
    """None for a mailbox that Portal may not read now."""
    if feature_state(rows, user_id, Feature.EMAIL_SYNC) not in READABLE:
        return None
    status = settings_store.status(rows, user_id, now=now)
    if status is None:
        return WAITS if users.syncs_email(rows, user_id) else OFF
    if not status.is_syncing:
        return OFF
    if status.failed_at is not None:
        return SyncNow(texts.failed(is_shared=False), status.failure or "", next_at=status.due_at)
    if status.is_first_sync:
        return _first(status, now)
    messages, candidates = settings_store.brought(rows, user_id)
    return SyncNow(
        "Your mailbox is synced",
        said_brought(messages, candidates),
        has_mail=messages > 0,
        next_at=status.due_at,
    )


def _first(status: SyncStatus, now: datetime) -> SyncNow:
    read, total = status.read_count, status.total_count
    said = f"{number(read)} of {counted(total, 'message')} read, {number(status.kept_count)} kept."
    return SyncNow(
        "The first sync is running",
        f"{said} {texts.time_left(status.seconds_left(now)).capitalize()}." if total else "",
        is_live=True,
        read=read,
        total=total,
    )


def said_brought(messages: int, candidates: int) -> str:
    """`38 messages with 4 candidates.`"""
    if not messages:
        return "No message with a candidate was found. New ones appear automatically."
    found = counted(messages, "message")
    return f"{found} with {counted(candidates, 'candidate')}."
