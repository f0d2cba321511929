"""Count the messages that an alias would bring, in its owner's mailbox at this moment."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from portal.email import folder_store, identity, message_store, searches, store
from portal.email.headers import Item, addresses_in, agents_in, header
from portal.email.models import Alias, Header, Mailbox
from portal.email.rules import rules_for
from portal.graph.client import GraphClient
from portal.graph.errors import GraphError, Unavailable
from portal.storage.rows import Rows

MONTH = timedelta(days=30)
SHOWN_SUBJECTS = 3
TOO_SLOW = "Microsoft did not answer in time."


@dataclass(frozen=True)
class Preview:
    """The messages that an alias would bring. Only the owner of the mailbox may see the subjects.

    `is_whole` is off where Microsoft lists only some of the messages.
    """

    count: int
    count_of_month: int
    subjects: tuple[str, ...]
    is_whole: bool


def count(rows: Rows, graph: GraphClient, mailbox_id: str, alias: Alias, now: datetime) -> Preview:
    """Search as including the alias would, and keep nothing."""
    mailbox = store.mailbox(rows, mailbox_id)
    found: dict[str, Header] = {}
    is_whole = True
    for query in searches.queries_for(alias.address, now=now):
        count = 0
        for page in searches.results(graph, query):
            count += len(page.items)
            kept = _brought(rows, mailbox, alias, page.items)
            found |= {each.graph_id: each for each in kept}
        is_whole = is_whole and count < searches.MOST_FOUND
    new = _new(rows, mailbox.id, list(found.values()))
    return Preview(
        count=len(new),
        count_of_month=sum(each.received_at >= now - MONTH for each in new),
        subjects=tuple(each.subject.strip() or "(no subject)" for each in new[:SHOWN_SUBJECTS]),
        is_whole=is_whole,
    )


def _brought(
    rows: Rows, mailbox: Mailbox, alias: Alias, items: tuple[Item, ...]
) -> Iterator[Header]:
    """The messages that are kept with the alias and left out without it."""
    written = {one for item in items for one in (*addresses_in(item), *agents_in(item))}
    rules = rules_for(rows, mailbox, written)
    on = replace(alias, is_included=True, included_from=None)
    others = [on if each.id == alias.id else each for each in rules.aliases]
    then = replace(rules, aliases=others)
    wanted = folder_store.read_folders(rows, mailbox.id)
    for each in (header(item) for item in items if item.get("parentFolderId") in wanted):
        if then.decide(each).is_kept and not rules.decide(each).is_kept:
            yield each


def _new(rows: Rows, mailbox_id: str, headers: list[Header]) -> list[Header]:
    """Those that Portal does not have, newest first and each message once."""
    copies = message_store.known_copies(rows, mailbox_id, [each.graph_id for each in headers])
    missing = [each for each in headers if each.graph_id not in copies]
    missing.sort(key=lambda each: (each.received_at, each.graph_id), reverse=True)
    return identity.unknown(rows, mailbox_id, missing)


def refusal(error: GraphError) -> str:
    """Why the messages could not be counted, for the person who waits for the page."""
    return TOO_SLOW if isinstance(error, Unavailable) else str(error)
