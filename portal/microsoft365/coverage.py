"""The people that the organization's consent covers, and the mailboxes that Exchange keeps closed.

With RBAC for Applications, Exchange grants mail and calendars without a role in the token, and
with either kind of fence it keeps single mailboxes closed. Only reads tell:
https://learn.microsoft.com/exchange/permissions-exo/application-rbac
"""

import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from portal import clock
from portal.entra.models import OrganizationToken
from portal.errors import NotAllowed
from portal.graph.batches import BatchAnswer, BatchRequest
from portal.graph.client import GraphClient
from portal.graph.errors import GraphError, PermissionMissing
from portal.graph.links import segment
from portal.microsoft365 import authorization_store, authorizations, connections
from portal.microsoft365 import consent_store as store
from portal.microsoft365 import store as connection_store
from portal.microsoft365.models import MailboxRead, Reader, ReadProof
from portal.microsoft365.permission_texts import permission
from portal.microsoft365.permissions import (
    ORGANIZATION_FEATURES,
    Feature,
    is_covered,
    missing,
    permissions_of,
    roles_proven_by_reads,
)
from portal.storage.rows import Rows

# One batch of few reads: a mailbox that refuses may be outside the fence, so several are tried.
MOST_AT_ONCE = 10
# Exchange keeps a refusal in its cache for that long, and asking may prolong it.
CLOSED_IS_TRIED_AFTER = timedelta(minutes=30)
MAIL = "Mail.Read"
SEND = "Mail.Send"
# Nothing reads Mail.Send. Exchange checks the grant before it refuses a mail to nobody, by which
# nothing can go out: https://learn.microsoft.com/graph/api/user-sendmail
TO_NOBODY = {"message": {"subject": "", "toRecipients": []}, "saveToSentItems": False}
REFUSED_AS_EMPTY = "errorinvalidrecipients"

log = logging.getLogger(__name__)


def covers(rows: Rows, user_id: str, feature: Feature) -> str | None:
    """The object id of a person whom the organization's consent covers for a feature.

    None for a person who turned email sync off, and for one whose mailbox Exchange keeps closed
    while their own connection opens it. None for sending, and for reading calendars, that no
    administrator turned on. Refuses a disabled person.
    """
    given = store.consent(rows)
    if given is None or not given.is_working or not is_covered(feature, given.roles):
        return None
    if not authorizations.is_turned_on(rows, feature):
        return None
    if not connection_store.is_enabled(rows, user_id):
        raise NotAllowed("This person is not enabled for sign-in, so nothing is done for them.")
    identity = store.identity_of(rows, user_id)
    if identity is None or identity[0] != given.tenant_id:
        return None
    if feature is Feature.EMAIL_SYNC and _prefers_connection(rows, user_id):
        return None
    return identity[1]


def covered_people(rows: Rows, feature: Feature) -> frozenset[str]:
    """Everybody whom the organization's consent covers for a feature, disabled people too."""
    given = store.consent(rows)
    if given is None or not authorizations.is_granted(rows, feature):
        return frozenset()
    if not authorizations.is_turned_on(rows, feature):
        return frozenset()
    return frozenset(authorization_store.people_of(rows, given.tenant_id))


def _prefers_connection(rows: Rows, user_id: str) -> bool:
    """Whether email is synced by the person's own connection or not at all."""
    if store.has_opted_out(rows, user_id):
        return True
    return store.closed_since(rows, user_id) is not None and _has_connection(rows, user_id)


def _has_connection(rows: Rows, user_id: str) -> bool:
    reader = authorization_store.reader_of(rows, user_id)
    if reader is not None:
        return reader.loss is None
    try:
        connections.usable(rows, user_id, Feature.EMAIL_SYNC)
    except (GraphError, NotAllowed):
        return False
    return True


def reader_in_use(rows: Rows, account_id: str) -> Reader | None:
    """The member by whom a shared mailbox is read now. None where the organization reads it."""
    reader = authorization_store.reader_of(rows, account_id)
    if reader is None or not connection_store.is_enabled(rows, account_id):
        return None
    is_covered_now = covers(rows, account_id, Feature.EMAIL_SYNC) is not None
    return None if is_covered_now else reader


def note_access(rows: Rows, user_id: str, feature: Feature, *, now: datetime) -> None:
    """Record an access for the person to see, once a day."""
    day = now.date()
    if not store.has_access_noted(rows, user_id, feature.value, day):
        with rows.write():
            store.note_access(rows, user_id, feature.value, day, now=now)


def note_closed(rows: Rows, user_id: str, *, now: datetime) -> bool:
    """Record that Exchange keeps a mailbox closed. False if that was known, or is not so.

    A person without access by consent was refused for another reason.
    """
    given, identity = store.consent(rows), store.identity_of(rows, user_id)
    if given is None or identity is None or identity[0] != given.tenant_id:
        return False
    if MAIL not in given.roles:
        return False
    with rows.write():
        was_known = store.closed_since(rows, user_id) is not None
        _save(rows, MAIL, identity[1], is_open=False, now=now)
    return not was_known


