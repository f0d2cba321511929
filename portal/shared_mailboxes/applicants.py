"""People who wrote to a shared mailbox lately and are no candidates. Only ticked ones are kept.

The list is read from Microsoft while an owner of the mailbox waits.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from portal import clock
from portal.addresses import fold, stands_for
from portal.audit.act import Act
from portal.audit.actions import Action
from portal.candidates import edits
from portal.candidates import store as candidates
from portal.candidates.edits import Draft
from portal.email import folder_store, settings_store
from portal.email.headers import HEADER_FIELDS, header
from portal.email.matching import relay_of
from portal.email.models import Correspondent, Header
from portal.errors import Conflict, Invalid
from portal.graph.client import GraphClient
from portal.graph.errors import GraphError, Throttled, Unavailable
from portal.graph.paging import pages
from portal.privacy import insiders
from portal.privacy import store as privacy
from portal.privacy.automatic import is_automatic, is_automatic_address
from portal.privacy.models import never_sync
from portal.shared_mailboxes import refusals
from portal.shared_mailboxes.models import Account
from portal.storage.ids import new_id
from portal.storage.rows import Rows

MONTH = timedelta(days=30)
ON_A_PAGE = 100
MOST_READ = 2000
MOST_SHOWN = 200
NAME_LENGTH = 200
NOT_SYNCED = "Portal does not read this mailbox at the moment, so nothing is listed."
NOT_READ_YET = "This mailbox waits for its first sync. Please try again in a minute."
TOO_SLOW = "Microsoft did not answer within 10 seconds. Please try again later."


@dataclass(frozen=True)
class Applicant:
    """A sender with the first message of the last 30 days."""

    address: str
    name: str
    subject: str
    first_at: datetime


@dataclass(frozen=True)
class Offer:
    """The senders to choose from, the latest first. `is_whole` is off if not all were read."""

    applicants: tuple[Applicant, ...]
    is_whole: bool


def read(
    rows: Rows, client: Callable[[], GraphClient], account: Account, *, now: datetime
) -> Offer:
    """List senders. An answer that stays away ends the list, and the first one is an error."""
    status = settings_store.status(rows, account.id, now=now)
    if status is None or not status.is_syncing or not account.is_enabled:
        raise Conflict(NOT_SYNCED)
    folders = folder_store.read_folders(rows, status.mailbox_id)
    if not folders:
        raise Conflict(NOT_READ_YET)
    relays = frozenset(privacy.relay_domains(rows))
    first: dict[str, Applicant] = {}
    count, is_whole = 0, True
    graph = client()
    try:
        for page in _pages(graph, since=now - MONTH):
            count += len(page)
            found = (each for each in page if each.get("parentFolderId") in folders)
            first |= {fold(each.address): each for each in _senders(found, relays)}
            if count >= MOST_READ:
                is_whole = False
                break
    except (Unavailable, Throttled):
        if not count:
            raise
        is_whole = False
    offered = _offered(rows, account.id, first.values())
    return Offer(offered[:MOST_SHOWN], is_whole and len(offered) <= MOST_SHOWN)


def _pages(graph: GraphClient, *, since: datetime) -> Iterator[tuple[dict[str, Any], ...]]:
    query = {
        "$filter": f"receivedDateTime ge {clock.text(since)}",
        "$orderby": "receivedDateTime desc",
        "$select": f"{HEADER_FIELDS},internetMessageHeaders",
        "$top": str(ON_A_PAGE),
    }
    for page in pages(graph, "messages", query=query):
        yield page.items


def _senders(items: Iterable[Mapping[str, Any]], relays: frozenset[str]) -> Iterator[Applicant]:
    for item in items:
        message = header(item)
        sender = message.sender
        if message.is_draft or sender is None or not sender.address:
            continue
        relay = relay_of(message, relays)
        if not relay and is_automatic(item):
            continue
        address = _behind(message, relay) if relay else sender.address
        if "@" in address and not is_automatic_address(address):
            yield Applicant(address, _name(sender, address), message.subject, message.received_at)


def _name(sender: Correspondent, address: str) -> str:
    """The name of a sender. Some programs write an address in its place."""
    return sender.name if sender.name and "@" not in sender.name else address


def _behind(message: Header, relay: str) -> str:
    """The person for whom a relay wrote, as far as it says so."""
    hosts = {each: fold(each).rpartition("@")[2] for each in message.agents}
    return next((each for each in hosts if not f".{hosts[each]}".endswith(f".{relay}")), "")


def _offered(rows: Rows, account_id: str, found: Iterable[Applicant]) -> tuple[Applicant, ...]:
    """Those who are neither candidates nor of the organization, and on no “Never sync” list."""
    senders = sorted(found, key=lambda each: (each.first_at, each.address), reverse=True)
    silent = never_sync(privacy.entries_for(rows, account_id))
    written = [each.address for each in senders]
    inside = set(insiders.among(rows, written))
    known = {each.folded for each in candidates.matching_addresses(rows, written)}
    return tuple(
        each
        for each in senders
        if each.address not in inside
        and not silent.has(each.address)
        and known.isdisjoint(stands_for(each.address))
    )


def refusal(rows: Rows, account: Account, error: GraphError) -> str:
    """Why the senders could not be listed, for the owner who waits for the page."""
    if isinstance(error, Unavailable):
        return TOO_SLOW
    return refusals.sentence(rows, account, error)


def record_reading(act: Act, account: Account) -> None:
    """Audit that an owner listed the senders, never which."""
    with act.rows.write():
        act.record(Action.APPLICANTS_LISTED, f"{account.name} <{account.address}>")


def add(act: Act, chosen: Iterable[tuple[str, str]], *, by: str) -> tuple[int, list[str]]:
    """Add candidates by address and name. Returns how many, and why others were refused.

    Somebody who is a candidate already is left alone.
    """
    count, refused = 0, []
    for address, name in chosen:
        if candidates.matching_addresses(act.rows, [address]):
            continue
        called = " ".join(name.split())[:NAME_LENGTH] or address
        try:
            edits.add(act, Draft(called, "", address), candidate_id=new_id(), by=by)
        except Invalid as refusal:
            refused.append(str(refusal))
        else:
            count += 1
    return count, refused
