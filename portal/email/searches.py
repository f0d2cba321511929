"""Search a mailbox for one address, or walk all of it once."""

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import orjson

from portal import clock
from portal.addresses import base, fold
from portal.email import folder_store, message_pages, search_store, store, whereabouts
from portal.email.headers import FOLDER_FIELDS, HEADER_FIELDS, folder
from portal.email.search_store import Search
from portal.email.sync_job import COUNT_NOTHING, Stopped, SyncJob, is_of_mailbox
from portal.graph.client import GraphClient
from portal.graph.errors import CursorExpired, Gone, GraphError, Refused, Unavailable
from portal.graph.links import search_phrase, segment
from portal.graph.paging import Page, changes, pages
from portal.storage.claims import Claim
from portal.storage.rows import Rows

PAGE_SIZE = 250
# Microsoft stops at this number without saying that there is more.
MOST_FOUND = 1000
TRIES_BEFORE_GOING_ON = 3
# Messages that just arrived may not be in Microsoft's index yet.
NOT_INDEXED = timedelta(hours=1)

log = logging.getLogger(__name__)


def run_search(
    rows: Rows,
    client: Callable[[], GraphClient],
    claim: Claim,
    *,
    should_stop: Callable[[], bool],
    look_up: Callable[[], None] = SyncJob.look_up,
) -> None:
    """Run one search. Each page is saved with the place after it, so a killed run goes on there."""
    search = search_store.search(rows, claim.row_id)
    job = SyncJob(
        rows=rows,
        graph=client(),
        new_client=client,
        claim=claim,
        mailbox=store.mailbox(rows, search.mailbox_id),
        renew=lambda rows, claim, now: search_store.CLAIMS.fence.renew(rows, claim, now=now),
        should_stop=should_stop,
        look_up=look_up,
    )
    try:
        is_through = _walk(job, search) if search.is_walk else _search(job, search)
    except Stopped:
        search_store.CLAIMS.release(rows, claim, due_at=clock.utc_now())
        return
    with job.write() as now:
        if is_through:
            search_store.finish(rows, search.id, now=now)
        else:
            search_store.walk_instead(rows, search.id)


def _search(job: SyncJob, search: Search) -> bool:
    """Search for one address. False when there are too many results, or Microsoft refuses.

    Of a held address only the newest mail is read: new mail syncs as always.
    """
    place = _read(search.cursor)
    phrases = [] if search.is_held else phrases_for(search.address)
    try:
        for number in range(place.get("phrase", 0), len(phrases)):
            if not _search_for(job, search, phrases[number], number, place):
                return False
            place = {}
        _read_newest(job, search, len(phrases))
    except (Refused, CursorExpired):
        return False
    except Unavailable:
        if search.failure_count < TRIES_BEFORE_GOING_ON:
            raise
        return False
    return True


def phrases_for(address: str) -> list[str]:
    """The address, and with any plus tag. A tagged one stands for itself alone, as a domain."""
    folded = fold(address)
    local = folded.rpartition("@")[0]
    return [folded, f"{local}+*"] if local and folded == base(address) else [folded]


def _search_for(
    job: SyncJob, search: Search, phrase: str, number: int, place: dict[str, Any]
) -> bool:
    found = place.get("found", 0)
    for page in results(job.graph, _by_phrase(phrase), place.get("link")):
        found += len(page.items)
        after = {"phrase": number, "found": found, "link": page.next_cursor}
        if page.is_last:
            after = {"phrase": number + 1}
        _save_page(job, search, page, after)
        if found >= MOST_FOUND:
            return False
        job.require_running()
    return True


def _read_newest(job: SyncJob, search: Search, number: int) -> None:
    for page in results(job.graph, _newest(job.now())):
        _save_page(job, search, page, {"phrase": number})
        job.require_running()


def queries_for(address: str, *, now: datetime) -> Iterator[Mapping[str, str]]:
    """The queries of a search for one address."""
    yield from map(_by_phrase, phrases_for(address))
    yield _newest(now)


def _by_phrase(phrase: str) -> Mapping[str, str]:
    return {"$search": search_phrase(f"participants:{phrase}")}


def _newest(now: datetime) -> Mapping[str, str]:
    return {"$filter": f"receivedDateTime ge {clock.text(now - NOT_INDEXED)}"}


def results(
    graph: GraphClient, query: Mapping[str, str], link: str | None = None
) -> Iterator[Page]:
    """Pages of search results, which have no final cursor."""
    asked = {**query, "$select": HEADER_FIELDS, "$top": str(PAGE_SIZE)}
    return pages(graph, link or "messages", query=asked)


