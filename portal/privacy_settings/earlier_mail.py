"""An owner's answers about the earlier mail of new candidates, and what it would bring."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import product

from portal.audit.act import Act
from portal.audit.actions import Action
from portal.email import (
    folder_store,
    identity,
    mailboxes,
    message_store,
    search_store,
    searches,
)
from portal.email import store as mailbox_store
from portal.email.headers import Item, addresses_in, header
from portal.email.models import Header, Mailbox
from portal.email.rules import rules_for
from portal.graph.client import GraphClient
from portal.privacy import held_entry_store, hold_store
from portal.privacy import store as privacy
from portal.privacy.models import HeldEntry, HeldMail, Question
from portal.privacy_settings import store
from portal.storage.rows import Rows


def bring_in(act: Act, owner: str, asked: Question) -> None:
    """Search the mailbox for what waited when the question was shown. Repeated, it does nothing."""
    with act.rows.write():
        if not hold_store.bring_in(act.rows, owner, asked):
            return
        for account_id, address in product(
            mailboxes.owners_with_mail_of(act.rows, owner), asked.addresses
        ):
            search_store.add_search(
                act.rows, account_id, candidate_id=asked.candidate_id, address=address, now=act.now
            )
        act.record(Action.EARLIER_MAIL_BROUGHT_IN, _target(act, owner))


def leave(act: Act, owner: str, asked: Question) -> None:
    """Leave earlier mail in the mailbox. New mail syncs as always."""
    with act.rows.write():
        if hold_store.refuse(act.rows, owner, asked, now=act.now):
            act.record(Action.EARLIER_MAIL_LEFT_IN_THE_MAILBOX, _target(act, owner))


def bring_in_entry(act: Act, owner: str, asked: HeldEntry) -> None:
    """Read the mailbox again for what an entry kept out."""
    with act.rows.write():
        if held_entry_store.bring_in(act.rows, asked.id):
            search_store.walk_everywhere(act.rows, now=act.now, owner=owner)
            mailboxes.read_sent_as(act.rows, owner, now=act.now)
            act.record(Action.EARLIER_MAIL_BROUGHT_IN, _target(act, owner))


def leave_entry(act: Act, owner: str, asked: HeldEntry) -> None:
    with act.rows.write():
        if held_entry_store.refuse(act.rows, asked.id, now=act.now):
            act.record(Action.EARLIER_MAIL_LEFT_IN_THE_MAILBOX, _target(act, owner))


def _target(act: Act, owner: str) -> str:
    """No candidate: whom an owner wrote with is private, and administrators read the log."""
    return privacy.address_of_shared(act.rows, owner) or "own mailbox"


@dataclass(frozen=True)
class Count:
    """How many messages would come. `is_whole` is off where Microsoft lists only some of them."""

    count: int
    is_whole: bool


def count(rows: Rows, graph: GraphClient, mailbox_id: str, asked: Question, now: datetime) -> Count:
    """Search as bringing in would, and keep nothing."""
    every = [each for one in asked.addresses for each in searches.queries_for(one, now=now)]
    return _count(rows, graph, mailbox_id, every, lambda held: held.without(asked.candidate_id))


def count_entry(
    rows: Rows, graph: GraphClient, mailbox_id: str, asked: HeldEntry, now: datetime
) -> Count:
    """Count without what names an entry in Sender or Reply-To alone, which no search finds."""
    every = [*searches.queries_for(asked.folded, now=now)]
    found = _count(rows, graph, mailbox_id, every, lambda held: held.without_entry(asked.id))
    return replace(found, is_whole=False)


def _count(
    rows: Rows,
    graph: GraphClient,
    mailbox_id: str,
    queries: Iterable[Mapping[str, str]],
    release: Callable[[HeldMail], HeldMail],
) -> Count:
    mailbox = mailbox_store.mailbox(rows, mailbox_id)
    found: dict[str, tuple[Header, frozenset[str]]] = {}
    is_whole = True
    for query in {str(each): each for each in queries}.values():
        listed = 0
        for page in searches.results(graph, query):
            listed += len(page.items)
            brought = _brought(rows, mailbox, page.items, release)
            found |= {header.graph_id: (header, new) for header, new in brought}
        is_whole = is_whole and listed < searches.MOST_FOUND
    return Count(_count_new(rows, mailbox, [*found.values()]), is_whole)


def _brought(
    rows: Rows,
    mailbox: Mailbox,
    items: tuple[Item, ...],
    release: Callable[[HeldMail], HeldMail],
) -> Iterator[tuple[Header, frozenset[str]]]:
    """The messages that are kept once some mail is released, each with its new candidates."""
    written = {address for item in items for address in addresses_in(item)}
    rules = rules_for(rows, mailbox, written)
    then = replace(rules, held=release(rules.held))
    wanted = folder_store.read_folders(rows, mailbox.id)
    for each in (header(item) for item in items if item.get("parentFolderId") in wanted):
        before, after = rules.decide(each), then.decide(each)
        new = after.candidate_ids - (before.candidate_ids if before.is_kept else frozenset())
        if after.is_kept and new:
            yield each, new


def _count_new(
    rows: Rows, mailbox: Mailbox, brought: Sequence[tuple[Header, frozenset[str]]]
) -> int:
    """Count each message once, without those that the feeds of all its candidates show already."""
    headers = [each for each, _ in brought]
    copies = message_store.known_copies(rows, mailbox.id, [each.graph_id for each in headers])
    known = identity.known_ids(rows, mailbox.id, headers) | copies
    shown = store.shown(rows, set(known.values()), viewer=mailbox.user_id)
    there = {
        known[each.graph_id]
        for each, candidate_ids in brought
        for candidate_id in candidate_ids
        if each.graph_id in known and (candidate_id, known[each.graph_id]) not in shown
    }
    missing = [each for each in headers if each.graph_id not in known]
    return len(there) + len(identity.unknown(rows, mailbox.id, missing))
