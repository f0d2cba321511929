"""Mail in: follow one mailbox, from its first sync on."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from portal import clock
from portal.email import directory_entry, folder_store, folders, store
from portal.email.headers import HEADER_FIELDS
from portal.email.models import Folder, Mailbox, Stage
from portal.email.work import NOTHING_COUNTS, Stopped, Taken, Work, mark_removed, take
from portal.graph.batches import BatchAnswer, BatchRequest
from portal.graph.client import GraphClient
from portal.graph.errors import CursorExpired, Gone, GraphError
from portal.graph.links import segment
from portal.graph.paging import Page, changes, page_of, reading_ahead
from portal.microsoft365 import connections, consent, subscription_store
from portal.microsoft365.permissions import Feature
from portal.storage.claims import Claim
from portal.storage.rows import Rows

# A page is one transaction: larger ones would make a person wait who turns a switch meanwhile.
PAGE_SIZE = "odata.maxpagesize=200"
SHORTEST_POLL = 60
LONGEST_POLL = 900
SECONDS_BEFORE_WALKING_AGAIN = 5
# What arrived shortly before the last look may have been looked at then, or not.
OVERLAP = timedelta(minutes=5)
FOLDER_LIST = "folders"


def follow_mailbox(
    rows: Rows,
    client: Callable[[], GraphClient],
    claim: Claim,
    *,
    should_stop: Callable[[], bool],
) -> None:
    """Bring here what changed since the last look; the first look goes through everything.

    May be killed at any point and run again: each page is saved with the place after it.
    `client` is asked again by each thread that needs one.
    """
    work = Work(
        rows=rows,
        graph=client(),
        reader=client,
        claim=claim,
        mailbox=store.mailbox(rows, claim.row_id),
        renew=lambda rows, claim, now: store.renew(rows, claim, now=now),
        should_stop=should_stop,
    )
    try:
        came, idle = _look(work)
    except Stopped:
        store.CLAIMS.release(rows, claim, now=clock.utc_now())
    else:
        _finish(work, came=came, idle=idle)


def _look(work: Work) -> tuple[int, dict[str, str]]:
    """How many messages came, and the new cursors of the folders in which nothing happened."""
    if directory_entry.is_due(work):
        _enter(work, Stage.ADDRESSES)
        directory_entry.read(work)
    _enter(work, Stage.FOLDERS)
    came, idle = _follow_changes(work)
    _enter(work, Stage.HEADERS)
    return came + _walk(work), idle


def _enter(work: Work, stage: Stage) -> None:
    """Stages are of the first sync; afterwards a mailbox is followed, whatever happens."""
    if work.mailbox.first_sync_finished_at is None:
        with work.rows.write():
            work.renew(work.rows, work.claim, work.now())
            store.save_stage(work.rows, work.mailbox.id, stage, now=work.now())


def _follow_changes(work: Work) -> tuple[int, dict[str, str]]:
    """Ask all folders at once what is new; most have nothing to tell, and are saved at the end."""
    if work.mailbox.folders_cursor is None:
        folders.refresh(work)
    followed = [each for each in _wanted(work) if each.cursor and not each.is_walking]
    answers = work.graph.batch(_parts(work, followed))
    listed = answers.get(FOLDER_LIST)
    if listed is not None and not _is_idle(listed):
        folders.refresh(work)
    came, idle, failure = 0, {}, None
    for folder in followed:
        try:
            page = _page(answers[folder.graph_id])
            if page.items or page.removed_ids or not page.is_last:
                came += _take_from(work, folder, page)
            else:
                idle[folder.graph_id] = page.next_cursor
        except (CursorExpired, Gone) as error:
            _lost(work, folder, error)
        except GraphError as error:
            failure = failure or error
    if failure is not None:
        _save_idle(work, idle)
        raise failure
    return came, idle


def _save_idle(work: Work, idle: dict[str, str]) -> None:
    """One folder that always fails must not let the cursors of the others grow old."""
    with work.rows.write():
        work.renew(work.rows, work.claim, work.now())
        folder_store.save_idle_cursors(work.rows, work.mailbox.id, idle)


def _wanted(work: Work) -> list[Folder]:
    found = folder_store.folders(work.rows, work.mailbox.id)
    return [each for each in found if not each.is_left_out]


def _parts(work: Work, followed: list[Folder]) -> list[BatchRequest]:
    cursor = work.mailbox.folders_cursor
    links = {FOLDER_LIST: cursor} if cursor else {}
    links |= {each.graph_id: each.cursor or "" for each in followed}
    return [
        BatchRequest(name, "GET", work.graph.relative(link), headers={"Prefer": PAGE_SIZE})
        for name, link in links.items()
    ]


def _is_idle(answer: BatchAnswer) -> bool:
    if answer.error() is not None:
        return False
    page = page_of(answer.body)
    return page.is_last and not page.items and not page.removed_ids


def _page(answer: BatchAnswer) -> Page:
    error = answer.error()
    if error is not None:
        raise error
    return page_of(answer.body if isinstance(answer.body, dict) else {})


def _take_from(work: Work, folder: Folder, page: Page) -> int:
    """This page, and those after it."""
    came = _take(work, folder, page)
    if not page.is_last:
        came += _walk_from(work, folder, page.next_cursor)
    return came


def _walk(work: Work) -> int:
    """Go through the folders that were not read to their end yet."""
    came = 0
    for folder in _wanted(work):
        if folder.is_walking:
            came += _walk_folder(work, folder)
    return came


def _walk_folder(work: Work, folder: Folder) -> int:
    try:
        return _walk_from(work, folder, folder.cursor)
    except (CursorExpired, Gone) as error:
        _lost(work, folder, error)
        return 0


def _walk_from(work: Work, folder: Folder, cursor: str | None) -> int:
    came = 0
    for page in _pages(work, folder, cursor):
        came += _take(work, folder, page)
        work.check()
    return came


def _pages(work: Work, folder: Folder, cursor: str | None) -> Iterator[Page]:
    """Most folders have one page; of a long chain the next one is asked for meanwhile."""
    path = f"mailFolders/{segment(folder.graph_id)}/messages/delta"
    query = {"$select": HEADER_FIELDS, "changeType": "created"}
    prefer = (PAGE_SIZE,)
    first = next(changes(work.graph, cursor or path, query=query, prefer=prefer))
    yield first
    if first.is_last:
        return
    with reading_ahead(
        work.reader, lambda client: changes(client, first.next_cursor, prefer=prefer)
    ) as pages:
        yield from pages


def _take(work: Work, folder: Folder, page: Page) -> int:
    mailbox_id = work.mailbox.id

    def with_page(taken: Taken, now: datetime) -> None:
        mark_removed(work.rows, mailbox_id, folder.graph_id, page, now)
        store.add_counts(work.rows, mailbox_id, looked=taken.looked, kept=taken.kept)
        folder_store.save_cursor(
            work.rows,
            mailbox_id,
            folder.graph_id,
            page.next_cursor,
            is_last=page.is_last,
            looked=taken.looked,
        )

    return take(
        work, page, counted_from=_counted_from(work.mailbox, folder), with_page=with_page
    ).looked


def _counted_from(mailbox: Mailbox, folder: Folder) -> str:
    """Each message is counted at its first look alone, not when it is moved or walked again."""
    if mailbox.first_sync_finished_at is None:
        return NOTHING_COUNTS if folder.walks_again else ""
    last = mailbox.last_success_at or mailbox.first_sync_finished_at
    return clock.text(last - OVERLAP)


def _lost(work: Work, folder: Folder, error: GraphError) -> None:
    """Microsoft forgot where we stopped in a folder, or the folder vanished.

    It is walked again whole: with a $filter on the time, Microsoft would list at most 5,000
    messages and never tell of older ones that are moved here.
    https://learn.microsoft.com/graph/api/message-delta
    """
    with work.rows.write():
        now = work.now()
        work.renew(work.rows, work.claim, now)
        if isinstance(error, CursorExpired):
            folder_store.walk_again(work.rows, work.mailbox.id, folder.graph_id)
        else:
            # The whole list is read anew: should the folder be there after all, it comes back.
            folder_store.mark_folders_gone(work.rows, work.mailbox.id, [folder.graph_id], now=now)
            folder_store.save_folders_cursor(work.rows, work.mailbox.id, None)


def _finish(work: Work, *, came: int, idle: dict[str, str]) -> None:
    # Should a power cut take this back, the mailbox is looked at once more.
    with work.rows.write(durable=False):
        now = work.now()
        work.renew(work.rows, work.claim, now)
        folder_store.save_idle_cursors(work.rows, work.mailbox.id, idle)
        is_through = not any(each.is_walking for each in _wanted(work))
        is_first = work.mailbox.first_sync_finished_at is None
        if is_first and is_through:
            store.save_stage(work.rows, work.mailbox.id, Stage.FOLLOWING, now=now)
        seconds = _poll_seconds(work, came, now)
        # What arrived while the first sync went through the folders is looked for at once.
        wait = (0 if is_first else seconds) if is_through else SECONDS_BEFORE_WALKING_AGAIN
        due_at = now + timedelta(seconds=wait)
        store.finish(work.rows, work.claim, poll_seconds=seconds, due_at=due_at, now=now)
        connections.worked(work.rows, work.mailbox.user_id, Feature.EMAIL_SYNC, now)
        if work.graph.is_app_only:
            consent.worked(work.rows, Feature.EMAIL_SYNC, now)


def _poll_seconds(work: Work, came: int, now: datetime) -> int:
    """Seldom where Microsoft tells us; else often, and less often when nothing comes.

    A subscription that is open and does not tell of what came does not count: notifications may
    be lost between Microsoft and here. With the next one that arrives, looks are rare again.
    """
    last = work.mailbox.last_success_at
    if last is not None and subscription_store.has_told(
        work.rows, work.mailbox.user_id, wakes=store.WAKES, since=last - OVERLAP, now=now
    ):
        return LONGEST_POLL
    if came or work.mailbox.first_sync_finished_at is None:
        return SHORTEST_POLL
    return min(2 * work.mailbox.poll_seconds, LONGEST_POLL)