def _walk(job: SyncJob, walk: Search) -> bool:
    """Read every folder by its own delta chain, which new messages do not disturb."""
    place = _read(walk.cursor)
    if walk.cursor is None:
        with job.write() as now:
            search_store.begin_walk(job.rows, walk)
            place = {"folder": "", "begun": clock.text(now)}
            search_store.save_place(job.rows, walk.id, _written(place), read=0, kept=0)
    for folder_id in sorted(folder_store.read_folders(job.rows, job.mailbox.id)):
        if folder_id < place.get("folder", "") or folder_id == place.get("done"):
            continue
        is_here = folder_id == place.get("folder")
        begun = place.get("begun", "")
        _walk_folder(job, walk, FolderWalk(**place) if is_here else FolderWalk(folder_id, begun))
    if place.get("begun"):
        whereabouts.compare(job, since=place["begun"])
    return True


@dataclass(frozen=True)
class FolderWalk:
    """The place of a walk in one folder. `total` is what Microsoft counted when it began.

    `is_second` says that the folder is read again, since it listed less than Microsoft counts.
    """

    folder: str
    begun: str
    link: str | None = None
    seen: int = 0
    total: int = 0
    is_second: bool = False


def _walk_folder(job: SyncJob, walk: Search, begin: FolderWalk) -> None:
    try:
        _read_folder(job, walk, begin)
    except CursorExpired:
        if begin.link is None:
            raise
        _walk_folder(job, walk, replace(begin, link=None))
    except Gone:
        # Its messages are deleted or elsewhere.
        return
    except GraphError as error:
        _require_of_folder(job, walk, error)


def _require_of_folder(job: SyncJob, walk: Search, error: GraphError) -> None:
    """Raise what concerns the whole mailbox, and what a later try may heal.

    A refused folder is named on the Email page by the sync, and the others go on.
    """
    may_heal = isinstance(error, Unavailable) and walk.failure_count < TRIES_BEFORE_GOING_ON
    if may_heal or is_of_mailbox(error):
        raise error
    job.require_answering([error])


def _read_folder(job: SyncJob, walk: Search, at: FolderWalk) -> None:
    path = f"mailFolders/{segment(at.folder)}/messages/delta"
    query = {"$select": HEADER_FIELDS, "changeType": "created"}
    prefer = (f"odata.maxpagesize={PAGE_SIZE}",)
    if at.link is None:
        at = replace(at, seen=0, total=_total(job, at.folder))
    for page in changes(job.graph, at.link or path, query=query, prefer=prefer):
        at = replace(at, link=page.next_cursor, seen=at.seen + len(page.items))
        if page.is_last:
            _end_folder(job, walk, page, at)
        else:
            _save_page(job, walk, page, asdict(at))
        job.require_running()


def _total(job: SyncJob, folder_id: str) -> int:
    """The number of items that Microsoft counts. 0 if it does not tell, so that none is missed."""
    try:
        found = job.graph.get(f"mailFolders/{segment(folder_id)}", query={"$select": FOLDER_FIELDS})
    except GraphError as error:
        if is_of_mailbox(error):
            raise
        return 0
    return folder(found).total_count


def _end_folder(job: SyncJob, walk: Search, page: Page, at: FolderWalk) -> None:
    """Compare what the walk saw with the count. A folder that listed less is read once more.

    Mail comes and goes during a walk, so the smaller one of the counts before and after it is
    compared. If the folder lists less again, the difference is noted until the next walk.
    """
    missing = max(0, min(at.total, _total(job, at.folder)) - at.seen)
    if missing and not at.is_second:
        second = FolderWalk(at.folder, at.begun, is_second=True)
        _save_page(job, walk, page, asdict(second))
        job.require_running()
        _read_folder(job, walk, second)
        return
    if missing:
        log.warning("%s of %s items are not listed in %s", missing, at.total, at.folder)
    done = {"folder": at.folder, "begun": at.begun, "done": at.folder}
    _save_page(job, walk, page, done, missing=missing)


def _save_page(
    job: SyncJob,
    search: Search,
    page: Page,
    place: dict[str, Any],
    *,
    missing: int | None = None,
) -> None:
    """Save the matches of one page together with the place after it."""
    within = folder_store.read_folders(job.rows, job.mailbox.id)
    read = message_pages.read(job, page.items, within=within, counting=COUNT_NOTHING)
    with job.write(durable=False) as now:
        kept = message_pages.save(job.rows, job.mailbox, read, now=now)
        search_store.save_place(job.rows, search.id, _written(place), read=read.size, kept=kept)
        if missing is not None:
            folder_store.save_missing(job.rows, job.mailbox.id, place["folder"], missing)


def _read(cursor: str | None) -> dict[str, Any]:
    place = orjson.loads(cursor) if cursor else {}
    return place if isinstance(place, dict) else {}


def _written(place: dict[str, Any]) -> str:
    return orjson.dumps(place).decode()
