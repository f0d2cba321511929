"""Causes that keep work at Microsoft from going on, each with one sentence and one cure."""

from portal import clock
from portal.microsoft365 import consent_store
from portal.microsoft365.models import Consent, FeatureState
from portal.storage.rows import Rows

GIVE_AGAIN = "An administrator has to give it again."
OWN_WAY = "You can also connect your own account."
NOT_ARRIVED = "Your organization's consent has not arrived yet. Portal checks for it."
LAPSED = (
    "Your connection to Microsoft 365 has ended. Reconnect it, and sync goes on where it stopped."
)


def withdrawn(given: Consent) -> str:
    """The day is that of UTC, as in mail and commands, so that all of them say the same."""
    since = given.failed_at or given.checked_at
    year = "" if since.year == clock.utc_now().year else f" {since.year}"
    return f"Your organization's consent was withdrawn on {since.day} {since:%B}{year}."


def consent_hindrance(given: Consent | None) -> str:
    """Why nothing is done by the organization's consent. Empty if it works or nobody gave one."""
    if given is None or given.is_working:
        return ""
    return NOT_ARRIVED if given.is_waiting else f"{withdrawn(given)} {GIVE_AGAIN}"


def consent_lost(rows: Rows) -> str:
    """The cause and its cure while the organization's consent is withdrawn, or empty."""
    given = consent_store.consent(rows)
    return consent_hindrance(given) if given is not None and given.is_lost else ""


def of_person(rows: Rows, state: FeatureState) -> str:
    """The one sentence about a feature of a person's in this state. Empty for every other."""
    if state is FeatureState.LAPSED:
        return LAPSED
    lost = consent_lost(rows) if state is FeatureState.WITHDRAWN else ""
    return f"{lost} {OWN_WAY}" if lost else ""
