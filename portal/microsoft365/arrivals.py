"""What comes back from Microsoft with somebody: a code that is worth tokens, or a refusal."""

from dataclasses import dataclass
from datetime import datetime

from portal.audit.actions import Action
from portal.audit.log import record
from portal.audit.models import Actor
from portal.entra.errors import CodeRefused, came_back_with, outcome_of
from portal.entra.models import PersonToken
from portal.entra.oauth import OAuth
from portal.errors import PortalError
from portal.microsoft365.models import Flow, FlowKind
from portal.storage.rows import Rows

LONGEST = 10_000
DOING = {
    FlowKind.SIGN_IN: Action.SIGN_IN_WITH_MICROSOFT,
    FlowKind.INVITATION: Action.INVITATION_ACCEPTED_WITH_MICROSOFT,
    FlowKind.CONNECT: Action.MICROSOFT_365_CONNECTED,
    FlowKind.USER_SYNC: Action.USER_SYNC_AUTHORIZED,
    FlowKind.CONSENT: Action.ORGANIZATION_CONSENT_RECORDED,
    FlowKind.GOOGLE: Action.SIGN_IN_WITH_GOOGLE,
}

CONNECTED = {
    FlowKind.CONNECT: "{address} is connected. The first sync starts now.",
    FlowKind.USER_SYNC: "{address} is connected, and user sync reads the directory by it.",
}


@dataclass(frozen=True)
class Answer:
    """What Microsoft put into the address, unchecked."""

    state: str
    code: str
    error: str
    suberror: str


def token_in(
    oauth: OAuth, answer: Answer, flow: Flow, *, redirect_uri: str, now: datetime
) -> PersonToken:
    """Tokens and a checked identity; every refusal is an error with a page of its own."""
    if answer.error:
        raise came_back_with(answer.error, answer.suberror)
    if not answer.code or len(answer.code) > LONGEST:
        raise CodeRefused("Microsoft's answer holds nothing to go on with. Please start again.")
    return oauth.person_token(
        code=answer.code,
        verifier=flow.verifier,
        nonce=flow.nonce,
        redirect_uri=redirect_uri,
        now=now,
    )


def note_refusal(
    rows: Rows, refusal: PortalError, *, kind: FlowKind | None, actor: Actor, now: datetime
) -> None:
    """Our own words for it; Microsoft's are shown and kept nowhere."""
    with rows.write():
        record(
            rows,
            actor=actor,
            action=DOING[kind] if kind else Action.ANSWER_FROM_MICROSOFT,
            target=actor.name,
            result="refused",
            new=f"{outcome_of(refusal)}: {refusal}",
            at=now,
        )
