"""An owner's answers about the earlier mail of new candidates, and what it would bring."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from portal.audit.act import Act
from portal.audit.actions import Action
from portal.email import folder_store, identity, message_store, search_store, searches
from portal.email import store as mailbox_store
from portal.email.headers import Item, addresses_in, header
from portal.email.models import Header, Mailbox
from portal.email.rules import rules_for
from portal.graph.client import GraphClient
from portal.privacy import hold_store
from portal.privacy import store as privacy
from portal.privacy.models import Question
from portal.privacy_settings import store
from portal.storage.rows import Rows


def bring_in(act: Act, owner: str, asked: Question) -> None:
    """Search the mailbox for what waited when the question was shown. Repeated, it does nothing."""
    with act.rows.write():
        if not hold_store.bring_in(act.rows, owner, asked):
            return
        for address in asked.addresses:
            search_store.add_search(
                act.rows, owner, candidate_id=asked.candidate_id, address=address, now=act.now
            )
        act.record(Action.EARLIER_MAIL_BROUGHT_IN, _target(act, owner))


def leave(act: Act, owner: str, asked: Question) -> None:
    """Leave earlier mail in the mailbox. New mail syncs as always."""
    with act.rows.write():
        if hold_store.refuse(act.rows, owner, asked, now=act.now):
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
    mailbox = mailbox_store.mailbox(rows, mailbox_id)
    found: dict[str, Header] = {}
    is_whole = True
    every = [each for one in asked.addresses for each in searches.queries_for(one, now=now)]
    for query in {str(each): each for each in every}.values():
        listed = 0
        for page in searches.results(graph, query):
            listed += len(page.items)
            brought = _brought(rows, mailbox, asked, page.items)
            found |= {each.graph_id: each for each in brought}
        is_whole = is_whole and listed < searches.MOST_FOUND
    return Count(_count_new(rows, mailbox_id, asked, list(found.values())), is_whole)


def _brought(
    rows: Rows, mailbox: Mailbox, asked: Question, items: tuple[Item, ...]
) -> Iterator[Header]:
    """The messages that are kept for the candidate once nothing of them is held."""
    written = {address for item in items for address in addresses_in(item)}
    rules = rules_for(rows, mailbox, written)
    then = replace(rules, held=rules.held.without(asked.candidate_id))
    wanted = folder_store.read_folders(rows, mailbox.id)
    for each in (header(item) for item in items if item.get("parentFolderId") in wanted):
        before, after = rules.decide(each), then.decide(each)
        is_new = asked.candidate_id not in before.candidate_ids or not before.is_kept
        if is_new and after.is_kept and asked.candidate_id in after.candidate_ids:
            yield each


def _count_new(rows: Rows, mailbox_id: str, asked: Question, headers: list[Header]) -> int:
    """Count each message once, without those that the candidate's feed shows already."""
    copies = message_store.known_copies(rows, mailbox_id, [each.graph_id for each in headers])
    known = identity.known_ids(rows, mailbox_id, headers) | copies
    there = set(known.values())
    shown = store.shown_of(rows, asked.candidate_id, there)
    missing = [each for each in headers if each.graph_id not in known]
    return len(there - shown) + len(identity.unknown(rows, mailbox_id, missing))
