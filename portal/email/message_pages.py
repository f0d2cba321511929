"""One page of messages: decide on each, fetch the texts of the matches, save them."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from portal.candidates import feed
from portal.conversations import threads
from portal.email import bodies, identity, message_store, settings_store, store
from portal.email.headers import (
    Item,
    addresses_in,
    agents_in,
    conversation_id,
    header,
    received_text,
    stranger,
)
from portal.email.matching import base, fold
from portal.email.models import FEED_KIND, Decision, Header, Mailbox, Message, Reason
from portal.email.rules import Rules, rules_for
from portal.email.sync_job import COUNT_EVERYTHING, COUNT_NOTHING, Counting, SyncJob
from portal.outbox.sync import bindings, notices
from portal.outbox.sync.bounces import Notice
from portal.storage.rows import Rows
from portal.suggested_addresses import suggestions
from portal.suggested_addresses.models import Stranger

Counts = Counter[tuple[str, str, str]]


@dataclass(frozen=True)
class MessagePage:
    """A page with its matches, and what was left out by day, reason and alias."""

    size: int
    matches: tuple[Message, ...]
    left_out: Counts
    seen_aliases: frozenset[str]
    has_unknown_address: bool = False
    conversations: Mapping[str, str] = field(default_factory=dict)
    writers: tuple[Stranger, ...] = ()
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True)
class _Decided:
    """The decisions on a page, made from its headers alone.

    `conversations` are those of the matches, by Graph id; `writers` wrote what is with nobody.
    """

    matches: list[Header]
    conversations: dict[str, str]
    writers: tuple[Stranger, ...]
    left_out: Counts
    seen_aliases: frozenset[str]
    strangers: frozenset[str]


def read(
    job: SyncJob,
    items: Sequence[Item],
    *,
    within: frozenset[str] | None = None,
    counting: Counting = COUNT_EVERYTHING,
) -> MessagePage:
    """Decide on each message and fetch the texts that Portal does not have yet.

    `within` names the folders that count, where the page is of the whole mailbox. No transaction
    is open while Microsoft is asked.
    """
    decided = _decide(job, items, within, counting)
    if decided.matches:
        job.look_up()
    known, _ = _copies(job.rows, job.mailbox.id, decided.matches)
    missing = [each for each in decided.matches if each.graph_id not in known]
    found, without_text = bodies.fetch(job, missing)
    links = _missing_links(job, [each for each in decided.matches if each.graph_id in known])
    saved = [
        Message(each, links=links.get(each.graph_id))
        for each in decided.matches
        if each.graph_id in known
    ]
    return MessagePage(
        size=len(items),
        matches=(*found, *saved),
        left_out=decided.left_out + _counted(without_text, counting),
        seen_aliases=decided.seen_aliases,
        has_unknown_address=bool(decided.strangers)
        and not decided.strangers <= message_store.owners_of(job.rows, decided.strangers).keys(),
        conversations=decided.conversations,
        writers=decided.writers,
        notices=tuple(
            notices.fetch(job.rows, job.graph, job.mailbox.user_id, items, now=job.now())
        ),
    )


def _copies(
    rows: Rows, mailbox_id: str, headers: Sequence[Header]
) -> tuple[dict[str, str], dict[str, str]]:
    """Our ids of the copies that Portal has, and of those that it has to read again."""
    graph_ids = [each.graph_id for each in headers]
    unproven = message_store.unproven_copies(rows, mailbox_id, graph_ids)
    known = message_store.known_copies(rows, mailbox_id, graph_ids)
    return {one: own for one, own in known.items() if one not in unproven}, unproven


def _missing_links(job: SyncJob, kept: list[Header]) -> dict[str, tuple[str, ...] | None]:
    """The links of messages that were kept without them."""
    graph_ids = [each.graph_id for each in kept]
    wanted = message_store.copies_without_links(job.rows, job.mailbox.id, graph_ids)
    return bodies.fetch_links(job, [each for each in kept if each.graph_id in wanted])


def _counted(without_text: Counts, counting: Counting) -> Counts:
    """A message that is given up is counted whenever that is."""
    if counting != COUNT_NOTHING:
        return without_text
    return Counter({key: n for key, n in without_text.items() if key[1] == Reason.UNREADABLE})


def _decide(
    job: SyncJob, items: Sequence[Item], within: frozenset[str] | None, counting: Counting
) -> _Decided:
    """Most messages are with no known address, and only their addresses are parsed."""
    written = [list(addresses_in(item)) for item in items]
    agents = [list(agents_in(item)) for item in items]
    everybody = {address for people in written for address in people}
    known = everybody | {address for people in agents for address in people}
    rules = rules_for(job.rows, job.mailbox, known)
    left_out: Counts = Counter()
    matches: list[Header] = []
    strangers: set[str] = set()
    conversations: dict[str, str] = {}
    writers: list[Stranger | None] = []
    for item, people, senders in zip(items, written, agents, strict=True):
        if within is not None and item.get("parentFolderId") not in within:
            decision = Decision(Reason.FOLDER_LEFT_OUT)
        elif rules.wanted.isdisjoint(map(base, (*people, *senders))):
            decision = Decision(Reason.NO_CANDIDATE)
        else:
            parsed = header(item)
            decision = rules.decide(parsed)
            if decision.is_kept:
                matches.append(parsed)
                conversations[parsed.graph_id] = conversation_id(item)
                continue
            if decision.reason is Reason.NOT_ADDRESSED:
                strangers |= _in_own_domains(rules, parsed)
        if decision.reason is Reason.NO_CANDIDATE:
            writers.append(_writer(rules, item, (*people, *senders)))
        received = received_text(item)
        if counting.counts(received):
            left_out[received[:10], decision.reason, _alias_off(decision)] += 1
    return _Decided(
        matches,
        conversations,
        tuple(each for each in writers if each is not None),
        left_out,
        _newly_seen(rules, everybody),
        frozenset(strangers),
    )


def _writer(rules: Rules, item: Item, written: Sequence[str]) -> Stranger | None:
    found = stranger(item)
    others = tuple(each for each in written if not rules.owner.owners_of(each))
    return replace(found, others=others) if found else None


def _in_own_domains(rules: Rules, message: Header) -> set[str]:
    """Recipients in the domains of the owner: one may be an address that is new."""
    domains = {alias.folded.rpartition("@")[2] for alias in rules.aliases}
    written = {fold(each.address) for each in message.recipients}
    return {address for address in written if address.rpartition("@")[2] in domains}


def _alias_off(decision: Decision) -> str:
    """The alias that would bring the message if it were on."""
    return (decision.alias_id or "") if decision.reason is Reason.ALIAS_OFF else ""


def _newly_seen(rules: Rules, everybody: set[str]) -> frozenset[str]:
    """Aliases that stand in a header for the first time: the tenant lets them through."""
    unseen = [alias for alias in rules.aliases if alias.seen_in_mail_at is None]
    folded = {fold(address) for address in everybody} if unseen else set()
    return frozenset(alias.id for alias in unseen if alias.folded in folded)


def save(rows: Rows, mailbox: Mailbox, page: MessagePage, *, now: datetime) -> int:
    """Save the page: messages, feed entries and counts. Belongs inside write().

    Returns how many copies are new.
    """
    if page.left_out:
        store.add_left_out(rows, mailbox.id, page.left_out)
    if page.seen_aliases:
        store.save_aliases_seen(rows, page.seen_aliases, now=now)
    if page.has_unknown_address:
        store.ask_for_addresses(rows, mailbox.id, now=now)
    count = save_matches(rows, mailbox, page.matches, now=now)
    _note_conversations(rows, mailbox, page)
    notices.save(rows, mailbox.user_id, page.notices, now=now)
    return count


def _note_conversations(rows: Rows, mailbox: Mailbox, page: MessagePage) -> None:
    told = {graph_id: each for graph_id, each in page.conversations.items() if each}
    copies = message_store.known_copies(rows, mailbox.id, told) if told else {}
    kept = {own_id: told[graph_id] for graph_id, own_id in copies.items()}
    suggestions.note(rows, mailbox.user_id, kept, page.writers)


def save_matches(
    rows: Rows, mailbox: Mailbox, messages: Sequence[Message], *, now: datetime
) -> int:
    """Rows and feed entries of the matches; how many copies are new. Belongs inside write().

    Decides once more: while Microsoft was asked, a candidate may have been deleted or an alias
    turned off.
    """
    headers = [each.header for each in messages]
    written = {address for each in headers for address in (*each.addresses, *each.agents)}
    rules = rules_for(rows, mailbox, written)
    decided = [(each, rules.decide(each.header)) for each in messages]
    kept = [(each, decision) for each, decision in decided if decision.is_kept]
    known, before = _copies(rows, mailbox.id, [each.header for each, _ in kept])
    new = [each for each, _ in kept if each.header.graph_id not in known and each.text is not None]
    ids = known | identity.save(rows, mailbox.id, new, now=now)
    there = [(each, decision) for each, decision in kept if each.header.graph_id in ids]
    identity.save_agents(rows, _signed(rows, mailbox, rules, there), ids)
    threads.connect(rows, _links(mailbox.id, there))
    message_store.save_copies(rows, mailbox.id, there, ids, now=now)
    message_store.delete_attachments(rows, mailbox.id, before.keys() & ids.keys())
    message_store.save_attachments(rows, mailbox.id, new, ids)
    message_store.forget_text_failures(rows, mailbox.id, ids)
    feed.add_all(rows, _entries(rows, rules, there, ids), kind=FEED_KIND, now=now)
    bindings.bind(rows, mailbox.user_id, {each: ids[each] for each in _graph_ids(there)})
    identity.part_merged(rows, rules.candidates, there, before=before, after=ids)
    return sum(each.header.graph_id not in before for each in new)


def _graph_ids(kept: Sequence[tuple[Message, Decision]]) -> list[str]:
    return [each.header.graph_id for each, _ in kept]


def _links(
    mailbox_id: str, kept: Sequence[tuple[Message, Decision]]
) -> Mapping[str, Collection[str]]:
    """The Message-IDs that each message refers to. Several messages may have one Message-ID."""
    found: dict[str, set[str]] = {}
    for each, _ in kept:
        if each.links:
            found.setdefault(identity.message_id(mailbox_id, each.header), set()).update(each.links)
    return found


def _signed(
    rows: Rows, mailbox: Mailbox, rules: Rules, kept: Sequence[tuple[Message, Decision]]
) -> Iterator[tuple[Header, Decision]]:
    """The headers, with the owner in Sender of what they sent as a shared mailbox.

    Exchange writes that mailbox into both fields, and the folder alone tells of the person.
    """
    for message, decision in kept:
        header = message.header
        if rules.principal_of(header) and not identity.has_agents(header):
            header = replace(header, sent_by=settings_store.account_of(rows, mailbox.user_id))
        yield header, decision


def _entries(
    rows: Rows,
    rules: Rules,
    kept: Sequence[tuple[Message, Decision]],
    ids: Mapping[str, str],
) -> Iterator[tuple[str, str, datetime]]:
    """Candidate, message and time of each feed entry.

    A copy may have been merged into another mailbox's: only candidates on the message that the
    feed shows get an entry.
    """
    shown = message_store.addresses_on(rows, {ids[each.header.graph_id] for each, _ in kept})
    for each, decision in kept:
        own_id = ids[each.header.graph_id]
        there = {one for address in shown[own_id] for one in rules.candidates.owners_of(address)}
        for candidate_id in sorted(decision.candidate_ids & there):
            yield candidate_id, own_id, each.header.sent_at
