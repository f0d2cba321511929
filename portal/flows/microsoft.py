"""The return from Microsoft: sign in a person, or connect their account."""

from portal.audit.act import Act
from portal.audit.actions import Action
from portal.entra.errors import (
    CodeRefused,
    FlowRefused,
    GuestAccount,
    GuestSignIn,
    Outcome,
    RoleLost,
    came_back_with,
)
from portal.entra.models import Identity, PersonToken
from portal.flash_texts import Flash
from portal.flows import confirmation, departure, mailbox_reading
from portal.flows.declarations import Answer, Arrived, Ended, Return, RoundTrip, Visitor
from portal.flows.flash_texts import ConnectionFlash
from portal.flows.models import Flow, FlowKind, Service
from portal.flows.outcomes import PAGES
from portal.flows.round_trip import LONGEST_CODE
from portal.flows.sign_in import signed_in
from portal.flows.single_use import NOT_OURS
from portal.graph.errors import GraphError
from portal.microsoft365 import addresses, authorization_store, authorizations, connections
from portal.microsoft365.models import Connection
from portal.microsoft365.permissions import Feature, missing
from portal.storage.platforms import Platform
from portal.users import domains, identities
from portal.users.models import User

# A page ends within ten seconds, the trade of the code included.
SECONDS_FOR_DOMAINS = 2.0
NO_CONNECTION = (FlowKind.SIGN_IN, FlowKind.INVITATION, FlowKind.CONFIRMATION)
CONNECTED = {
    FlowKind.CONNECT: ConnectionFlash.CONNECTED,
    FlowKind.USER_SYNC: ConnectionFlash.USER_SYNC,
    FlowKind.SENDING: ConnectionFlash.SENDING,
    FlowKind.GROUP_CALENDARS: ConnectionFlash.GROUP_CALENDARS,
    FlowKind.AVAILABILITY: ConnectionFlash.AVAILABILITY,
    FlowKind.INTERVIEWS: ConnectionFlash.INTERVIEWS,
    FlowKind.GROUP_INTERVIEWS: ConnectionFlash.GROUP_CALENDARS,
    FlowKind.WITHOUT_SCHEDULING: ConnectionFlash.WITHOUT_SCHEDULING,
}


def _token(visitor: Visitor, flow: Flow, answer: Answer) -> PersonToken:
    """Tokens and a checked identity for a code."""
    if answer.error:
        raise came_back_with(answer.error, answer.suberror)
    if not answer.code or len(answer.code) > LONGEST_CODE:
        raise CodeRefused("Microsoft's answer holds nothing to go on with. Please start again.")
    try:
        return visitor.services.microsoft365.oauth.person_token(
            code=answer.code,
            verifier=flow.verifier,
            nonce=flow.nonce,
            redirect_uri=addresses.redirect_uri(visitor.services.config),
            now=visitor.now,
        )
    except GuestAccount as guest:
        if flow.kind in NO_CONNECTION:
            raise GuestSignIn(str(guest)) from guest
        raise


def _signed_in(visitor: Visitor, flow: Flow, token: PersonToken) -> Arrived | Ended:
    if token.identity is None:
        raise FlowRefused(NOT_OURS)
    confirmation.note_time_told(visitor, token.identity)
    landing = signed_in(visitor, flow, token.identity, platform=Platform.MICROSOFT_365)
    if landing.user is not None:
        _read_domains(visitor, landing.user, token.identity, token)
    return landing


def _read_domains(visitor: Visitor, user: User, identity: Identity, token: PersonToken) -> None:
    """Read the organization's domains in the name of an admin, whose `User.Read` allows it."""
    if not user.is_admin:
        return
    services = visitor.services
    graph = services.microsoft365.client_with(
        token.access_token, identity.object_id, patience=SECONDS_FOR_DOMAINS
    )
    domains.refresh(services.rows, graph, identity.tenant_id, now=visitor.now)


def _connected(visitor: Visitor, flow: Flow, token: PersonToken) -> Arrived | Ended:
    if visitor.user_id is None or flow.user_id != visitor.user_id:
        raise FlowRefused(NOT_OURS)
    if flow.kind is FlowKind.USER_SYNC and not visitor.is_admin:
        raise RoleLost("You are not an administrator of this portal any more.")
    if token.identity is None:
        raise FlowRefused(NOT_OURS)
    _require_decider(visitor, flow)
    refusal = _refusal_of_mailbox(visitor, flow, token, token.identity)
    user, connection = _save(visitor, visitor.user_id, flow, token, token.identity, refusal=refusal)
    _read_domains(visitor, user, token.identity, token)
    new_user = user if user.id != visitor.user_id else None
    wanted = departure.asked_for(visitor.services.rows, flow)
    lacking = missing(connection.scopes, wanted)
    if lacking:
        return Ended(Service.MICROSOFT, Outcome.PARTLY, {"missing": list(lacking)}, new_user)
    return Arrived(
        flow.wished_endpoint,
        flow.wished_arguments,
        said=_told(visitor, flow, connection, refusal),
        user=new_user,
    )


