"""The chain of questions about a message, up to the one that decided. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.email.models import Header, Reason
from portal.email_why import questions
from portal.email_why.models import (
    EMAIL,
    IS_HERE,
    MICROSOFT_365,
    ON_ITS_WAY,
    Facts,
    Presence,
    Step,
    passed,
    say,
    stopped,
)
from portal.graph.errors import GraphError, PermissionMissing
from portal.microsoft365 import hindrances
from portal.microsoft365.models import FeatureState

CONNECTED = "Your account is connected"
ALLOWED = "Reading mail is allowed"
RECONNECT = "Reconnect your account and ask again."


@dataclass(frozen=True)
class Chain:
    """The answers about one message. The last one decided."""

    header: Header
    steps: tuple[Step, ...]
    reason: Reason
    presence: Presence

    @property
    def deciding(self) -> Step:
        return self.steps[-1]

    @property
    def verdict(self) -> tuple[str, str]:
        """State and kind, for a pill."""
        if self.presence in IS_HERE:
            return ("Synced", "good")
        is_coming = self.reason is Reason.KEPT and self.presence in ON_ITS_WAY
        return ("On its way", "accent") if is_coming else ("Not synced", "warn")


def before_asking(
    state: FeatureState, *, is_syncing: bool, knows_addresses: bool
) -> tuple[Step, ...]:
    """Check what must hold before a message matters. Ends with the first that does not."""
    steps = (
        _connected(state),
        _permission(state),
        _sync_on(is_syncing=is_syncing, knows_addresses=knows_addresses),
    )
    return up_to_first_no(steps)


def up_to_first_no(steps: Sequence[Step]) -> tuple[Step, ...]:
    """The steps up to the one that decided."""
    passed = next((place for place, step in enumerate(steps) if not step.is_passed), len(steps))
    return tuple(steps[: passed + 1])


def _connected(state: FeatureState) -> Step:
    if state is FeatureState.NOT_CONNECTED:
        return stopped(
            CONNECTED,
            say("No Microsoft 365 account of yours is connected, so no mailbox is read."),
            "Connect your account.",
            MICROSOFT_365,
        )
    if state is FeatureState.LAPSED:
        return stopped(
            CONNECTED,
            say("Microsoft ended the connection, so Portal has read nothing since."),
            "Reconnect your account, and sync goes on where it stopped.",
            MICROSOFT_365,
        )
    if state is FeatureState.WITHDRAWN:
        return stopped(
            CONNECTED,
            say("Your organization's consent was withdrawn, so no mailbox is read by it."),
            f"{hindrances.GIVE_AGAIN} {hindrances.OWN_WAY}",
            MICROSOFT_365,
        )
    if state is FeatureState.CLOSED:
        return stopped(
            CONNECTED,
            say("Exchange keeps your mailbox closed to Portal, so nothing in it is read."),
            "Ask an administrator of your Microsoft 365 to let Portal open it.",
        )
    return passed(CONNECTED, say("Your mailbox can be reached."))


def _permission(state: FeatureState) -> Step:
    if state is FeatureState.MISSING:
        return stopped(
            ALLOWED,
            say("Your connection does not cover the permission Mail.Read."),
            "Reconnect your account and allow it.",
            MICROSOFT_365,
        )
    return passed(ALLOWED, say("You or your organization granted the permission Mail.Read."))


def _sync_on(*, is_syncing: bool, knows_addresses: bool) -> Step:
    title = "Email sync is on"
    if not is_syncing:
        return stopped(
            title,
            say("It is off, so Portal reads nothing in your mailbox."),
            "Turn on “Sync my email with candidates”.",
            EMAIL,
        )
    if not knows_addresses:
        return stopped(
            title,
            say("It is on, but has only begun: which addresses are yours is not known yet."),
            "Wait a minute. If it stays so, ask an administrator whether a worker is running.",
            EMAIL,
        )
    return passed(title, say("Portal reads your mailbox."))


def refused(error: GraphError) -> tuple[Step, ...]:
    """Microsoft's refusal of a person who seemed connected and allowed."""
    says = say("{error}", error=str(error))
    if isinstance(error, PermissionMissing):
        connected = _connected(FeatureState.READY)
        return (connected, stopped(ALLOWED, says, RECONNECT, MICROSOFT_365))
    return (stopped(CONNECTED, says, RECONNECT, MICROSOFT_365),)


def chain_of(facts: Facts, *, before: tuple[Step, ...] = ()) -> Chain:
    """Ask in the order in which sync decides, so that the first no is the one that decided."""
    steps = up_to_first_no(
        [
            *before,
            questions.folder(facts),
            questions.candidate(facts),
            questions.never_sync(facts),
            questions.address(facts),
            questions.alias(facts),
            questions.earlier_mail(facts),
        ]
    )
    if facts.presence in IS_HERE or facts.decision.is_kept:
        steps = (*steps, questions.presence(facts))
    return Chain(facts.header, steps, _reason(facts), facts.presence)


def _reason(facts: Facts) -> Reason:
    if facts.decision.is_kept and facts.presence is Presence.VANISHED:
        return Reason.VANISHED
    if facts.decision.is_kept and facts.presence is Presence.UNREADABLE:
        return Reason.UNREADABLE
    return facts.decision.reason
