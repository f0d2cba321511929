"""The marketplace: enable and disable a platform, one at a time."""

from dataclasses import dataclass

from portal.audit.act import Act
from portal.audit.actions import Action
from portal.errors import Conflict
from portal.microsoft365 import consent_store
from portal.microsoft365 import store as microsoft365
from portal.storage import platforms
from portal.storage.platforms import Platform
from portal.storage.rows import ConstraintRefused
from portal.subscriptions import store as subscription_store
from portal.wording import counted


@dataclass(frozen=True)
class Disabled:
    """The result of Disable: whose connections it wiped, and whether consent existed."""

    connection_count: int
    had_consent: bool


def enable(act: Act, platform: Platform) -> None:
    """Enable a platform. Refused while the other is enabled. Does nothing if already enabled."""
    try:
        with act.rows.write():
            if platforms.enabled(act.rows) is platform:
                return
            platforms.save(
                act.rows, platform, is_enabled=True, changed_by=act.actor.name, now=act.now
            )
            act.record(
                Action.PLATFORM_ENABLED,
                platform.label,
            )
    except ConstraintRefused as error:
        raise Conflict(only_one(platforms.enabled(act.rows) or platform)) from error


def only_one(enabled: Platform) -> str:
    return f"One platform at a time: disable {enabled.label} first."


def disable_microsoft_365(act: Act) -> Disabled | None:
    """Stop all work and wipe what opens mailboxes. Feeds, people and settings stay.

    None if it was disabled already. A worker inside a mailbox stops at its next page, since it
    may not continue without a connection or consent.
    """
    platform = Platform.MICROSOFT_365
    with act.rows.write():
        if platforms.enabled(act.rows) is not platform:
            return None
        wiped = Disabled(
            connection_count=microsoft365.delete_all(act.rows),
            had_consent=consent_store.consent(act.rows) is not None,
        )
        consent_store.delete(act.rows)
        subscription_store.delete_all(act.rows)
        platforms.save(act.rows, platform, is_enabled=False, changed_by=act.actor.name, now=act.now)
        act.record(
            Action.PLATFORM_DISABLED,
            platform.label,
            old=counted(wiped.connection_count, "connection")
            + (" and the organization's consent" if wiped.had_consent else ""),
        )
    act.rows.forget_log()
    return wiped
