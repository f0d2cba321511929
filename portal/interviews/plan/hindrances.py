"""Reasons why no interview can be scheduled at all, each with its cure."""

from dataclasses import dataclass

from portal.candidates.models import Candidate
from portal.microsoft365 import status
from portal.services import Services
from portal.storage import platforms
from portal.storage.platforms import Platform

MARKETPLACE, MICROSOFT, EDIT = (
    "integrations.marketplace",
    "integrations.microsoft_365",
    "candidates.edit",
)


@dataclass(frozen=True)
class Hindrance:
    """The thing in the way, and what to press. `endpoint` is for administrators if `is_admins`."""

    title: str
    sentence: str
    label: str
    endpoint: str
    is_admins: bool = True


GOOGLE = Hindrance(
    "Interviews need Microsoft 365",
    "This portal works with Google Workspace. Portal schedules interviews only in Microsoft 365, "
    "Teams interviews included. An administrator chooses the platform.",
    "Open Integrations",
    MARKETPLACE,
)
OFF = Hindrance(
    "Interviews need Microsoft 365",
    "Portal writes interviews into calendars of Microsoft 365, which is not enabled. "
    "An administrator enables it.",
    "Open Integrations",
    MARKETPLACE,
)
NOT_REGISTERED = Hindrance(
    "Interviews need Microsoft 365",
    "Microsoft 365 is not set up yet. An administrator has to register Portal with Microsoft.",
    "Set up Microsoft 365",
    MICROSOFT,
)


def hindrance(services: Services, candidate: Candidate) -> Hindrance | None:
    """The first thing in the way of any interview with a candidate."""
    platform = platforms.enabled(services.rows)
    if platform is Platform.GOOGLE_WORKSPACE:
        return GOOGLE
    if platform is None:
        return OFF
    if status.in_the_way(services.rows, is_configured=services.microsoft365.is_configured):
        return NOT_REGISTERED
    return None if candidate.addresses else _no_address(candidate)


def _no_address(candidate: Candidate) -> Hindrance:
    return Hindrance(
        f"{candidate.name} has no email address",
        "The invitation would have nowhere to go. Add an address, then schedule the interview.",
        "Add an address",
        EDIT,
        is_admins=False,
    )
