"""Mail in: follow one mailbox, from its first sync on."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from portal import clock
from portal.email import aliases, folder_store, folders, message_pages, store, whereabouts
from portal.email.headers import HEADER_FIELDS, received_text
from portal.email.models import Folder, Stage
from portal.email.sync_job import ABOUT_MAILBOX, OVERLAP, Stopped, SyncJob, is_of_mailbox
from portal.graph.batches import BatchAnswer, BatchRequest
from portal.graph.client import GraphClient
from portal.graph.errors import CursorExpired, Gone, GraphError
from portal.graph.links import segment
from portal.graph.paging import Page, changes, page_of, reading_ahead
from portal.microsoft365 import connections, coverage
from portal.microsoft365.permissions import Feature
from portal.storage.claims import Claim
from portal.storage.rows import Rows
from portal.subscriptions import store as subscription_store

# A page is one transaction: a larger one would delay a person's click.
PAGE_SIZE = "odata.maxpagesize=200"
SHORTEST_POLL = 60
LONGEST_POLL = 900
SECONDS_BEFORE_WALKING_AGAIN = 5
FOLDER_LIST = "folders"
# So many refused folders say that Microsoft refuses the mailbox.
MOST_REFUSED = 10


def follow_mailbox(
    rows: Rows,
    client: Callable[[], GraphClient],
    claim: Claim,
    *,
    should_stop: Callable[[], bool],
    look_up: Callable[[], None] = SyncJob.look_up,
) -> None:
    """Bring in what changed since the last sync; the first one reads everything.

    May be killed at any point and run again: each page is saved with the cursor after it.
    Each thread that needs a client makes its own.
    """
    job = SyncJob(
        rows=rows,
        graph=client(),
        new_client=client,
        claim=claim,
        mailbox=store.mailbox(rows, claim.row_id),
        renew=lambda rows, claim, now: store.CLAIMS.fence.renew(rows, claim, now=now),
        should_stop=should_stop,
        look_up=look_up,
    )
    try:
        new_count, idle = _sync(job)
    except Stopped:
        store.CLAIMS.release(rows, claim, due_at=clock.utc_now())
    else:
        _finish(job, new_count=new_count, idle=idle)


def _sync(job: SyncJob) -> tuple[int, dict[str, str]]:
    """Count the messages read; with the new cursors of the folders in which nothing changed."""
    if aliases.is_reading_due(job):
        _save_stage(job, Stage.ADDRESSES)
        aliases.read(job)
    _save_stage(job, Stage.FOLDERS)
    new_count, idle = _follow_changes(job)
    _save_stage(job, Stage.HEADERS)
    new_count += _read_unfinished_folders(job)
    whereabouts.retry_texts(job)
    return new_count, idle


def _save_stage(job: SyncJob, stage: Stage) -> None:
    """Stages belong to the first sync. After it, a mailbox is followed, whatever happens."""
    if job.mailbox.first_sync_finished_at is None:
        with job.write() as now:
            store.save_stage(job.rows, job.mailbox.id, stage, now=now)


def _follow_changes(job: SyncJob) -> tuple[int, dict[str, str]]:
    """Ask all folders for changes at once. Most have none, and are saved at the end."""
    if not job.graph.is_at_home(job.mailbox.folders_cursor):
        folders.refresh(job)
    followed = folders.followed(job)
    answers = job.graph.batch(_parts(job, followed))
    listed = answers.get(FOLDER_LIST)
    if listed is not None and not _is_idle(job, listed):
        folders.refresh(job)
    new_count, idle = 0, {}
    refused: dict[str, GraphError] = {}
    for folder in followed:
        try:
            page = _page(job, answers[folder.graph_id])
            if page.items or page.removed_ids or not page.is_last:
                new_count += _save_from(job, folder, page)
            else:
                idle[folder.graph_id] = page.next_cursor
        except (CursorExpired, Gone) as error:
            _reset_folder(job, folder, error)
        except GraphError as error:
            refused[folder.graph_id] = error
    _set_aside(job, refused, idle, is_all=len(refused) == len(followed))
    return new_count, idle


def _set_aside(
    job: SyncJob, refused: dict[str, GraphError], idle: dict[str, str], *, is_all: bool
) -> None:
    """Set the refused folders aside. Raises what concerns the whole mailbox."""
    if not refused:
        return
    with job.write() as now:
        # Save them although one folder fails, or the cursors of the others would grow old.
        folder_store.save_idle_cursors(job.rows, job.mailbox.id, idle)
        of_mailbox = [each for each in refused.values() if is_all or is_of_mailbox(each)]
        if not of_mailbox:
            sentences = {folder_id: str(error) for folder_id, error in refused.items()}
            folder_store.set_aside(job.rows, job.mailbox.id, sentences, now=now)
    if of_mailbox:
        raise of_mailbox[0]


def _parts(job: SyncJob, followed: list[Folder]) -> list[BatchRequest]:
    cursor = job.mailbox.folders_cursor
    links = {FOLDER_LIST: cursor} if cursor and job.graph.is_at_home(cursor) else {}
    links |= {each.graph_id: each.cursor or "" for each in followed}
    return [
        BatchRequest(name, "GET", job.graph.relative(link), headers={"Prefer": PAGE_SIZE})
        for name, link in links.items()
    ]


def _is_idle(job: SyncJob, answer: BatchAnswer) -> bool:
    if answer.error() is not None:
        return False
    page = page_of(answer.body, job.graph)
    return page.is_last and not page.items and not page.removed_ids


def _page(job: SyncJob, answer: BatchAnswer) -> Page:
    error = answer.error()
    if error is not None:
        raise error
    return page_of(answer.body if isinstance(answer.body, dict) else {}, job.graph)


def _save_from(job: SyncJob, folder: Folder, page: Page) -> int:
    """Save this page, and read and save those after it."""
    count = _save_page(job, folder, page)
    if not page.is_last:
        count += _read_on(job, folder, page.next_cursor)
    return count


def _read_unfinished_folders(job: SyncJob) -> int:
    """Read the folders that were not read to their end yet."""
    wanted = folders.wanted(job)
    count, refused = 0, {}
    for folder in (each for each in wanted if each.is_walking):
        try:
            count += _read_folder(job, folder)
        except GraphError as error:
            refused[folder.graph_id] = error
            if isinstance(error, ABOUT_MAILBOX):
                job.require_answering([error])
            if is_of_mailbox(error) or len(refused) == MOST_REFUSED:
                break
    is_all = len(refused) in (len(wanted), MOST_REFUSED)
    _set_aside(job, refused, {}, is_all=is_all)
    return count


def _read_folder(job: SyncJob, folder: Folder) -> int:
    try:
        return _read_on(job, folder, folder.cursor)
    except (CursorExpired, Gone) as error:
        _reset_folder(job, folder, error)
        return 0


def _read_on(job: SyncJob, folder: Folder, cursor: str | None) -> int:
    count = 0
    begun = "" if cursor else clock.text(job.now())
    for page in _pages(job, folder, cursor):
        count += _save_page(job, folder, page, begun=begun)
        begun = ""
        job.require_running()
    return count


def _pages(job: SyncJob, folder: Folder, cursor: str | None) -> Iterator[Page]:
    """Most folders have one page. In a long chain the next page is fetched in advance."""
    path = f"mailFolders/{segment(folder.graph_id)}/messages/delta"
    query = {"$select": HEADER_FIELDS, "changeType": "created"}
    prefer = (PAGE_SIZE,)
    first = next(changes(job.graph, cursor or path, query=query, prefer=prefer))
    yield first
    if first.is_last:
        return
    with reading_ahead(
        job.new_client, lambda client: changes(client, first.next_cursor, prefer=prefer)
    ) as pages:
        yield from pages


def _save_page(job: SyncJob, folder: Folder, page: Page, *, begun: str = "") -> int:
    """Save the matches of one page together with the cursor after it; how many were read.

    `begun` is the time at which a walk asked for its first page.
    """
    counting = job.counting_of(folder)
    arrivals = [received_text(item) for item in page.items]
    count = len([at for at in arrivals if not counting.was_told(at)])
    found = whereabouts.ask(job, page.removed_ids)
    read = message_pages.read(job, (*page.items, *found.present), counting=counting)
    mailbox_id = job.mailbox.id
    with job.write(durable=False) as now:
        kept = message_pages.save(job.rows, job.mailbox, read, now=now)
        whereabouts.save(job, found, now=now)
        store.add_counts(job.rows, mailbox_id, read=count, kept=kept)
        folder_store.save_cursor(
            job.rows,
            mailbox_id,
            folder.graph_id,
            page.next_cursor,
            is_last=page.is_last,
            read=count,
        )
        if folder.is_walking:
            folder_store.save_arrivals(job.rows, mailbox_id, folder.graph_id, arrivals, begun=begun)
    return len(page.items)


def _reset_folder(job: SyncJob, folder: Folder, error: GraphError) -> None:
    """Read a folder again whose cursor expired, or mark one that vanished.

    It is read again whole: with a $filter on the time, Microsoft would list at most 5,000
    messages and never tell of older ones that are moved here.
    https://learn.microsoft.com/graph/api/message-delta
    """
    with job.write() as now:
        if isinstance(error, CursorExpired):
            folder_store.walk_again(job.rows, job.mailbox.id, folder.graph_id)
        else:
            # The whole list is read again: an existing folder returns.
            folder_store.mark_folders_gone(job.rows, job.mailbox.id, [folder.graph_id], now=now)
            folder_store.save_folders_cursor(job.rows, job.mailbox.id, None)


def _finish(job: SyncJob, *, new_count: int, idle: dict[str, str]) -> None:
    # Should a power cut take this back, the mailbox is synced once more.
    with job.write(durable=False) as now:
        folder_store.save_idle_cursors(job.rows, job.mailbox.id, idle)
        is_through = not any(each.is_walking and not each.failure for each in folders.wanted(job))
        is_first = job.mailbox.first_sync_finished_at is None
        if is_first and is_through:
            store.save_stage(job.rows, job.mailbox.id, Stage.FOLLOWING, now=now)
        seconds = _poll_seconds(job, new_count, now)
        # Messages that arrived during the first sync are fetched at once.
        wait = (0 if is_first else seconds) if is_through else SECONDS_BEFORE_WALKING_AGAIN
        due_at = now + timedelta(seconds=wait)
        due_at = min(due_at, whereabouts.next_retry(job) or due_at)
        store.finish(job.rows, job.claim, poll_seconds=seconds, due_at=due_at, now=now)
        connections.worked(job.rows, job.mailbox.user_id, Feature.EMAIL_SYNC, now)
        if job.graph.is_app_only:
            coverage.worked(job.rows, Feature.EMAIL_SYNC, now)
            coverage.note_open(job.rows, job.graph.object_id, now=now)


def _poll_seconds(job: SyncJob, new_count: int, now: datetime) -> int:
    """Poll seldom where Microsoft notifies us; else often, and less often when nothing arrives.

    An open subscription that did not tell of new mail does not count: notifications may be lost
    between Microsoft and Portal. With the next one that arrives, polls are rare again.
    """
    last = job.mailbox.last_success_at
    if last is not None and subscription_store.has_told(
        job.rows,
        job.mailbox.user_id,
        wakes=store.WAKES,
        since=last - OVERLAP,
        now=now,
    ):
        return LONGEST_POLL
    if new_count or job.mailbox.first_sync_finished_at is None:
        return SHORTEST_POLL
    return min(2 * job.mailbox.poll_seconds, LONGEST_POLL)
