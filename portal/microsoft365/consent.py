"""Record and withdraw the organization's consent. Only a working token or a read proves it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from portal.audit.act import Act
from portal.audit.actions import Action
from portal.audit.models import Actor
from portal.entra.errors import ConsentMissing, OtherOrganization
from portal.entra.models import OrganizationToken
from portal.microsoft365 import authorizations
from portal.microsoft365 import consent_store as store
from portal.microsoft365.connections import require_platform
from portal.microsoft365.hindrances import consent_hindrance
from portal.microsoft365.models import (
    Consent,
    ConsentRequest,
    ConsentRoute,
    ConsentState,
    ReadProof,
)
from portal.microsoft365.permissions import missing, powers_nothing, roles_needed
from portal.storage.rows import Rows
from portal.subscriptions import store as subscription_store

CHECKED_AFTER = timedelta(minutes=10)
LOOKED_FOR_AFTER = timedelta(minutes=2)
# Microsoft may need up to an hour until a token carries what was accepted.
ARRIVES_WITHIN = timedelta(hours=1)
FIRST_CHECK_AFTER = timedelta(seconds=5)
TOKENS_DROPPED_EVERY = timedelta(minutes=1)
# When refused work is tried again, twice as long each time up to an hour.
SECONDS_AFTER_REFUSAL = 60.0
NOTHING_GRANTED = (
    "Microsoft gives Portal a token, but none of the permissions that it needs. An "
    "administrator of your organization has to consent to them, and may need a few minutes."
)
TAKEN_BACK = "Microsoft grants nothing of the consent any more."
OF_MICROSOFT = Actor.system("Microsoft 365")


def record(
    act: Act,
    token: OrganizationToken,
    *,
    route: ConsentRoute,
    proofs: Sequence[ReadProof] = (),
) -> Consent:
    """Record the consent that a token and reads prove. Missing roles only limit what it powers.

    Refuses if no role in use is proven, and another organization than before.
    """
    roles = _proven(token.roles, proofs)
    if powers_nothing(roles):
        raise ConsentMissing(NOTHING_GRANTED)
    with act.rows.write():
        before = _require_one_organization(act, token.tenant_id)
        given = replace(
            _asked_for(act, token.tenant_id, route, before),
            state=ConsentState.WORKING,
            roles=roles,
            proofs=_without(token.roles, proofs),
            waiting_since=_still_waits(roles, act.now, act.now),
        )
        store.save(act.rows, given, due_at=act.now + until_check(given, act.now))
        act.by(tenant_id=token.tenant_id).record(
            Action.ORGANIZATION_CONSENT_RECORDED,
            act.actor.name,
            old=" ".join(sorted(before.roles)) if before else None,
            new=" ".join(sorted(roles)),
        )
        subscription_store.make_all_due(act.rows, now=act.now)
    return given


def _proven(token_roles: frozenset[str], proofs: Sequence[ReadProof]) -> frozenset[str]:
    return token_roles | {each.role for each in proofs}


def _without(token_roles: frozenset[str], proofs: Sequence[ReadProof]) -> tuple[ReadProof, ...]:
    """The proofs that count: a role in the token needs none."""
    return tuple(each for each in proofs if each.role not in token_roles)


def wait_for(act: Act, tenant_id: str, *, route: ConsentRoute) -> None:
    """Keep that consent may be on its way, as somebody here says. A worker checks for it.

    Leaves a consent that works alone, and one that is waited for unless it was accepted here.
    """
    is_here = route is ConsentRoute.HERE
    with act.rows.write():
        before = _require_one_organization(act, tenant_id)
        if before is not None and (before.is_working or (before.is_waiting and not is_here)):
            return
        waiting = _asked_for(act, tenant_id, route, before)
        store.save(act.rows, waiting, due_at=act.now + FIRST_CHECK_AFTER)


def _require_one_organization(act: Act, tenant_id: str) -> Consent | None:
    """The consent before. Refuses another organization than the connected one."""
    require_platform(act.rows)
    before = store.consent(act.rows)
    if before is not None and not before.is_waiting and before.tenant_id != tenant_id:
        raise OtherOrganization("Another organization is connected. Disable Microsoft 365 first.")
    return before


def _asked_for(act: Act, tenant_id: str, route: ConsentRoute, before: Consent | None) -> Consent:
    """A consent that this person asked for, of which nothing is proven yet."""
    _note_request(act, route)
    return Consent(
        tenant_id=tenant_id,
        state=ConsentState.WITHDRAWN,
        asked_by=act.actor.name,
        route=route,
        granted_at=act.now,
        checked_at=act.now,
        # Not 1: a process that used the consent before "Disable" must notice the new one.
        version=before.version + 1 if before else int(act.now.timestamp()),
        waiting_since=act.now,
    )


def _note_request(act: Act, route: ConsentRoute) -> None:
    """Keep the set of permissions that is asked for, if it is another one than before."""
    request = ConsentRequest(act.now, act.actor.name, route, authorizations.roles_asked(act.rows))
    before = next(iter(store.requests(act.rows)), None)
    if before is None or set(before.roles) != set(request.roles):
        store.add_request(act.rows, request)


def _still_waits(roles: frozenset[str], since: datetime | None, now: datetime) -> datetime | None:
    """Since when the rest is waited for. None if nothing is missing, or it takes too long."""
    return None if _is_too_late(since, now) or not missing(roles, roles_needed()) else since


def _is_too_late(since: datetime | None, now: datetime) -> bool:
    return since is None or not timedelta(0) <= now - since < ARRIVES_WITHIN


def until_check(given: Consent | None, now: datetime) -> timedelta:
    """How long until the next check: twice as long each time while something has to arrive."""
    if given is not None and given.waiting_since is not None:
        return min(max(now - given.waiting_since, FIRST_CHECK_AFTER), CHECKED_AFTER)
    is_well = given is not None and given.is_working and given.failure is None
    return CHECKED_AFTER if is_well else LOOKED_FOR_AFTER


def observe(
    rows: Rows,
    token: OrganizationToken,
    *,
    since: int,
    now: datetime,
    proofs: Sequence[ReadProof] | None = None,
) -> None:
    """Take over the roles of a new token: fewer than before, or all of them again.

    `since` is the version for which the token was asked. Another one now makes it too old to tell.
    `proofs` are new ones by reads. Without them, the known proofs hold until the next reads.
    """
    with rows.write():
        known = store.consent(rows)
        if known is None or known.version != since or known.tenant_id != token.tenant_id:
            return
        if token.roles != known.token_roles:
            store.forget_closed(rows)
        _take_over(rows, known, token.roles, known.proofs if proofs is None else proofs, now)


def _take_over(
    rows: Rows,
    known: Consent,
    token_roles: frozenset[str],
    proofs: Sequence[ReadProof],
    now: datetime,
) -> None:
    roles = _proven(token_roles, proofs)
    if powers_nothing(roles):
        _lose(rows, known, TAKEN_BACK, now)
        return
    has_changed = roles != known.roles or not known.is_working
    seen = replace(
        known,
        roles=roles,
        proofs=_without(token_roles, proofs),
        state=ConsentState.WORKING,
        granted_at=now if known.is_waiting else known.granted_at,
        checked_at=now,
        version=known.version + 1 if has_changed else known.version,
        waiting_since=_still_waits(roles, known.waiting_since, now),
        failure=None,
        failed_at=None,
    )
    if has_changed:
        _note_change(rows, known, roles, now)
    store.save(rows, seen, due_at=now + until_check(seen, now))


def _note_change(rows: Rows, known: Consent, roles: frozenset[str], now: datetime) -> None:
    Act(rows, replace(OF_MICROSOFT, tenant_id=known.tenant_id), now).record(
        _change_of(known),
        known.asked_by or known.tenant_id,
        old=" ".join(sorted(known.roles)),
        new=" ".join(sorted(roles)),
    )
    subscription_store.make_all_due(rows, now=now)


def _change_of(known: Consent) -> Action:
    if known.is_working:
        return Action.ORGANIZATION_CONSENT_CHANGED
    waited, returned = Action.ORGANIZATION_CONSENT_RECORDED, Action.ORGANIZATION_CONSENT_RETURNED
    return waited if known.is_waiting else returned


def lose(rows: Rows, sentence: str, *, since: int, now: datetime) -> None:
    """Mark the consent withdrawn, as Microsoft says. Stops work and deletes nothing.

    Does nothing if the refusal was meant for another version, as of a replaced application.
    """
    with rows.write():
        known = store.consent(rows)
        if known is not None and known.version == since:
            _lose(rows, known, sentence, now)


def _lose(rows: Rows, known: Consent, sentence: str, now: datetime) -> None:
    if known.is_waiting:
        _wait_on(rows, known, now)
        return
    lost = replace(
        known,
        roles=frozenset(),
        proofs=(),
        state=ConsentState.WITHDRAWN,
        checked_at=now,
        version=known.version + 1 if known.is_working else known.version,
        waiting_since=None,
        # A failure from before said nothing about the consent itself.
        failed_at=now if known.is_working else known.failed_at or now,
    )
    lost = replace(lost, failure=consent_hindrance(lost))
    store.save(rows, lost, due_at=now + LOOKED_FOR_AFTER)
    store.forget_reads(rows)
    if known.is_working:
        Act(rows, replace(OF_MICROSOFT, tenant_id=known.tenant_id), now).record(
            Action.ORGANIZATION_CONSENT_WITHDRAWN,
            known.asked_by or known.tenant_id,
            result="failed",
            old=" ".join(sorted(known.roles)),
            new=sentence,
        )


def _wait_on(rows: Rows, known: Consent, now: datetime) -> None:
    """Wait on, but for a link only for an hour: perhaps nobody has accepted."""
    if known.route is ConsentRoute.LINK and _is_too_late(known.waiting_since, now):
        store.delete(rows)
        return
    store.save(rows, replace(known, checked_at=now), due_at=now + until_check(known, now))


def note_failure(rows: Rows, sentence: str, *, since: int, now: datetime) -> None:
    """Record a failed token request that says nothing about the consent itself."""
    with rows.write():
        known = store.consent(rows)
        if known is None or known.version != since:
            return
        if not known.is_waiting:
            known = replace(known, failure=sentence, failed_at=known.failed_at or now)
        store.save(rows, known, due_at=now + until_check(known, now))


def drop_tokens(rows: Rows, *, now: datetime) -> None:
    """Make every process fetch a new token, at most once a minute, and check the consent."""
    with rows.write():
        if store.drop_tokens(rows, now=now, not_since=now - TOKENS_DROPPED_EVERY):
            store.CLAIMS.fence.free(rows)


def check_at(rows: Rows, due_at: datetime) -> None:
    with rows.write():
        store.save_due(rows, due_at)


def check_unless_checked(rows: Rows, *, now: datetime) -> None:
    """Check the consent now, unless that was done a moment ago."""
    known = store.consent(rows)
    if known is not None and not timedelta(0) <= now - known.checked_at < TOKENS_DROPPED_EVERY:
        ask_again(rows, now=now)


def ask_again(rows: Rows, *, now: datetime) -> None:
    """Ask for a new check, since Microsoft refused something the consent should cover."""
    with rows.write():
        store.CLAIMS.fence.free(rows)  # what is being checked now may have been asked too early
        store.save_due(rows, now)
