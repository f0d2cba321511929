"""The recipients and the subject of an answer, and whether it stays in its thread."""

import re
from collections.abc import Collection, Sequence

from portal.addresses import fold, stands_for
from portal.candidates.models import Candidate
from portal.composer.models import Answered
from portal.errors import Invalid
from portal.outbox.models import LONGEST_SUBJECT, Field, Recipient
from portal.outbox.recipients import checked_recipient, typed_name, written
from portal.outbox.senders import Sender

PREFIX = re.compile(r"\s*re\s*:", re.IGNORECASE)
NO_COPY = "It goes out as a new message, not in the thread: {address} has no copy of the message."
OTHER_ADDRESS = (
    "It goes out as a new message, not in the thread: answers to that message go to {address}."
)


def first_recipients(candidate: Candidate, answered: Answered | None) -> str:
    """The field To of a new form: the candidate, or the people whom an answer is for."""
    found = [] if answered is None else _addressees(candidate, answered)
    named = [_recipient(candidate, answered, each) for each in found or candidate.addresses[:1]]
    return written((each for each in named if each), Field.TO)


def _addressees(candidate: Candidate, answered: Answered) -> list[str]:
    """Reply-To if it is the candidate's, else the writer, else the candidate's addresses in it.

    A sender can write a stranger's address into Reply-To.
    """
    own = {fold(each) for each in candidate.addresses}
    replies = [each for each in answered.reply_to if not own.isdisjoint(stands_for(each))]
    if replies:
        return replies
    if not own.isdisjoint(stands_for(answered.sender.address)):
        return [answered.sender.address]
    return [
        each.address for each in answered.recipients if not own.isdisjoint(stands_for(each.address))
    ]


def _recipient(candidate: Candidate, answered: Answered | None, address: str) -> Recipient | None:
    """With the name that the writer gives, or the candidate's. None for a broken address."""
    is_writer = answered is not None and fold(answered.sender.address) == fold(address)
    name = answered.sender.name if answered and is_writer else ""
    try:
        return checked_recipient(typed_name(name) or typed_name(candidate.name), address, Field.TO)
    except Invalid:
        return None


def subject(answered: Answered) -> str:
    """`Re:` before the subject, once."""
    text = " ".join(answered.subject.split())
    return (text if PREFIX.match(text) else f"Re: {text}")[:LONGEST_SUBJECT].strip()


def first_sender(senders: Sequence[Sender], answered: Answered | None) -> Sender | None:
    """The address that is chosen first: the one that the answered message was sent to, if any."""
    for account_id, alias in (answered.held_by if answered else {}).items():
        own = [each for each in senders if each.account_id == account_id]
        named = [each for each in own if alias and fold(each.address) == fold(alias)]
        if named or own:
            return (named or own)[0]
    return senders[0] if senders else None


def outside_thread(
    answered: Answered, sender: Sender, recipients: Collection[Recipient]
) -> str | None:
    """Why an answer from this address is no reply for Microsoft. None if it is one."""
    if sender.account_id not in answered.held_by:
        return NO_COPY.format(address=sender.primary_address)
    folded = {each.folded for each in recipients}
    others = [each for each in answered.reply_to if fold(each) not in folded]
    return OTHER_ADDRESS.format(address=others[0]) if others else None
