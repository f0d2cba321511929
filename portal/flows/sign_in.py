"""The return from a sign-in, by Microsoft or Google: let the person in, or say why not."""

from portal.entra.errors import Outcome
from portal.entra.models import Identity
from portal.errors import NotAllowed
from portal.flows.declarations import Arrived, Ended, Visitor
from portal.flows.models import Flow, Service
from portal.storage.platforms import Platform
from portal.users import sign_in

SERVICES = {
    Platform.MICROSOFT_365: Service.MICROSOFT,
    Platform.GOOGLE_WORKSPACE: Service.GOOGLE,
}


def signed_in(
    visitor: Visitor, flow: Flow, identity: Identity, *, platform: Platform
) -> Arrived | Ended:
    """A refusal is recorded where it is raised."""
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
    return Arrived(flow.wished_endpoint or "users.home", flow.wished_arguments, user=user)
