"""Record and withdraw the organization's consent. Only a working token proves it."""

from dataclasses import replace
from datetime import datetime, timedelta

from portal.audit.act import Act
from portal.audit.actions import Action
from portal.audit.models import Actor
from portal.entra.errors import ConsentMissing, OtherOrganization
from portal.entra.models import OrganizationToken
from portal.errors import NotAllowed
from portal.microsoft365 import consent_store as store
from portal.microsoft365 import store as connection_store
from portal.microsoft365.connections import require_platform
from portal.microsoft365.models import Consent, ConsentRoute, ConsentState
from portal.microsoft365.permissions import Feature, is_covered, roles_needed
from portal.storage.rows import Rows
from portal.subscriptions import store as subscription_store

CHECKED_AFTER = timedelta(minutes=10)
LOOKED_FOR_AFTER = timedelta(minutes=2)
NOTHING_GRANTED = (
    "Microsoft gives the portal a token, but none of the permissions that it needs. An "
    "administrator of your organization has to consent to them, and may need a few minutes."
)
TAKEN_BACK = (
    "Your organization's consent was taken back at Microsoft. Nothing is deleted here; work goes "
    "on by itself as soon as an administrator gives it again."
)
OF_MICROSOFT = Actor.system("Microsoft 365")


def record(act: Act, token: OrganizationToken, *, route: ConsentRoute, accepted_by: str) -> Consent:
    """Record the consent that a token proves. Missing roles only limit what it powers.

    Refuses a token without any role in use, and another organization than before.
    """
    used = token.roles & set(roles_needed())
    if not used:
        raise ConsentMissing(NOTHING_GRANTED)
    with act.rows.write():
        require_platform(act.rows)
        before = store.consent(act.rows)
        if before is not None and before.tenant_id != token.tenant_id:
            raise OtherOrganization(
                "Another organization is connected. Disable Microsoft 365 first."
            )
        given = Consent(
            tenant_id=token.tenant_id,
            roles=token.roles,
            state=ConsentState.WORKING,
            asked_by=act.actor.name,
            accepted_by=accepted_by,
            route=route,
            granted_at=act.now,
            checked_at=act.now,
        )
        store.save(act.rows, given, due_at=act.now + CHECKED_AFTER)
        act.by(tenant_id=token.tenant_id).record(
            Action.ORGANIZATION_CONSENT_RECORDED,
            accepted_by or token.tenant_id,
            old=" ".join(sorted(before.roles)) if before else None,
            new=" ".join(sorted(token.roles)),
        )
        subscription_store.make_all_due(act.rows, now=act.now)
    return given


def observe(rows: Rows, token: OrganizationToken, *, now: datetime) -> None:
    """Take over the roles of a new token: fewer than before, or all of them again."""
    with rows.write():
        known = store.consent(rows)
        if known is None or known.tenant_id != token.tenant_id:
            return
        if not token.roles & set(roles_needed()):
            _lose(rows, known, TAKEN_BACK, now)
            return
        if token.roles != known.roles or not known.is_working:
            _note_change(rows, known, token, now)
        seen = replace(
            known,
            roles=token.roles,
            state=ConsentState.WORKING,
            checked_at=now,
            failure=None,
            failed_at=None,
        )
        store.save(rows, seen, due_at=now + CHECKED_AFTER)


def _note_change(rows: Rows, known: Consent, token: OrganizationToken, now: datetime) -> None:
    returned = not known.is_working
    Act(rows, replace(OF_MICROSOFT, tenant_id=known.tenant_id), now).record(
        Action.ORGANIZATION_CONSENT_RETURNED if returned else Action.ORGANIZATION_CONSENT_CHANGED,
        known.accepted_by or known.tenant_id,
        old=" ".join(sorted(known.roles)),
        new=" ".join(sorted(token.roles)),
    )
    subscription_store.make_all_due(rows, now=now)


def lose(rows: Rows, sentence: str, *, now: datetime) -> None:
    """Mark the consent withdrawn, as Microsoft says. Stops work and deletes nothing."""
    with rows.write():
        known = store.consent(rows)
        if known is not None:
            _lose(rows, known, sentence, now)


def _lose(rows: Rows, known: Consent, sentence: str, now: datetime) -> None:
    lost = replace(
        known,
        roles=frozenset(),
        state=ConsentState.WITHDRAWN,
        checked_at=now,
        failure=sentence,
        failed_at=known.failed_at or now,
    )
    store.save(rows, lost, due_at=now + LOOKED_FOR_AFTER)
    if known.is_working:
        Act(rows, replace(OF_MICROSOFT, tenant_id=known.tenant_id), now).record(
            Action.ORGANIZATION_CONSENT_WITHDRAWN,
            known.accepted_by or known.tenant_id,
            result="failed",
            old=" ".join(sorted(known.roles)),
            new=sentence,
        )


def note_failure(rows: Rows, sentence: str, *, now: datetime) -> None:
    """Record a failed token request that says nothing about the consent itself."""
    with rows.write():
        known = store.consent(rows)
        if known is not None:
            failed = replace(known, failure=sentence, failed_at=known.failed_at or now)
            store.save(rows, failed, due_at=now + LOOKED_FOR_AFTER)


def check_at(rows: Rows, due_at: datetime) -> None:
    with rows.write():
        store.save_due(rows, due_at)


def ask_again(rows: Rows, *, now: datetime) -> None:
    """Ask for a new check, since Microsoft refused something the consent should cover."""
    with rows.write():
        store.CLAIMS.fence.free(rows)  # what is being checked now may have been asked too early
        store.save_due(rows, now)


def worked(rows: Rows, feature: Feature, now: datetime) -> None:
    """Record a success by consent. Belongs in the transaction of what worked."""
    with rows.write():
        store.save_success(rows, feature.value, now=now)


def failed(rows: Rows, feature: Feature, sentence: str, now: datetime) -> None:
    with rows.write():
        store.save_failure(rows, feature.value, sentence, now=now)


def covers(rows: Rows, user_id: str, feature: Feature) -> str | None:
    """The object id of a person whom the organization's consent covers for a feature.

    None for a disabled person, and for one who turned email sync off.
    """
    given = store.consent(rows)
    if given is None or not given.is_working or not is_covered(feature, given.roles):
        return None
    if not connection_store.is_enabled(rows, user_id):
        raise NotAllowed("This person is not enabled for sign-in, so nothing is done for them.")
    identity = store.identity_of(rows, user_id)
    if identity is None or identity[0] != given.tenant_id:
        return None
    if feature is Feature.EMAIL_SYNC and store.has_opted_out(rows, user_id):
        return None
    return identity[1]


def note_access(rows: Rows, user_id: str, feature: Feature, *, now: datetime) -> None:
    """Record an access for the person to see, once a day."""
    day = now.date()
    if not store.has_access_noted(rows, user_id, feature.value, day):
        with rows.write():
            store.note_access(rows, user_id, feature.value, day, now=now)
