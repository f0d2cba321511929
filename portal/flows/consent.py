"""The return of an administrator who consented for the organization."""

from portal.audit.act import Act
from portal.audit.actions import Action
from portal.entra.errors import FlowRefused, Outcome, RoleLost
from portal.entra.id_tokens import is_guid
from portal.flows.consent_outcomes import CONSENT_PAGES
from portal.flows.declarations import Answer, Ended, Return, RoundTrip, Visitor
from portal.flows.models import Flow, FlowKind, Service
from portal.flows.single_use import NOT_OURS
from portal.microsoft365 import addresses, authorizations, consent_verification
from portal.microsoft365.models import Consent, ConsentRoute
from portal.microsoft365.permissions import missing


def _proven(visitor: Visitor, flow: Flow, answer: Answer) -> Consent:
    """Read what an app-only token proves. The redirect itself proves nothing."""
    if visitor.user_id is None or flow.user_id != visitor.user_id:
        raise FlowRefused(NOT_OURS)
    if not visitor.is_admin:
        raise RoleLost("You are not an administrator of this portal any more.")
    _note_foreign_tenant(visitor, answer.tenant)
    if answer.error:
        raise consent_verification.refusal_in(answer.error, answer.suberror)
    return consent_verification.prove(
        visitor.services.rows,
        visitor.services.microsoft365,
        route=ConsentRoute.HERE,
        actor=visitor.actor,
        is_patient=True,
    )


def _note_foreign_tenant(visitor: Visitor, told: str) -> None:
    """Record that somebody consented for another organization, which changes nothing here."""
    services = visitor.services
    if not told or told.lower() == services.microsoft365.oauth.tenant_id():
        return
    with services.rows.write():
        Act(services.rows, visitor.actor, visitor.now).record(
            Action.FOREIGN_CONSENT_IGNORED,
            told.lower() if is_guid(told) else "an unreadable tenant",
            result="refused",
        )


def _consented(visitor: Visitor, flow: Flow, given: Consent) -> Ended:  # noqa: ARG001  # as every kind's return is called
    lacking = missing(given.roles, authorizations.roles_asked(visitor.services.rows))
    outcome = Outcome.PARTLY if lacking else Outcome.ENABLED
    return Ended(Service.CONSENT, outcome, {"missing": list(lacking)})


def _consent_link(visitor: Visitor, kind: FlowKind | None) -> str:  # noqa: ARG001  # as every service asks
    if not visitor.is_admin:
        return ""
    return addresses.consent_link(visitor.services.config, visitor.services.microsoft365)


CONSENT = RoundTrip(
    service=Service.CONSENT,
    trade=_proven,
    returns=(Return(FlowKind.CONSENT, Action.ORGANIZATION_CONSENT_RECORDED, _consented),),
    pages=CONSENT_PAGES,
    template="flows/consent_outcome.html",
    approval_link=_consent_link,
    shown_as={FlowRefused: Outcome.STALE},
)
