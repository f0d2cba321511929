"""Checks that ask Microsoft, each by a real read that changes nothing."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from portal import clock
from portal.diagnostics import local_checks
from portal.diagnostics.models import Check, failed, ok, skipped
from portal.email import settings_store
from portal.entra.errors import ConsentMissing
from portal.entra.models import OrganizationToken
from portal.errors import PortalError
from portal.graph.client import GraphClient, tell_nobody
from portal.graph.errors import Gone, MailboxFenced
from portal.graph.time_limits import within
from portal.microsoft365 import authorizations, consent_store, consent_verification, hindrances
from portal.microsoft365.coverage import SEND
from portal.microsoft365.models import Consent, ReadProof
from portal.microsoft365.permissions import Feature, missing
from portal.services import Services
from portal.wording import counted

SECONDS_FOR_ONE = 3.0
SECONDS_FOR_ALL = 10.0
SECONDS_FOR_TOKEN = 6.0
# One that refuses may be the only one that Exchange keeps closed.
MAILBOXES_TRIED = 3
# https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference (iat)
MOST_SECONDS_OFF = 120
ROOMS = "/places/microsoft.graph.room"
CONNECT = "Connect the organization under Integrations, Microsoft 365."


def examine(services: Services) -> list[Check]:
    """Run every check, including local ones. Changes only what a new token and reads tell."""
    asked = list(checks(services))  # first, since what they find is kept and told by the others
    return [*local_checks.checks(services, now=clock.utc_now()), *asked]


def checks(services: Services) -> Iterator[Check]:
    """Run the remote checks for ten seconds at most. The rest are skipped and say so."""
    ends_at = clock.monotonic() + SECONDS_FOR_ALL
    if not services.microsoft365.is_configured:
        yield skipped("Token", "Without an application Microsoft cannot be asked.")
        return
    token: OrganizationToken | None = None
    try:
        with within(SECONDS_FOR_TOKEN):
            token = consent_verification.look_again(services.rows, services.microsoft365)
    except PortalError as error:
        yield _refused(services, error)
    if token is not None:
        yield _token(
            token, consent_store.consent(services.rows), authorizations.roles_asked(services.rows)
        )
        yield _clock(token, clock.utc_now())
    for name, read in READS.items():
        yield _tried(services, name, read, ends_at)


def _refused(services: Services, error: PortalError) -> Check:
    """Failed, unless it follows from the withdrawn consent, which has a check of its own."""
    lost = hindrances.consent_lost(services.rows) if isinstance(error, ConsentMissing) else ""
    if lost:
        return skipped("Token", lost)
    return failed("Token", str(error), "Check Application, then consent.")


def _token(token: OrganizationToken, given: Consent | None, roles: tuple[str, ...]) -> Check:
    proofs = given.proofs if given is not None and given.is_working else ()
    lacking = missing(token.roles | {each.role for each in proofs}, roles)
    if given is not None and given.is_lost:
        return skipped("Token", hindrances.consent_hindrance(given))
    if not token.roles and not proofs:
        return skipped(
            "Token",
            "Microsoft accepts the application; the organization has not consented.",
            f"{CONNECT} People can connect one by one without it.",
        )
    if lacking:
        return failed(
            "Token",
            f"Microsoft accepts the application, but does not grant {', '.join(lacking)}.",
            "Add it to the app registration as an application permission, and consent again.",
        )
    granted = f"Microsoft grants {', '.join(sorted(roles))}."
    return ok("Token", " ".join([granted, *map(_said, proofs)]))


def _said(proof: ReadProof) -> str:
    """Why a role counts that no token carries."""
    day = proof.read_at.date()
    shown = (
        f"a mail to nobody from the mailbox of {proof.name} was refused only as empty"
        if proof.role == SEND
        else f"the mailbox of {proof.name} was read"
    )
    return f"{proof.role} is granted in Exchange, not in the token: {shown} on {day} (UTC)."


def _clock(token: OrganizationToken, now: datetime) -> Check:
    if token.issued_at is None:
        return skipped("Clock", "Microsoft's token does not say when it was issued.")
    off = round((now - token.issued_at).total_seconds())
    if abs(off) > MOST_SECONDS_OFF:
        way = "ahead of" if off > 0 else "behind"
        return failed(
            "Clock",
            f"This machine's clock is {abs(off)} seconds {way} Microsoft's.",
            "Let the machine keep its time by NTP; tokens are refused when it is off.",
        )
    return ok("Clock", "This machine and Microsoft agree about the time.")


def _email(services: Services) -> str:
    user_ids = settings_store.people_readable(services.rows, most=MAILBOXES_TRIED)
    if not user_ids:
        lost = hindrances.consent_lost(services.rows)
        raise NothingToTry(lost or "Nobody's mailbox is followed yet.")
    for user_id in user_ids[:-1]:
        with suppress(MailboxFenced):
            return _opened(services, user_id)
    return _opened(services, user_ids[-1])


def _opened(services: Services, user_id: str) -> str:
    graph = _trial(
        services.microsoft365.client_for(Feature.EMAIL_SYNC, user_id, patience=SECONDS_FOR_ONE)
    )
    graph.get("mailFolders/inbox", query={"$select": "id"})
    name = "the organization's consent" if graph.is_app_only else "a person's own connection"
    closed = consent_store.count_closed(services.rows)
    besides = f" Exchange keeps {counted(closed, 'mailbox')} closed to Portal." if closed else ""
    return f"A mailbox was opened by {name}.{besides}"


def _people(services: Services) -> str:
    _require_consent(services)
    graph = _trial(services.microsoft365.organization_client(patience=SECONDS_FOR_ONE))
    graph.get("/users", query={"$select": "id", "$top": "1"})
    return "The directory can be read."


def _rooms(services: Services) -> str:
    _require_consent(services)
    graph = _trial(services.microsoft365.organization_client(patience=SECONDS_FOR_ONE))
    try:
        graph.get(ROOMS, query={"$top": "1"})
    except Gone:
        return "The list of rooms can be read; there are none."
    return "The list of rooms can be read."


def _trial(graph: GraphClient) -> GraphClient:
    """A client whose reads count as no use of a permission, since only the check wants them."""
    return replace(graph, answered=tell_nobody)


class NothingToTry(Exception):
    """A read was not tried. The sentence says why."""


def _require_consent(services: Services) -> None:
    if consent_store.consent(services.rows) is None:
        raise NothingToTry("The organization has not consented.")
    if lost := hindrances.consent_lost(services.rows):
        raise NothingToTry(lost)


READS: dict[str, Callable[[Services], str]] = {
    "Email sync": _email,
    "User sync": _people,
    "Meeting rooms": _rooms,
}


def _tried(services: Services, name: str, read: Callable[[Services], str], ends_at: float) -> Check:
    if clock.monotonic() >= ends_at:
        return skipped(name, "Microsoft was too slow to get here in ten seconds.", "Check again.")
    try:
        return ok(name, read(services))
    except NothingToTry as reason:
        return skipped(name, str(reason))
    except PortalError as error:
        return failed(name, str(error), "See what Microsoft says, then check again.")
