"""Verify a consent by a token. Microsoft may need a moment to know of it."""

import time
from datetime import datetime

from portal import clock
from portal.audit.act import Act
from portal.audit.models import Actor
from portal.entra.errors import (
    AuthorityUnavailable,
    ConsentDeclined,
    ConsentMissing,
    Misconfigured,
    NotAllowedToConsent,
)
from portal.entra.models import OrganizationToken
from portal.errors import PortalError
from portal.microsoft365 import consent, consent_store, coverage
from portal.microsoft365.clients import Microsoft365
from portal.microsoft365.models import Consent, ConsentRoute, ReadProof
from portal.microsoft365.permissions import missing, roles_needed
from portal.storage.rows import Rows

TRIES = 3
SECONDS_BETWEEN = 1.0
SECONDS_FOR_READS = 5.0


def refusal_in(error: str, suberror: str) -> PortalError:
    """The refusal in Microsoft's redirect. `admin_consent=True` also appears in failures."""
    if (
        "consent_required" in (error, suberror)
        or error == "permission_denied"
        or suberror == "cancel"
    ):
        return ConsentDeclined("The permissions were not accepted at Microsoft.")
    if error in ("access_denied", "unauthorized_client"):
        return NotAllowedToConsent("This account may not consent for the organization.")
    return Misconfigured(
        "Microsoft does not accept how this portal asks for consent. Check the application."
    )


def prove(
    rows: Rows,
    microsoft365: Microsoft365,
    *,
    route: ConsentRoute,
    actor: Actor,
    is_patient: bool,
) -> Consent:
    """Record the roles of an app-only token, or of a read. ConsentMissing if there is none we use.

    Holds no transaction open while it waits. `is_patient`: right after a consent, tokens may lack
    the new roles for some seconds. If there are none, a worker goes on checking for an hour.
    """
    act = Act(rows, actor, clock.utc_now())
    try:
        token = _token(microsoft365, tries=TRIES if is_patient else 1)
        proofs = _reads(rows, microsoft365, token, is_at_once=True)
        return consent.record(act, token, route=route, proofs=proofs)
    except ConsentMissing:
        consent.wait_for(act, microsoft365.oauth.tenant_id(), route=route)
        raise


def _token(microsoft365: Microsoft365, *, tries: int) -> OrganizationToken:
    token: OrganizationToken | None = None
    for number in range(1, tries + 1):
        last = number == tries
        try:
            token = microsoft365.tokens.fetch()
        except ConsentMissing:
            if last:
                raise
        except AuthorityUnavailable:
            if token is None:
                raise
            return token  # Proven roles count even if Microsoft stops answering.
        else:
            if last or not missing(token.roles, roles_needed()):
                return token
        time.sleep(SECONDS_BETWEEN)
    raise AssertionError("the last try returns or raises")


def _reads(
    rows: Rows, microsoft365: Microsoft365, token: OrganizationToken, *, is_at_once: bool
) -> list[ReadProof]:
    graph = microsoft365.client_with(token.access_token, "", patience=SECONDS_FOR_READS)
    return coverage.read_mailboxes(rows, graph, token, is_at_once=is_at_once)


def look_again(
    rows: Rows, microsoft365: Microsoft365, *, is_at_once: bool = True
) -> OrganizationToken:
    """Fetch a new token, whose roles are saved as it is fetched, and read a few mailboxes.

    `is_at_once`: also read mailboxes that Exchange refused a moment ago.
    """
    before = consent_store.consent(rows)
    try:
        token = microsoft365.tokens.fetch()
        version = consent_store.version(rows)
        proofs = _reads(rows, microsoft365, token, is_at_once=is_at_once)
        consent.observe(rows, token, since=version, now=clock.utc_now(), proofs=proofs)
        return token
    finally:
        if before is not None:
            consent.check_at(rows, next_check(rows))


def next_check(rows: Rows) -> datetime:
    now = clock.utc_now()
    return now + consent.until_check(consent_store.consent(rows), now)
