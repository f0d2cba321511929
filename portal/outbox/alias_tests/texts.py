"""Texts of each address to write from: how mail from it goes out, and how its test ended. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime

from portal.flash_texts import FlashText
from portal.outbox.alias_tests.results import is_running
from portal.outbox.models import DID_NOT_GO, AliasProof, Mail, Outcome, State
from portal.outbox.senders import Sender

EITHER_WAY = "Answers reach the same mailbox either way."
CURE = (
    "An administrator changes that: Exchange admin center → Settings → Mail flow → General → "
    "“Turn on sending from aliases”."
)


class AliasTestFlash(FlashText):
    """The test of an address to write from."""

    STARTED = "The test is under way. Its result appears at the address within minutes."


@dataclass(frozen=True)
class SenderText:
    """`pill` is the state in a few words; `seen_as` is the address that recipients see.

    The day `at` stands between `before` and `after`. `cure` says what changes the state.
    """

    pill: str
    kind: str
    seen_as: str
    before: str = ""
    at: datetime | None = None
    after: str = ""
    cure: str = ""
    is_being_tested: bool = False
    button: str = "Test this alias"


def sender_text(sender: Sender) -> SenderText:
    known = _known(sender)
    test = sender.test
    if test is None:
        return known
    if is_running(test):
        return _running(known, test)
    if sender.proof is None or _ended_at(test) > sender.proof.seen_at:
        return _unproven(known, test)
    return replace(known, button="Test it again")


def _known(sender: Sender) -> SenderText:
    """The text about the proof that mail from the address has left so far."""
    if sender.proof is not None:
        return _proven(sender, sender.proof)
    if sender.is_primary:
        pill = "Shared mailbox" if sender.is_shared else "Primary address"
        return SenderText(pill, "", sender.address)
    before = "Not tested yet whether Microsoft sends as this address."
    return SenderText("Not tested yet", "", sender.address, before)


def _ended_at(test: Mail) -> datetime:
    return test.ended_at or test.failed_at or test.created_at


def _running(known: SenderText, test: Mail) -> SenderText:
    before = (
        "The test mail is on its way. Portal searches for it for up to 10 minutes, and its result "
        "appears here."
    )
    if test.state is State.WAITING:
        before = "The test mail goes out in a moment, and the result appears here."
        if test.failure:
            before = f"The test mail waits. {test.failure}"
    return SenderText("Being tested", "", known.seen_as, before, is_being_tested=True)


def _unproven(known: SenderText, test: Mail) -> SenderText:
    """A test that ended without telling anything about the address."""
    if test.may_have_gone or test.state not in DID_NOT_GO:
        pill, said = "Test told nothing", "could not be checked."
    else:
        pill, said = "Test not sent", "did not go out."
    return SenderText(
        pill,
        "warn",
        known.seen_as,
        "The test mail of",
        _ended_at(test),
        f" {said} {test.failure or ''}".rstrip(),
        button="Test it again",
    )


def _proven(sender: Sender, proof: AliasProof) -> SenderText:
    address, at = sender.address, proof.seen_at
    tried = "When this was tested on" if proof.is_test else "When this was last used, on"
    if proof.outcome is Outcome.AS_ALIAS:
        pill, how = ("Tested: works", "tested") if proof.is_test else ("Works", "last seen")
        before = f"Mail goes out as this address, {how} on"
        return SenderText(pill, "good", address, before, at, ".")
    if proof.outcome is Outcome.AS_PRIMARY:
        seen = proof.from_seen or sender.primary_address
        pill = f"Goes out as {seen.partition('@')[0]}@…"
        after = f", Microsoft used the primary address instead. {EITHER_WAY}"
        return SenderText(pill, "warn", seen, tried, at, after, cure=CURE)
    if proof.outcome is Outcome.NOT_ARRIVED:
        after = ", the mail was not found in the mailbox within 10 minutes."
        return SenderText("Test did not arrive", "warn", address, tried, at, after)
    return _refused(sender, tried, at)


def _refused(sender: Sender, tried: str, at: datetime) -> SenderText:
    """With the cure of the test, if it was a test that was refused."""
    test = sender.test
    cure = test.failure or "" if test and test.state is State.REFUSED else ""
    after = ", Microsoft refused to send."
    return SenderText("Refused", "bad", sender.address, tried, at, after, cure=cure)
