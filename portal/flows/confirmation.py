"""The return from Microsoft of a person who is to prove that it is they.

Only `auth_time` proves it: a browser that is signed in there answers without asking anybody.
"""

from datetime import datetime, timedelta

from portal.audit.act import Act
from portal.entra.errors import FlowRefused, Outcome, outcome_of
from portal.entra.id_tokens import LEEWAY_SECONDS
from portal.entra.models import Identity, PersonToken
from portal.errors import PortalError
from portal.flows.declarations import Arrived, Ended, Visitor
from portal.flows.flash_texts import ConfirmationFlash
from portal.flows.models import Flow
from portal.flows.single_use import NOT_OURS
from portal.users import proofs, sign_in, store
from portal.users.models import User
from portal.users.role_texts import UserFlash

EARLY = timedelta(minutes=1)
LATE = timedelta(seconds=LEEWAY_SECONDS)
# Each hindrance in the audit log's words.
NOTED = {
    ConfirmationFlash.ANOTHER_ACCOUNT: "another account",
    ConfirmationFlash.TIME_NOT_TOLD: "Microsoft did not say when the person signed in",
    ConfirmationFlash.TOO_OLD: "Microsoft answered with an earlier sign-in",
    ConfirmationFlash.IN_THE_FUTURE: "Microsoft named a time that is still to come",
    ConfirmationFlash.LEFT: "the person left Microsoft",
    ConfirmationFlash.WAITED_TOO_LONG: "the sign-in took too long",
    ConfirmationFlash.MICROSOFT_AWAY: "Microsoft's sign-in had a problem",
    ConfirmationFlash.NOT_REGISTERED: "Microsoft refused this portal's registration",
    ConfirmationFlash.NOT_TRUSTED: "Microsoft's answer could not be trusted",
}
SHOWN_AS = {
    Outcome.DECLINED: ConfirmationFlash.LEFT,
    Outcome.EXPIRED: ConfirmationFlash.WAITED_TOO_LONG,
    Outcome.UNAVAILABLE: ConfirmationFlash.MICROSOFT_AWAY,
    Outcome.MISCONFIGURED: ConfirmationFlash.NOT_REGISTERED,
    Outcome.APPROVAL: ConfirmationFlash.NOT_REGISTERED,
    Outcome.GUEST_SIGN_IN: ConfirmationFlash.ANOTHER_ACCOUNT,
}
CONFIRM = "users.confirm_identity"


def confirmed(visitor: Visitor, flow: Flow, token: PersonToken) -> Arrived | Ended:
    """Make the session fresh, if the token proves a sign-in that this flow asked for."""
    identity = token.identity
    if identity is None or visitor.user_id is None or flow.user_id != visitor.user_id:
        raise FlowRefused(NOT_OURS)
    user = store.user(visitor.services.rows, visitor.user_id)
    note_time_told(visitor, identity)
    is_theirs = identity.key == (user.tenant_id, user.object_id)
    hindrance: ConfirmationFlash | None = ConfirmationFlash.ANOTHER_ACCOUNT
    if is_theirs:
        hindrance = _hindrance(flow.started_at, identity.signed_in_at, visitor.now)
    if hindrance:
        return _unconfirmed(visitor, user, hindrance)
    act = Act(visitor.services.rows, visitor.actor, visitor.now)
    sign_in.note_confirmation(act, user, "with Microsoft", hindrance="")
    is_waiting = flow.wished_endpoint == CONFIRM
    said = None if is_waiting else UserFlash.CONFIRMED.of()
    return Arrived(flow.wished_endpoint, flow.wished_arguments, said=said, is_proof=True)


def not_confirmed(visitor: Visitor, user_id: str, refusal: PortalError) -> Arrived:
    """Lead back to the question, where the change still waits."""
    user = store.user(visitor.services.rows, user_id)
    hindrance = SHOWN_AS.get(outcome_of(refusal), ConfirmationFlash.NOT_TRUSTED)
    return _unconfirmed(visitor, user, hindrance)


def _unconfirmed(visitor: Visitor, user: User, hindrance: ConfirmationFlash) -> Arrived:
    act = Act(visitor.services.rows, visitor.actor, visitor.now)
    sign_in.note_confirmation(act, user, "with Microsoft", hindrance=NOTED[hindrance])
    return Arrived(CONFIRM, said=hindrance.of())


def note_time_told(visitor: Visitor, identity: Identity) -> None:
    """Keep whether Microsoft tells the time of a sign-in, for Checks and for who confirms."""
    services = visitor.services
    with services.rows.write():
        proofs.note(
            services.rows,
            client_id=services.microsoft365.config.client_id,
            is_told=identity.signed_in_at is not None,
            now=visitor.now,
        )


def _hindrance(
    started_at: datetime | None, signed_in_at: datetime | None, now: datetime
) -> ConfirmationFlash | None:
    """The lack that keeps this from being a proof."""
    if signed_in_at is None or started_at is None:
        return ConfirmationFlash.TIME_NOT_TOLD
    if signed_in_at < started_at - EARLY:
        return ConfirmationFlash.TOO_OLD
    return ConfirmationFlash.IN_THE_FUTURE if signed_in_at > now + LATE else None
