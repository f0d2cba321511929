"""The state that the marketplace and the Microsoft 365 page show. Only reads."""

from dataclasses import dataclass
from enum import StrEnum

from portal.integrations.platforms import only_one
from portal.microsoft365 import authorizations, consent_store
from portal.microsoft365.hindrances import consent_hindrance
from portal.microsoft365.models import Consent, Explained
from portal.microsoft365.permissions import losses, missing
from portal.storage import platforms
from portal.storage.platforms import Platform
from portal.storage.rows import Rows


class Next(StrEnum):
    """The next step of the set-up, in order."""

    ENABLE = "enable"
    APPLICATION = "application"
    CONSENT = "consent"
    WAIT = "wait"
    RETURN = "return"
    REST = "rest"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Card:
    """One platform in the marketplace. `why_not` says why it cannot be enabled."""

    platform: Platform
    is_enabled: bool
    needs_attention: bool
    why_not: str

    @property
    def words(self) -> tuple[str, str]:
        """The pill's text and kind."""
        if self.needs_attention:
            return ("Needs attention", "warn")
        if self.is_enabled:
            return ("Enabled", "good")
        return ("Unavailable", "") if self.why_not else ("Off", "")


@dataclass(frozen=True)
class Organization:
    """The organization's connection with Microsoft 365, and the next step."""

    is_enabled: bool
    why_not: str
    consent: Consent | None
    missing: tuple[Explained, ...]
    next: Next

    @property
    def consent_hindrance(self) -> str:
        return consent_hindrance(self.consent)


def organization(rows: Rows, *, is_configured: bool) -> Organization:
    on, given = platforms.enabled(rows), consent_store.consent(rows)
    lacking = (
        missing(given.roles, authorizations.roles_asked(rows)) if given and given.is_working else ()
    )
    is_on = on is Platform.MICROSOFT_365
    return Organization(
        is_enabled=is_on,
        why_not=only_one(on) if on and not is_on else "",
        consent=given,
        missing=losses(lacking),
        next=_next(is_on, is_configured, given, lacking),
    )


def _next(
    is_on: bool, is_configured: bool, given: Consent | None, lacking: tuple[str, ...]
) -> Next:
    if not is_on:
        return Next.ENABLE
    if not is_configured:
        return Next.APPLICATION
    if given is None:
        return Next.CONSENT
    if given.is_waiting:
        return Next.WAIT
    if not given.is_working or given.failure:
        return Next.RETURN
    return Next.REST if lacking else Next.NOTHING


def paths_needing_attention(rows: Rows, *, is_configured: bool, expires_soon: bool) -> set[str]:
    """Paths of pages that need an administrator's attention."""
    found = cards(rows, is_configured=is_configured, expires_soon=expires_soon)
    waits = any(card.needs_attention for card in found)
    return {"/admin/integrations/marketplace"} if waits else set()


def cards(rows: Rows, *, is_configured: bool, expires_soon: bool) -> tuple[Card, ...]:
    stands = organization(rows, is_configured=is_configured)
    on = platforms.enabled(rows)
    waits = stands.is_enabled and stands.next in (Next.APPLICATION, Next.RETURN, Next.REST)
    google = Platform.GOOGLE_WORKSPACE
    return (
        Card(
            Platform.MICROSOFT_365,
            stands.is_enabled,
            needs_attention=waits or (stands.is_enabled and expires_soon),
            why_not=stands.why_not,
        ),
        Card(
            google,
            on is google,
            needs_attention=False,
            why_not=only_one(on) if on and on is not google else "",
        ),
    )
