"""The organization's consent, proven with a token as after a return from Microsoft."""

from portal.audit.models import Actor
from portal.microsoft365 import consent_verification
from portal.microsoft365.models import Consent, ConsentRoute
from portal.services import Services

BY = Actor.system("test")


def prove(
    services: Services, *, route: ConsentRoute = ConsentRoute.LINK, actor: Actor = BY
) -> Consent:
    """Record what the practice tenant has granted. Waits for nothing."""
    return consent_verification.prove(
        services.rows, services.microsoft365, route=route, actor=actor, is_patient=False
    )