def note_open(rows: Rows, object_id: str | None, *, now: datetime) -> None:
    """Record that a closed mailbox could be read again. Belongs in the transaction of the read."""
    known = store.mailbox_read(rows, MAIL, object_id or "")
    if known is not None and known.is_open is not True:
        with rows.write():
            _save(rows, MAIL, known.object_id, is_open=True, now=now)


def read_mailboxes(
    rows: Rows, graph: GraphClient, token: OrganizationToken, *, is_at_once: bool
) -> list[ReadProof]:
    """Read a few mailboxes. Returns the roles that only the reads prove.

    Closed mailboxes are read again too, `is_at_once` or after a while. Sending is tried without
    sending anything, while it is turned on.
    """
    not_since = clock.utc_now() - (timedelta() if is_at_once else CLOSED_IS_TRIED_AFTER)
    wanted = _roles_to_prove(rows)
    try:
        for role in wanted:
            if missing(token.roles, (role,)):
                _find_proof(rows, graph, role, token.tenant_id, not_since)
            _read(rows, graph, role, token.tenant_id, is_open=False, not_since=not_since)
    except GraphError as error:  # Silence tells nothing: what was known holds.
        log.warning("no mailbox could be read as proof: %s", type(error).__name__)
    return [
        each
        for role in missing(token.roles, wanted)
        for each in _proof(rows, role, token.tenant_id)
    ]


def _roles_to_prove(rows: Rows) -> tuple[str, ...]:
    return roles_proven_by_reads() + ((SEND,) if authorization_store.sends_by_consent(rows) else ())


def _find_proof(
    rows: Rows, graph: GraphClient, role: str, tenant_id: str, not_since: datetime
) -> None:
    """Read mailboxes that were open before, or else new ones."""
    if not _read(rows, graph, role, tenant_id, is_open=True, not_since=clock.utc_now()):
        _read(rows, graph, role, tenant_id, is_open=None, not_since=not_since)


def _proof(rows: Rows, role: str, tenant_id: str) -> list[ReadProof]:
    read = store.latest_open(rows, role, tenant_id)
    return [ReadProof(role, read.object_id, read.tried_at)] if read else []


def _read(
    rows: Rows,
    graph: GraphClient,
    role: str,
    tenant_id: str,
    *,
    is_open: bool | None,
    not_since: datetime,
) -> bool:
    """Read mailboxes in this state, and record the answers. True if one is open."""
    owners = store.mailboxes_to_read(
        rows, role, tenant_id, is_open=is_open, not_since=not_since, most=MOST_AT_ONCE
    )
    answers = _answers(graph, role, owners)
    now = clock.utc_now()
    with rows.write():
        for object_id, answer in answers.items():
            is_now_open = _opens(role, answer)
            _save(rows, role, object_id, is_open=is_now_open, now=now)
            if is_now_open and role != SEND:  # which opens nothing of the mailbox
                note_access(rows, owners[object_id], _feature_of(role), now=now)
    return any(_opens(role, answer) for answer in answers.values())


def _answers(graph: GraphClient, role: str, object_ids: Iterable[str]) -> dict[str, BatchAnswer]:
    """Microsoft's answer for each mailbox."""
    return graph.batch([_proving(role, each) for each in object_ids])


def _proving(role: str, object_id: str) -> BatchRequest:
    mailbox = f"/users/{segment(object_id)}"
    if role == SEND:
        return BatchRequest(object_id, "POST", f"{mailbox}/sendMail", body=TO_NOBODY)
    return BatchRequest(object_id, "GET", f"{mailbox}/{permission(role).proving_read}")


def _feature_of(role: str) -> Feature:
    """The first feature that an application permission powers."""
    found = (each for each in ORGANIZATION_FEATURES if role in permissions_of(each).application)
    return next(found)


def _opens(role: str, answer: BatchAnswer) -> bool | None:
    """None for an answer that is about the mailbox or the moment, such as no license."""
    error = answer.error()
    if error is None:
        return True
    if role == SEND and REFUSED_AS_EMPTY in (error.code.casefold(), error.inner_code.casefold()):
        return True
    return False if isinstance(error, PermissionMissing) else None


def _save(rows: Rows, role: str, object_id: str, *, is_open: bool | None, now: datetime) -> None:
    """Save an answer. One that says neither leaves what was known."""
    known = store.mailbox_read(rows, role, object_id)
    read = known or MailboxRead(role, object_id, is_open=None, since=now, tried_at=now)
    if is_open is not None and is_open != read.is_open:
        read = replace(read, is_open=is_open, since=now)
    store.save_mailbox_read(rows, replace(read, tried_at=now))


def worked(rows: Rows, feature: Feature, now: datetime) -> None:
    """Record a success by consent. Belongs in the transaction of what worked."""
    with rows.write():
        store.save_success(rows, feature.value, now=now)


def failed(rows: Rows, feature: Feature, sentence: str, now: datetime) -> None:
    with rows.write():
        store.save_failure(rows, feature.value, sentence, now=now)
