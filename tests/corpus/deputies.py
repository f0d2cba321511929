"""Members who send as a shared mailbox or on its behalf, and what the practice tenant recorded.

The expectation comes from the copies that the tenant keeps, never from Portal: which mailbox
has a message, in which folder, and which addresses stand on it there.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import cycle

from sandbox.database import Row, State
from sandbox.directory import store as directory
from sandbox.mail import folders, store
from sandbox.mime import builder, parser
from sandbox.rights import senders
from sandbox.rights import store as rights
from sandbox.rights.senders import Writer
from sandbox.sending import distribution
from sandbox.sending.distribution import Outgoing


@dataclass(frozen=True)
class Sending:
    """One form of sending for a mailbox: with a right, and at whose mailbox."""

    right: str
    is_at_shared: bool = False


# Sent at the deputy's own mailbox, the copy lies in their Sent Items; else in the shared one's.
FORMS = (
    Sending(rights.SEND_AS),
    Sending(rights.SEND_ON_BEHALF),
    Sending(rights.SEND_AS, is_at_shared=True),
    Sending(rights.SEND_ON_BEHALF, is_at_shared=True),
)


@dataclass(frozen=True)
class Copy:
    """A copy of a message as the tenant keeps it, with its addresses in lower case."""

    message_id: str
    mailbox: str
    is_in_sent_items: bool
    author: str
    writer: str
    recipients: frozenset[str]

    @property
    def participants(self) -> frozenset[str]:
        return self.recipients | {self.author}


def send_all(state: State, shared: str, deputies: Mapping[str, str], raws: Iterable[bytes]) -> int:
    """Send messages of a shared mailbox in each form in turn. Returns the number.

    `deputies` has a member for each right. The mailbox keeps second copies of the latter half.
    """
    sent = list(raws)
    mailbox = _person(state, shared)
    with state.write():
        for right, upn in deputies.items():
            rights.grant(state, mailbox["id"], _person(state, upn)["id"], right)
    for number, (raw, form) in enumerate(zip(sent, cycle(FORMS), strict=False)):
        if number == len(sent) // 2:
            rights.set_copies(state, mailbox["id"], rights.Copies(True, True))
        _send(state, mailbox, _person(state, deputies[form.right]), raw, form)
    return len(sent)


def _send(state: State, mailbox: Row, deputy: Row, raw: bytes, form: Sending) -> None:
    place = mailbox if form.is_at_shared else deputy
    ((_, author),) = parser.parse(raw).addresses("from")
    writes = senders.headers(state, place, author, Writer(deputy, right=form.right))
    made = builder.with_headers(raw, writes)
    distribution.send(state, place, Outgoing(made))


def _person(state: State, upn: str) -> Row:
    found = directory.person(state, upn)
    assert found is not None, upn
    return found


def recorded(state: State, mailboxes: Iterable[str], message_ids: Collection[str]) -> list[Copy]:
    """The copies of some messages in these mailboxes."""
    copies = []
    for upn in mailboxes:
        owner = _person(state, upn)
        sent_items = folders.by_id(state, owner["id"], "sentitems")
        for row in store.of_mailbox(state, owner["id"], None):
            parsed = parser.parse(store.raw(state, row))
            if parsed.header("message-id") in message_ids:
                is_sent = sent_items is not None and row["folder_id"] == sent_items["id"]
                copies.append(_copy(parsed, upn, is_in_sent_items=is_sent))
    return copies


def _copy(parsed: parser.Parsed, upn: str, *, is_in_sent_items: bool) -> Copy:
    def first(name: str) -> str:
        return next((address.lower() for _, address in parsed.addresses(name)), "")

    recipients = (each for name in ("to", "cc") for _, each in parsed.addresses(name))
    return Copy(
        message_id=parsed.header("message-id"),
        mailbox=upn,
        is_in_sent_items=is_in_sent_items,
        author=first("from"),
        writer=first("sender"),
        recipients=frozenset(each.lower() for each in recipients),
    )


def expected(
    copies: Iterable[Copy],
    *,
    shared: str,
    addresses: Mapping[str, Collection[str]],
    included: Mapping[str, Collection[str]],
    candidates: Mapping[str, Collection[str]],
) -> dict[str, set[str]]:
    """Message ids that each candidate's feed must show.

    What a member sent in the name of the shared mailbox is decided by that mailbox's addresses,
    everything else by those of the mailbox in which it lies.
    """
    feeds: dict[str, set[str]] = {candidate: set() for candidate in candidates}
    for copy in copies:
        is_of_shared = copy.is_in_sent_items and copy.author in addresses[shared]
        own = included[shared if is_of_shared else copy.mailbox]
        names = copy.participants if is_of_shared else copy.participants | {copy.writer}
        if names.isdisjoint(own):
            continue
        for candidate, written in candidates.items():
            if not copy.participants.isdisjoint(written):
                feeds[candidate].add(copy.message_id)
    return feeds
