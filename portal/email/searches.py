"""Earlier correspondence: search a mailbox for one address, or go through all of it once."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import orjson

from portal import clock
from portal.candidates.addresses import base, fold
from portal.email import folder_store, search_store, store
from portal.email.headers import HEADER_FIELDS
from portal.email.models import Search
from portal.email.work import NOTHING_COUNTS, Stopped, Taken, Work, take
from portal.graph.client import GraphClient
from portal.graph.errors import CursorExpired, Gone, Refused, Unavailable
from portal.graph.links import search_phrase, segment
from portal.graph.paging import Page, changes, pages
from portal.storage.claims import Claim
from portal.storage.rows import Rows

PAGE_SIZE = 250
# Microsoft stops there and does not say that there is more.
MOST_FOUND = 1000
TRIES_BEFORE_WALKING = 3
# What just arrived may not be in Microsoft's index yet, and was looked at before it mattered.
NOT_INDEXED = timedelta(hours=1)


def run_search(
    rows: Rows,
    client: Callable[[], GraphClient],
    claim: Claim,
    *,
    should_stop: Callable[[], bool],
) -> None:
    """Each page is saved with the place after it, so it may be killed and run again."""
    search = search_store.search(rows, claim.row_id)
    work = Work(
        rows=rows,
        graph=client(),
        reader=client,
        claim=claim,
        mailbox=store.mailbox(rows, search.mailbox_id),
        renew=lambda rows, claim, now: search_store.renew(rows, claim, now=now),
        should_stop=should_stop,
    )
    try:
        is_through = _walk(work, search) if search.is_walk else _search(work, search)
    except Stopped:
        search_store.CLAIMS.release(rows, claim, now=clock.utc_now())
        return
    with rows.write():
        work.renew(rows, claim, work.now())
        if is_through:
            search_store.finish(rows, search.id, now=work.now())
        else:
            search_store.walk_instead(rows, search.id)


def _search(work: Work, search: Search) -> bool:
    """False when it cannot be relied on: too many results, or Microsoft refuses it."""
    place = _read(search.cursor)
    phrases = phrases_for(search.address)
    try:
        for number in range(place.get("phrase", 0), len(phrases)):
            if not _search_for(work, search, phrases[number], number, place):
                return False
            place = {}
        _look_at_newest(work, search, len(phrases))
    except (Refused, CursorExpired):
        return False
    except Unavailable:
        if search.failure_count < TRIES_BEFORE_WALKING:
            raise
        return False
    return True


def phrases_for(address: str) -> list[str]:
    """The address, and what counts as the same: without its plus tag, and with any other."""
    plain = base(address)
    local = plain.rpartition("@")[0]
    return list(dict.fromkeys((fold(address), plain, f"{local}+*")))


def _search_for(
    work: Work, search: Search, phrase: str, number: int, place: dict[str, Any]
) -> bool:
    found = place.get("found", 0)
    query = {"$search": search_phrase(f"participants:{phrase}")}
    for page in _results(work.graph, query, place.get("link")):
        found += len(page.items)
        after = {"phrase": number, "found": found, "link": page.next_cursor}
        if page.is_last:
            after = {"phrase": number + 1}
        _take(work, search, page, after)
        if found >= MOST_FOUND:
            return False
        work.check()
    return True


def _look_at_newest(work: Work, search: Search, number: int) -> None:
    query = {"$filter": f"receivedDateTime ge {clock.text(work.now() - NOT_INDEXED)}"}
    for page in _results(work.graph, query, None):
        _take(work, search, page, {"phrase": number})
        work.check()


def _results(graph: GraphClient, query: Mapping[str, str], link: str | None) -> Iterator[Page]:
    """Pages of a list that has no cursor after its end."""
    asked = {**query, "$select": HEADER_FIELDS, "$top": str(PAGE_SIZE)}
    return pages(graph, link or "messages", query=asked)


def _walk(work: Work, walk: Search) -> bool:
    """Every folder by a delta chain of its own, which nothing that arrives meanwhile disturbs."""
    place = _read(walk.cursor)
    if walk.cursor is None:
        with work.rows.write():
            work.renew(work.rows, work.claim, work.now())
            search_store.begin_walk(work.rows, walk)
            search_store.save_place(work.rows, walk.id, _written({"folder": ""}), looked=0, kept=0)
    for folder_id in sorted(_wanted(work)):
        if folder_id < place.get("folder", "") or folder_id == place.get("done"):
            continue
        is_here = folder_id == place.get("folder")
        _walk_folder(work, walk, folder_id, place.get("link") if is_here else None)
    return True


def _wanted(work: Work) -> frozenset[str]:
    found = folder_store.folders(work.rows, work.mailbox.id)
    return frozenset(each.graph_id for each in found if not each.is_left_out)


def _walk_folder(work: Work, walk: Search, folder_id: str, link: str | None) -> None:
    path = f"mailFolders/{segment(folder_id)}/messages/delta"
    query = {"$select": HEADER_FIELDS, "changeType": "created"}
    prefer = (f"odata.maxpagesize={PAGE_SIZE}",)
    try:
        for page in changes(work.graph, link or path, query=query, prefer=prefer):
            after = {"folder": folder_id, "link": page.next_cursor}
            if page.is_last:
                after = {"folder": folder_id, "done": folder_id}
            _take(work, walk, page, after)
            work.check()
    except CursorExpired:
        if link is None:
            raise
        _walk_folder(work, walk, folder_id, None)
    except Gone:  # the folder vanished; what it held is gone, or lies in another one
        return


def _take(work: Work, search: Search, page: Page, place: dict[str, Any]) -> None:
    def with_page(taken: Taken, _now: datetime) -> None:
        search_store.save_place(
            work.rows, search.id, _written(place), looked=taken.looked, kept=taken.kept
        )

    take(work, page, within=_wanted(work), counted_from=NOTHING_COUNTS, with_page=with_page)


def _read(cursor: str | None) -> dict[str, Any]:
    place = orjson.loads(cursor) if cursor else {}
    return place if isinstance(place, dict) else {}


def _written(place: dict[str, Any]) -> str:
    return orjson.dumps(place).decode()
