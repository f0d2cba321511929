"""Texts of each address to write from: how mail from it goes out. Pure."""

from dataclasses import dataclass
from datetime import datetime

from portal.outbox.models import AliasProof, Outcome
from portal.outbox.senders import Sender

EITHER_WAY = "Answers reach the same mailbox either way."


@dataclass(frozen=True)
class SenderText:
    """`pill` is the state in a few words; `seen_as` is the address that recipients see.

    The day `at` stands between `before` and `after`.
    """

    pill: str
    kind: str
    seen_as: str
    before: str = ""
    at: datetime | None = None
    after: str = ""


def sender_text(sender: Sender) -> SenderText:
    proof, address = sender.proof, sender.address
    if proof is not None:
        return _proven(sender, proof)
    if sender.is_primary:
        return SenderText("Shared mailbox" if sender.is_shared else "Primary address", "", address)
    return SenderText(
        "Not tested yet", "", address, "Not tested yet whether Microsoft sends as this address."
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
        return SenderText(pill, "warn", seen, tried, at, after)
    if proof.outcome is Outcome.NOT_ARRIVED:
        return SenderText(
            "Test did not arrive", "warn", address, tried, at, ", the mail did not arrive."
        )
    return SenderText("Refused", "bad", address, tried, at, ", Microsoft refused to send.")
