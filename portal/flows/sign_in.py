"""The return from a sign-in, by Microsoft or Google: let the person in, or say why not."""

from portal.entra.errors import Outcome
from portal.entra.models import Identity
from portal.errors import NotAllowed
from portal.flash_texts import Flash
from portal.flows.declarations import Arrived, Ended, Visitor
from portal.flows.flash_texts import ConnectionFlash
from portal.flows.models import Flow, Service
from portal.microsoft365.status import standing_of
from portal.storage.platforms import Platform
from portal.users import sign_in, store
from portal.users.models import User

SERVICES = {
    Platform.MICROSOFT_365: Service.MICROSOFT,
    Platform.GOOGLE_WORKSPACE: Service.GOOGLE,
}


def signed_in(
    visitor: Visitor, flow: Flow, identity: Identity, *, platform: Platform
) -> Arrived | Ended:
    """A refusal is recorded where it is raised."""
    rows = visitor.services.rows
    known = store.user_by_identity(rows, identity.tenant_id, identity.object_id)
    try:
        user = sign_in.arrive(
            visitor.services,
            identity,
            platform=platform,
            invitation_id=flow.invitation_id,
            actor=visitor.actor,
            now=visitor.now,
        )
    except NotAllowed as refusal:
        facts = {"sentence": str(refusal), "title": str(getattr(refusal, "title", ""))}
        return Ended(SERVICES[platform], Outcome.KEPT_OUT, facts)
    return Arrived(
        flow.wished_endpoint or "users.home",
        flow.wished_arguments,
        said=_first_visit(visitor, user) if _is_first_visit(known) else None,
        user=user,
    )


def _is_first_visit(known: User | None) -> bool:
    return known is None or known.last_signed_in_at is None


def _first_visit(visitor: Visitor, user: User) -> Flash | None:
    """Say what works already without a connection of one's own. None if nothing does."""
    rows = visitor.services.rows
    standing = standing_of(rows, user.id, now=visitor.now)
    is_synced = standing.is_opened_by_consent and store.syncs_email(rows, user.id)
    return ConnectionFlash.SYNCED_BY_CONSENT.of() if is_synced else None
