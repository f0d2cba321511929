"""Keep each message once: senders use one Message-ID for many, so it does not tell alone."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson

from portal.addresses import base, fold, stands_for
from portal.candidates import feed
from portal.email import message_store as store
from portal.email.matching import AddressBook
from portal.email.models import (
    FEED_KIND,
    Correspondent,
    Decision,
    Header,
    KeptMessage,
    Message,
)
from portal.storage.ids import new_ordered_id
from portal.storage.rows import Rows

MOST_APART = timedelta(minutes=2)

# The owner of each address of a mailbox, by its folded form.
Owners = Mapping[str, str]


@dataclass(frozen=True)
class Identity:
    """The marks that all copies of one message share. Addresses of one mailbox count as one."""

    message_id: str
    sender: str
    subject: str
    to: frozenset[str]
    cc: frozenset[str]
    sent_at: datetime

    def is_same(self, other: "Identity") -> bool:
        return (
            (self.message_id, self.sender, self.subject, self.to, self.cc)
            == (other.message_id, other.sender, other.subject, other.to, other.cc)
        ) and abs(self.sent_at - other.sent_at) <= MOST_APART


@dataclass(frozen=True)
class Known:
    """A message of ours, with the digest of its text in each mailbox that has a copy."""

    id: str
    identity: Identity
    texts: set[tuple[str, str]]

    def takes(self, identity: Identity, mailbox_id: str, text: str) -> bool:
        """Whether a copy is of this message. One mailbox never holds it with two texts."""
        return self.identity.is_same(identity) and self.texts_in(mailbox_id) <= {text}

    def texts_in(self, mailbox_id: str) -> set[str]:
        return {digest for mailbox, digest in self.texts if mailbox == mailbox_id}

    def add(self, mailbox_id: str, text: str) -> str:
        """Note one more copy. Returns our id."""
        self.texts.add((mailbox_id, text))
        return self.id

    def has_one_of(self, texts: Collection[str]) -> bool:
        return any(digest in texts for _, digest in self.texts)


def with_same_text(
    known: Iterable[Known], identity: Identity, *, mailbox_id: str, text: str
) -> Known | None:
    """The message that a copy is of, where the text tells it too."""
    fitting = (each for each in known if each.takes(identity, mailbox_id, text))
    return next((each for each in fitting if each.has_one_of({text})), None)


def choose(
    known: Collection[Known], identity: Identity, *, mailbox_id: str, text: str
) -> Known | None:
    """The message that a copy is of: one with the same text, or else one changed on the way.

    Never one whose text this mailbox has in another copy: that one is the copy of it.
    """
    if same := with_same_text(known, identity, mailbox_id=mailbox_id, text=text):
        return same
    own = {digest for each in known for digest in each.texts_in(mailbox_id)}
    fitting = (each for each in known if each.takes(identity, mailbox_id, text))
    return next((each for each in fitting if not each.has_one_of(own)), None)


def of_header(mailbox_id: str, header: Header, owners: Owners) -> Identity:
    return make(
        message_id=message_id(mailbox_id, header),
        sender=header.sender.address if header.sender else "",
        subject=header.subject,
        recipients=header.recipients,
        sent_at=header.claimed_sent_at,
        owners=owners,
    )


def message_id(mailbox_id: str, header: Header) -> str:
    """The Message-ID. A message without one is like no other."""
    return header.internet_message_id or f"{mailbox_id}/{header.graph_id}"


def make(
    *,
    message_id: str,
    sender: str,
    subject: str,
    recipients: Iterable[Correspondent],
    sent_at: datetime,
    owners: Owners,
) -> Identity:
    people = [(each.kind, _person(each.address, owners)) for each in recipients]
    return Identity(
        message_id=message_id,
        sender=_person(sender, owners),
        subject=subject,
        to=frozenset(person for kind, person in people if kind == "to"),
        cc=frozenset(person for kind, person in people if kind == "cc"),
        sent_at=sent_at,
    )


def _person(address: str, owners: Owners) -> str:
    """The mailbox of an address of ours: Exchange may write another one of its addresses."""
    folded = fold(address)
    return owners.get(folded) or owners.get(base(address)) or folded


def save(
    rows: Rows, mailbox_id: str, messages: Iterable[Message], *, now: datetime
) -> dict[str, str]:
    """Save messages and return our id for each Graph id. One of another mailbox is kept once.

    Copies with the text of a known message find it first: of two messages with one Message-ID,
    the one that is read first must not take the other's place. Belongs inside write().
    """
    new = list(messages)
    owners, known = _known(rows, mailbox_id, [each.header for each in new])
    told = [(each, of_header(mailbox_id, each.header, owners)) for each in new]
    ids: dict[str, str] = {}
    for message, own in told:
        others, text = known.setdefault(own.message_id, []), message.digest
        if found := with_same_text(others, own, mailbox_id=mailbox_id, text=text):
            ids[message.header.graph_id] = found.add(mailbox_id, text)
    for message, own in told:
        others, text = known[own.message_id], message.digest
        if message.header.graph_id not in ids:
            found = choose(others, own, mailbox_id=mailbox_id, text=text)
            if found is None:
                found = Known(new_ordered_id(), own, set())
                others.append(found)
                store.add_message(rows, found.id, own.message_id, message, now=now)
            ids[message.header.graph_id] = found.add(mailbox_id, text)
    return ids


def save_agents(
    rows: Rows, kept: Iterable[tuple[Header, Decision]], ids: Mapping[str, str]
) -> None:
    """Save who wrote each message in another's name, and the relay that brought it.

    Old copies are read without these. Belongs inside write().
    """
    told = [(header, decision) for header, decision in kept if has_agents(header)]
    written = {form for header, _ in told for each in _writers(header) for form in stands_for(each)}
    owners = store.owners_of(rows, written) if written else {}
    store.save_agents(
        rows,
        [
            (ids[header.graph_id], _writer(header, owners), header.agents, decision.through)
            for header, decision in told
        ],
    )


def has_agents(header: Header) -> bool:
    """Whether Sender or Reply-To names anybody but From."""
    author = fold(header.sender.address) if header.sender else ""
    return any(fold(each) != author for each in (*_writers(header), *header.agents))


def _writers(header: Header) -> list[str]:
    return [each.address for each in (header.sender, header.sent_by) if each]


def _writer(header: Header, owners: Owners) -> Correspondent:
    """The person in Sender. Nobody if From is an address of the same person."""
    who = {_person(each, owners) for each in _writers(header)}
    return header.sent_by if header.sent_by and len(who) > 1 else Correspondent("", "", "sender")


def part_merged(
    rows: Rows,
    candidates: AddressBook,
    kept: Iterable[tuple[Message, Decision]],
    *,
    before: Mapping[str, str],
    after: Mapping[str, str],
) -> None:
    """Take back the entries of messages that an older portal merged by Message-ID and sender.

    `before` and `after` name the message that each copy shows, by Graph id. Belongs inside write().
    """
    moved = {
        graph_id: own_id
        for graph_id, own_id in before.items()
        if after.get(graph_id, own_id) != own_id
    }
    written = store.addresses_on(rows, moved.values())
    for each, decision in kept:
        former = moved.get(each.header.graph_id)
        if former is not None:
            there = {own for one in written[former] for own in candidates.owners_of(one)}
            for candidate_id in decision.candidate_ids - there:
                feed.remove(rows, candidate_id, [former], kind=FEED_KIND)
    empty = store.messages_without_copy(rows, moved.values())
    feed.remove_everywhere(rows, empty, kind=FEED_KIND)
    store.delete_messages(rows, empty)


def known_ids(rows: Rows, mailbox_id: str, headers: Sequence[Header]) -> dict[str, str]:
    """Our id for each Graph id whose message some mailbox brought already."""
    owners, known = _known(rows, mailbox_id, headers)
    found: dict[str, str] = {}
    for header in headers:
        own = of_header(mailbox_id, header, owners)
        same = (each.id for each in known.get(own.message_id, ()) if each.identity.is_same(own))
        if own_id := next(same, None):
            found[header.graph_id] = own_id
    return found


def unknown(rows: Rows, mailbox_id: str, headers: Sequence[Header]) -> list[Header]:
    """The headers of messages that no mailbox brought yet, one for each message."""
    owners, known = _known(rows, mailbox_id, headers)
    found: list[Header] = []
    for header in headers:
        own = of_header(mailbox_id, header, owners)
        others = known.setdefault(own.message_id, [])
        if not any(each.identity.is_same(own) for each in others):
            others.append(Known("", own, set()))
            found.append(header)
    return found


def _known(
    rows: Rows, mailbox_id: str, headers: Sequence[Header]
) -> tuple[Owners, dict[str, list[Known]]]:
    """The owners of addresses, and the messages of ours by their Message-IDs."""
    written = {address for each in headers for address in each.addresses}
    forms = {form for address in written for form in (fold(address), base(address))}
    owners = store.owners_of(rows, forms)
    wanted = {message_id(mailbox_id, each) for each in headers}
    texts = store.text_digests(rows, wanted)
    known: dict[str, list[Known]] = {}
    for each in store.kept_messages(rows, wanted):
        found = Known(each.id, _of_kept(each, owners), texts.get(each.id, set()))
        known.setdefault(each.internet_message_id, []).append(found)
    return owners, known


def _of_kept(kept: KeptMessage, owners: Owners) -> Identity:
    return make(
        message_id=kept.internet_message_id,
        sender=kept.sender_address,
        subject=kept.subject,
        recipients=[Correspondent(**each) for each in orjson.loads(kept.recipients)],
        sent_at=kept.claimed_sent_at,
        owners=owners,
    )
