"""Read the notices of non-delivery that arrive in a mailbox, and save their reports."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from portal import clock
from portal.graph.client import GraphClient
from portal.graph.errors import Gone, Refused, TooLarge
from portal.graph.links import segment
from portal.outbox import store
from portal.outbox.sync import bounces
from portal.outbox.sync import store as sync_store
from portal.outbox.sync.bounces import MOST_BYTES, Notice
from portal.storage.rows import Rows

# A server gives up after two days, or after five at most.
LONGEST_WAY = timedelta(days=5)
MOST_AT_ONCE = 50

Item = Mapping[str, Any]


def fetch(
    rows: Rows, graph: GraphClient, account_id: str, items: Iterable[Item], *, now: datetime
) -> list[Notice]:
    """Read the notices among a page of messages. Without mail of the last days, asks nothing."""
    since = clock.text(now - LONGEST_WAY)
    suspects = [
        each
        for each in items
        if bounces.is_from_a_server(_sender(each))
        and str(each.get("receivedDateTime") or "") >= since
    ]
    if not suspects or not sync_store.handed_since(rows, account_id, now - LONGEST_WAY):
        return []
    contents = (_content(graph, str(each["id"])) for each in suspects[:MOST_AT_ONCE])
    return [bounces.notice(each) for each in contents if each]


def _sender(item: Item) -> str:
    written = item.get("from")
    person = written.get("emailAddress") if isinstance(written, dict) else None
    address = person.get("address") if isinstance(person, dict) else ""
    return address if isinstance(address, str) else ""


def _content(graph: GraphClient, graph_id: str) -> bytes:
    """The message as it arrived. Empty for one that is gone or too large to be a notice."""
    try:
        return graph.download(f"messages/{segment(graph_id)}/$value", limit=MOST_BYTES)
    except (Gone, Refused, TooLarge):
        return b""


def save(rows: Rows, account_id: str, found: Iterable[Notice], *, now: datetime) -> None:
    """Save the reports of notices on recipients of this mailbox's mail. Belongs inside write()."""
    notices = list(found)
    if not notices:
        return
    mails = sync_store.handed_since(rows, account_id, now - LONGEST_WAY)
    for each in notices:
        mail = bounces.named(each, mails)
        if mail is not None:
            recipients = store.recipients(rows, [mail.id]).get(mail.id, [])
            for judged in bounces.judged(each, recipients):
                sync_store.save_bounce(rows, mail.id, replace(judged, bounced_at=now))
