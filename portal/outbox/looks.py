"""Looks: search for the copy of a mail, and decide what is known of it then."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from portal import clock
from portal.errors import NotAllowed, PortalError
from portal.graph.client import GraphClient
from portal.graph.errors import MailboxFenced, NeedsReconnect, PermissionMissing, Throttled
from portal.microsoft365 import consent_store
from portal.microsoft365.clients import Microsoft365
from portal.outbox import access, attempt_store, comparison, copies, store
from portal.outbox.alias_tests import results
from portal.outbox.attempt_store import LOOKS_OF_UNKNOWN, MOST_LOOKS
from portal.outbox.checks import is_without_candidate
from portal.outbox.copies import Copy
from portal.outbox.feed.texts import CANNOT_BE_CHECKED
from portal.outbox.models import Mail, State
from portal.outbox.work import Work, take_over, was_unknown
from portal.storage.rows import Rows

SECONDS = (5, 15, 60, 120, 300, 600, 3600)
AFTER_THROTTLED = timedelta(seconds=30)
NO_ACCESS = (NeedsReconnect, PermissionMissing, NotAllowed)


@dataclass(frozen=True)
class Search:
    """The copies found. `could_find`: without one, the mail was not sent."""

    copies: Sequence[Copy] = ()
    could_find: bool = False


def look(work: Work, mail: Mail) -> None:
    """Search once. What the search tells is saved under the claim."""
    now = clock.utc_now()
    try:
        found = search(work.rows, work.microsoft365, mail)
    except Throttled as error:
        wait = max(timedelta(seconds=error.retry_after or 0), AFTER_THROTTLED)
        work.save(replace(mail, due_at=now + wait), was=mail.state)
    except PortalError as error:
        changed = _after(work.rows, mail, error, could_find=False, now=now)
        changed = results.closed(changed, now=now, failure=str(error))
        results.keep(work, changed, was=mail.state)
    else:
        if not save_found(work, mail, found.copies):
            changed = _after(work.rows, mail, None, could_find=found.could_find, now=now)
            results.keep(work, results.closed(changed, now=now), was=mail.state)


def search(rows: Rows, microsoft365: Microsoft365, mail: Mail) -> Search:
    """Search the mailbox that a mail went through, both ways.

    Where sync is off, only a message with our mark may be searched for. Where Exchange keeps it
    closed to the organization's consent, the author's own connection is used.
    """
    fenced: PortalError | None = None
    clients = access.clients_to_look(
        rows, microsoft365, mail.connected_author, mail.through_id or ""
    )
    for client in clients:
        try:
            return _search(rows, client(), mail)
        except MailboxFenced as refusal:
            fenced = refusal
    raise fenced or PermissionMissing(CANNOT_BE_CHECKED)


def _search(rows: Rows, graph: GraphClient, mail: Mail) -> Search:
    through_id = mail.through_id or ""
    marked = copies.by_mark(graph, mail)
    if marked:
        with rows.write():
            attempt_store.save_mark(rows, through_id, is_refused=False)
        return Search(_gone_out_first(marked), could_find=True)
    if consent_store.has_opted_out(rows, through_id):
        return Search((), could_find=_has_proven_mark(rows, mail))
    since = (mail.handed_at or mail.free_at) - copies.BEFORE
    alike = copies.by_content(graph, mail, _recipients(rows, mail), since=since)
    taken = attempt_store.others_copies(rows, mail.id, [each.graph_id for each in alike])
    return Search(
        _gone_out_first([each for each in alike if each.graph_id not in taken]), could_find=True
    )


def _has_proven_mark(rows: Rows, mail: Mail) -> bool:
    """Whether a copy would have been found by our mark, which a reply may lose."""
    is_kept = mail.was_marked and not mail.is_in_thread
    return is_kept and store.mailbox(rows, mail.through_id or "").knows_mark


def _gone_out_first(found: Sequence[Copy]) -> Sequence[Copy]:
    return sorted(found, key=lambda each: each.is_draft)


def _recipients(rows: Rows, mail: Mail) -> frozenset[str]:
    return frozenset(each.folded for each in store.recipients(rows, [mail.id]).get(mail.id, []))


def save_found(work: Work, mail: Mail, found: Sequence[Copy]) -> bool:
    """Save that a copy was found. False without one.

    Microsoft has a mail that lies in Outbox or Drafts, so it is accepted and never sent again.
    """
    if not found:
        return False
    now = clock.utc_now()
    sent = [each for each in found if not each.is_draft]
    with work.rows.write():
        work.renew()
        if sent:
            written = _recipients(work.rows, mail)
            changed = comparison.compared(work.rows, mail, sent, written, now=now)
        else:
            changed = results.closed(_taken(mail, now), now=now)
        if store.save(work.rows, changed, was=mail.state) and mail.ended_at is None:
            results.prove(work, changed)
    return True


def _taken(mail: Mail, now: datetime) -> Mail:
    looks = min(mail.looks + 1, MOST_LOOKS)
    base = mail.accepted_at or now
    return replace(
        mail,
        state=State.ACCEPTED,
        accepted_at=base,
        looks=looks,
        due_at=_next(base, looks, now),
        is_throttled=False,
        failure=None,
        failed_at=None,
    )


def _after(
    rows: Rows, mail: Mail, error: PortalError | None, *, could_find: bool, now: datetime
) -> Mail:
    """The mail after a search that found nothing, or told nothing."""
    looks, failed = mail.looks + 1, mail.failed_looks + (1 if error else 0)
    looked = replace(mail, looks=looks, failed_looks=failed)
    if mail.state is State.ASKS:
        return looked
    if mail.state is State.ACCEPTED:
        cannot = CANNOT_BE_CHECKED if isinstance(error, NO_ACCESS) else None
        due_at = _next(mail.accepted_at or now, looks, now)
        return replace(looked, due_at=due_at, failure=cannot)
    if looks < LOOKS_OF_UNKNOWN:
        return replace(looked, due_at=_next(mail.failed_at or now, looks, now))
    return _decided(rows, looked, could_find=could_find, now=now)


def _next(base: datetime, looks: int, now: datetime) -> datetime:
    """When the next search is due: not before the one before it, however late that was."""
    return max(now, base + timedelta(seconds=SECONDS[min(looks, len(SECONDS) - 1)]))


def _decided(rows: Rows, mail: Mail, *, could_find: bool, now: datetime) -> Mail:
    """An unknown mail after six searches: it goes once more, or a person decides."""
    is_over = mail.give_up_at is not None and mail.give_up_at <= now
    is_clean = could_find and mail.failed_looks == 0
    again = was_unknown(rows, mail.id, before=mail.attempts)
    if is_clean and not again and not is_over and not is_without_candidate(mail):
        return replace(mail, state=State.WAITING, due_at=now)
    return replace(mail, state=State.ASKS, looks=MOST_LOOKS)


def look_up_before_sync(rows: Rows, microsoft365: Microsoft365, account_id: str) -> None:
    """Find copies of mail under way before sync stores a page of their mailbox.

    Leaves a mailbox alone that a worker has, and what Microsoft refuses: sync and outbox also
    meet later.
    """
    under_way = (State.ACCEPTED, State.UNKNOWN)
    if not attempt_store.in_state(rows, account_id, under_way):
        return
    claim = store.CLAIMS.claim_row(rows, account_id, "email sync", now=clock.utc_now())
    if claim is None:
        return
    work = Work(rows, microsoft365, claim)
    take_over(work)
    for mail in attempt_store.in_state(rows, account_id, under_way):
        try:
            save_found(work, mail, search(rows, microsoft365, mail).copies)
        except PortalError:
            break
    now = clock.utc_now()
    with rows.write():
        attempt_store.end_work(rows, claim, now=now, not_before=now, failure=None)
