"""The marketplace: enable and disable a platform, one at a time."""

from dataclasses import dataclass
from datetime import datetime

from portal.audit.actions import Action
from portal.audit.log import Actor, record
from portal.errors import Conflict
from portal.microsoft365 import consent_store, subscription_store
from portal.microsoft365 import store as microsoft365
from portal.storage import platforms
from portal.storage.platforms import Platform
from portal.storage.rows import ConstraintRefused, Rows


@dataclass(frozen=True)
class Disabled:
    """What Disable wiped: people's connections, and whether consent existed."""

    connection_count: int
    had_consent: bool


def enable(rows: Rows, platform: Platform, *, actor: Actor, now: datetime) -> None:
    """Enable a platform. Refused while the other is enabled. Does nothing if already enabled."""
    try:
        with rows.write():
            if platforms.enabled(rows) is platform:
                return
            platforms.save(rows, platform, is_enabled=True, changed_by=actor.name, now=now)
            record(rows, actor=actor, action=Action.PLATFORM_ENABLED, target=platform.label, at=now)
    except ConstraintRefused as error:
        raise Conflict(only_one(platforms.enabled(rows) or platform)) from error


def only_one(enabled: Platform) -> str:
    return f"One platform at a time: disable {enabled.label} first."


def disable_microsoft_365(rows: Rows, *, actor: Actor, now: datetime) -> Disabled | None:
    """Stop all work and wipe what opens mailboxes. Feeds, people and settings stay.

    None if it was disabled already. A worker inside a mailbox stops at its next page, since it
    may not continue without a connection or consent.
    """
    platform = Platform.MICROSOFT_365
    with rows.write():
        if platforms.enabled(rows) is not platform:
            return None
        wiped = Disabled(
            connection_count=microsoft365.delete_all(rows),
            had_consent=consent_store.consent(rows) is not None,
        )
        consent_store.delete(rows)
        subscription_store.delete_all(rows)
        platforms.save(rows, platform, is_enabled=False, changed_by=actor.name, now=now)
        record(
            rows,
            actor=actor,
            action=Action.PLATFORM_DISABLED,
            target=platform.label,
            old=f"{wiped.connection_count} connections"
            + (" and the organization's consent" if wiped.had_consent else ""),
            at=now,
        )
    rows.forget_log()
    return wiped
