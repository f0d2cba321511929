"""End a flow: trade the answer, and do what the flow's kind declared."""

from typing import TypeVar

from portal.audit.act import Act
from portal.audit.actions import Action
from portal.entra.errors import Outcome, outcome_of
from portal.errors import PortalError
from portal.flows.declarations import Answer, Arrived, Ended, RoundTrip, Visitor
from portal.flows.models import Flow, Service

Proof = TypeVar("Proof")
LONGEST_CODE = 10_000


def land(trip: RoundTrip[Proof], visitor: Visitor, flow: Flow, answer: Answer) -> Arrived | Ended:
    """Where the person goes next; every refusal is an error with a page of its own."""
    proof = trip.trade(visitor, flow, answer)
    return trip.return_of(flow.kind).then(visitor, flow, proof)


def refuse(
    trip: RoundTrip[Proof], visitor: Visitor, flow: Flow | None, refusal: PortalError
) -> Ended:
    """Record the refusal, and choose its page."""
    action = trip.action_of(flow)
    record_refusal(
        Act(visitor.services.rows, visitor.actor, visitor.now),
        refusal,
        action=action,
    )
    if trip.service is Service.CONSENT and visitor.user_id is None:
        # The pages of consent are for people who are signed in.
        return Ended(Service.MICROSOFT, Outcome.REFUSED)
    return Ended(trip.service, trip.outcome_of(refusal), {"sentence": str(refusal)})


def record_refusal(act: Act, refusal: PortalError, *, action: Action) -> None:
    """In our own words; the service's are shown and kept nowhere."""
    with act.rows.write():
        act.record(
            action,
            act.actor.name,
            result="refused",
            new=f"{outcome_of(refusal)}: {refusal}",
        )
