"""Mailboxes and searches that are due, and what to do with one of them."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from portal import clock
from portal.email import mailboxes, search_store, searches, store, sync
from portal.email.models import Mailbox
from portal.graph.client import GraphClient
from portal.graph.errors import Gone, MailboxFenced, MailboxMissing, PermissionMissing
from portal.microsoft365 import connections, consent, consent_store, coverage
from portal.microsoft365.permissions import Feature
from portal.outbox import looks
from portal.services import Services
from portal.storage.claims import Claim
from portal.subscriptions.wakes import Wakes
from portal.wording import counted
from portal.worker.queue import THREADS, Lane, Note, Part, WorkKind

# New mail: what arrived while a mailbox was read is read right after.
NEW_MAIL = Wakes(store.WAKES, "messages", Feature.EMAIL_SYNC, store.make_due_by_notification)


def take_over_readable(services: Services, now: datetime) -> None:
    store.take_over_readable(services.rows, now=now)


def turn_off_after_role_change(services: Services, now: datetime) -> None:
    mailboxes.turn_off_after_role_change(services.rows, now=now)


def plan_searches(services: Services, now: datetime) -> None:
    search_store.plan(services.rows, now=now)


def sync_due_mailbox(services: Services, claim: Claim, should_stop: Callable[[], bool]) -> None:
    mailbox = store.mailbox(services.rows, claim.row_id)
    client = _client_of(services, mailbox.user_id)
    try:
        _follow(services, mailbox, claim, should_stop)
    except (MailboxMissing, Gone) as refusal:
        if not mailboxes.is_absent(client(), refusal):
            raise mailboxes.deleted(refusal) from refusal
        mailboxes.leave_out(services.rows, claim, now=clock.utc_now())


def _follow(
    services: Services, mailbox: Mailbox, claim: Claim, should_stop: Callable[[], bool]
) -> None:
    client = _client_of(services, mailbox.user_id)
    follow = partial(
        sync.follow_mailbox,
        services.rows,
        client,
        claim,
        should_stop=should_stop,
        look_up=_look_up(services, mailbox.user_id),
    )
    try:
        follow()
    except MailboxFenced as refusal:
        _require_no_reader(services, mailbox.user_id, refusal)
        if not _is_newly_closed(services, mailbox.user_id) or client().is_app_only:
            raise
        # The person's own connection opens it.
        follow()
    except PermissionMissing as refusal:
        _ask_what_is_permitted(services, refusal)
        raise


def run_due_search(services: Services, claim: Claim, should_stop: Callable[[], bool]) -> None:
    search = search_store.search(services.rows, claim.row_id)
    client = _client_of(services, search.user_id)
    try:
        searches.run_search(
            services.rows,
            client,
            claim,
            should_stop=should_stop,
            look_up=_look_up(services, search.user_id),
        )
    except MailboxFenced as refusal:
        _require_no_reader(services, search.user_id, refusal)
        _is_newly_closed(services, search.user_id)
        raise
    except PermissionMissing as refusal:
        _ask_what_is_permitted(services, refusal)
        raise


def _ask_what_is_permitted(services: Services, refusal: PermissionMissing) -> None:
    """The organization's consent may have been taken back, and be given again any moment."""
    if consent_store.consent(services.rows) is not None:
        consent.ask_again(services.rows, now=clock.utc_now())
        refusal.retry_after = consent.SECONDS_AFTER_REFUSAL


def _require_no_reader(services: Services, account_id: str, refusal: MailboxFenced) -> None:
    """Raise a refusal that concerns the member who reads the mailbox, and not the organization."""
    reader = coverage.reader_in_use(services.rows, account_id)
    if reader is not None:
        refusal.args = (reader.refused,)
        raise refusal


def _is_newly_closed(services: Services, user_id: str) -> bool:
    """Record that Exchange keeps a mailbox closed to the organization. False if that was known.

    All of them may be, so the consent is checked too.
    """
    now = clock.utc_now()
    is_new = coverage.note_closed(services.rows, user_id, now=now)
    if is_new:
        consent.check_unless_checked(services.rows, now=now)
    return is_new


def _client_of(services: Services, user_id: str) -> Callable[[], GraphClient]:
    return partial(services.microsoft365.client_for, Feature.EMAIL_SYNC, user_id)


def _look_up(services: Services, user_id: str) -> Callable[[], None]:
    return partial(looks.look_up_before_sync, services.rows, services.microsoft365, user_id)


def note_failure(services: Services, claim: Claim, sentence: str, now: datetime) -> None:
    """Show it also on the page where the person sees what works and what does not."""
    user_id = store.mailbox(services.rows, claim.row_id).user_id
    connections.failed(services.rows, user_id, Feature.EMAIL_SYNC, sentence, now)


MAILBOXES = WorkKind(
    name="mailbox",
    part=Part(
        "mailboxes",
        "Mailboxes",
        "Portal syncs a mailbox when Microsoft notifies it of new email, and regularly without.",
        "Nobody has connected a Microsoft account yet.",
    ),
    claims=store.CLAIMS,
    listing=store.LISTING,
    work=sync_due_mailbox,
    lanes=(
        Lane(at_once=THREADS, which=store.IS_FOLLOWED),
        Lane(at_once=4, slice_seconds=60, which=store.IS_IN_FIRST_SYNC),
    ),
    note_failure=note_failure,
    stages={
        "waiting": "not begun",
        "addresses": "first sync: addresses",
        "folders": "first sync: folders",
        "headers": "first sync: messages",
        "absent": "left out: the mailbox is on premises or not there, and is tried once a day",
        "anew": "following; reads a folder anew, because Microsoft forgot where the last look "
        "stopped",
    },
    notes=(
        Note(
            store.VANISHED,
            lambda n: f"{counted(n, 'message')} gone before the text could be fetched.",
        ),
        Note(
            store.UNREADABLE,
            lambda n: f"{counted(n, 'message')} whose text Microsoft could not hand over.",
        ),
        Note(
            store.MISSING,
            lambda n: f"{counted(n, 'item')} that Microsoft counts and does not list.",
        ),
    ),
)
SEARCHES = WorkKind(
    name="search",
    part=Part(
        "searches",
        "Earlier correspondence",
        "Searches of past email for a new candidate, address or alias.",
        "No search of past email is running or planned.",
    ),
    claims=search_store.CLAIMS,
    listing=search_store.LISTING,
    work=run_due_search,
    lanes=(Lane(at_once=3, slice_seconds=10),),
    stages={"walking": "going through the mailbox"},
)