def _told(
    visitor: Visitor, flow: Flow, connection: Connection, refusal: GraphError | None
) -> Flash:
    if flow.kind is not FlowKind.SHARED_MAILBOX:
        return CONNECTED[flow.kind].of(address=connection.address)
    rows, account_id = visitor.services.rows, flow.wished_arguments["account_id"]
    return mailbox_reading.told(rows, account_id, connection, refusal)


def _require_decider(visitor: Visitor, flow: Flow) -> None:
    """Refuse to read a shared mailbox for a person who lost the right to decide that."""
    if flow.kind is not FlowKind.SHARED_MAILBOX:
        return
    account_id = flow.wished_arguments["account_id"]
    rows = visitor.services.rows
    if authorization_store.readable_shared(rows, account_id, flow.user_id or "") is None:
        raise FlowRefused("You do not decide for this shared mailbox any more.")


def _refusal_of_mailbox(
    visitor: Visitor, flow: Flow, token: PersonToken, identity: Identity
) -> GraphError | None:
    if flow.kind is not FlowKind.SHARED_MAILBOX:
        return None
    return mailbox_reading.refusal_of(
        visitor,
        flow.wished_arguments["account_id"],
        access_token=token.access_token,
        object_id=identity.object_id,
    )


def _save(
    visitor: Visitor,
    user_id: str,
    flow: Flow,
    token: PersonToken,
    identity: Identity,
    *,
    refusal: GraphError | None,
) -> tuple[User, Connection]:
    """The connection, and for a local account the user that it makes them: both or none."""
    rows, now = visitor.services.rows, visitor.now
    act = Act(rows, visitor.actor, now)
    with rows.write():
        user = identities.bind(act, user_id, identity)
        connection = connections.connect(act, visitor.services.vault, user_id=user.id, token=token)
        connections.worked(rows, user.id, Feature.SIGN_IN, now)
        if flow.kind is FlowKind.USER_SYNC:
            authorizations.authorize(act, connection)
        if flow.kind is FlowKind.SHARED_MAILBOX:
            account_id = flow.wished_arguments["account_id"]
            if mailbox_reading.takes_over(rows, account_id, user.id, refusal):
                authorizations.read_mailbox(act, account_id, connection)
    return user, connection


def _approval_link(visitor: Visitor, kind: FlowKind | None) -> str:
    """A link that names what the flow asked for too: it may be the first to need it."""
    services, wanted = visitor.services, authorizations.delegated_features(visitor.services.rows)
    if kind is not None:
        wanted += departure.features_of_kind(services.rows, kind, visitor.user_id)
    return addresses.approval_link(services.config, services.microsoft365, wanted)


MICROSOFT = RoundTrip(
    service=Service.MICROSOFT,
    trade=_token,
    returns=(
        Return(FlowKind.SIGN_IN, Action.SIGN_IN_WITH_MICROSOFT, _signed_in),
        Return(FlowKind.CONFIRMATION, Action.IDENTITY_CONFIRMED, confirmation.confirmed),
        Return(FlowKind.INVITATION, Action.INVITATION_ACCEPTED_WITH_MICROSOFT, _signed_in),
        Return(FlowKind.CONNECT, Action.MICROSOFT_365_CONNECTED, _connected),
        Return(FlowKind.USER_SYNC, Action.USER_SYNC_AUTHORIZED, _connected),
        Return(FlowKind.SHARED_MAILBOX, Action.SHARED_MAILBOX_READER_CHOSEN, _connected),
        Return(FlowKind.SENDING, Action.MICROSOFT_365_CONNECTED, _connected),
        Return(FlowKind.GROUP_CALENDARS, Action.MICROSOFT_365_CONNECTED, _connected),
        Return(FlowKind.AVAILABILITY, Action.MICROSOFT_365_CONNECTED, _connected),
        Return(FlowKind.INTERVIEWS, Action.MICROSOFT_365_CONNECTED, _connected),
        Return(FlowKind.GROUP_INTERVIEWS, Action.MICROSOFT_365_CONNECTED, _connected),
        Return(FlowKind.WITHOUT_SCHEDULING, Action.MICROSOFT_365_CONNECTED, _connected),
    ),
    pages=PAGES,
    template="flows/outcome.html",
    approval_link=_approval_link,
)
