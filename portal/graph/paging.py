"""Read lists and changes page by page, and prefetch the next page."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from portal.graph.client import GraphClient
from portal.graph.errors import Unavailable

REMOVED = "@removed"


@dataclass(frozen=True)
class Page:
    """One page of changes and the link that follows them. Save both together.

    `entries` are all of them in Microsoft's order, `items` what is there and `removed_ids` what is
    not any more; the last word on an id decides. The last page of a list has no cursor.
    """

    items: tuple[dict[str, Any], ...]
    removed_ids: tuple[str, ...]
    next_cursor: str
    is_last: bool
    entries: tuple[dict[str, Any], ...] = ()
    # How many entries had no id, so that they are not among the others.
    dropped_count: int = 0
    # How many the whole list has, which only the first page says, and only if it is asked for.
    count: int | None = None


def items(
    graph: GraphClient, path: str, *, query: Mapping[str, str] | None = None
) -> Iterator[dict[str, Any]]:
    """Yield the entries of a list, of all its pages."""
    for page in pages(graph, path, query=query):
        yield from page.items


def pages(
    graph: GraphClient,
    start: str,
    *,
    query: Mapping[str, str] | None = None,
    prefer: Iterable[str] = (),
    each: Callable[[GraphClient], GraphClient] = lambda graph: graph,
) -> Iterator[Page]:
    """Yield every page of a list from `start`: a path with its query, or a next link.

    An empty page need not be the last. `each` gives the client that reads one page.
    """
    prefer, home = tuple(prefer), start if start.startswith("/") else ""
    reader = each(graph)
    page = list_page(_first(reader, start, query, prefer))
    while not page.is_last:
        reader.checked(page.next_cursor, home=home)
        yield page
        reader = each(graph)
        page = list_page(reader.page(page.next_cursor, prefer=prefer, home=home))
    yield page


def _first(
    graph: GraphClient, start: str, query: Mapping[str, str] | None, prefer: tuple[str, ...]
) -> dict[str, Any]:
    if start.startswith(("https://", "http://")):
        return graph.page(start, prefer=prefer)
    return graph.get(start, query=query, prefer=prefer)


def list_page(answer: Mapping[str, Any]) -> Page:
    """Read an answer as a page of a list, which has no cursor after its end."""
    found, link = _entries(answer), answer.get("@odata.nextLink")
    count = answer.get("@odata.count")
    return Page(
        tuple(_last_words(found)),
        (),
        str(link or ""),
        is_last=link is None,
        entries=found,
        dropped_count=len(answer["value"]) - len(found),
        count=count if isinstance(count, int) else None,
    )


def _entries(answer: Mapping[str, Any]) -> tuple[dict[str, Any], ...]:
    listed = answer.get("value")
    if not isinstance(listed, list):
        raise Unavailable("Microsoft's answer is not a list.")
    return tuple(each for each in listed if isinstance(each, dict) and each.get("id"))


def _last_words(entries: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each item once. A later entry may hold only the members that changed."""
    found: dict[str, dict[str, Any]] = {}
    for entry in entries:
        known = found.pop(str(entry["id"]), {})
        if REMOVED not in entry:
            known = {name: value for name, value in known.items() if name != REMOVED}
        found[str(entry["id"])] = {**known, **entry}
    return list(found.values())


def changes(
    graph: GraphClient,
    start: str,
    *,
    query: Mapping[str, str] | None = None,
    prefer: Iterable[str] = (),
) -> Iterator[Page]:
    """Yield every page from `start`: a path with its query, or a cursor without one.

    After CursorExpired the caller begins with the path again.
    """
    prefer = tuple(prefer)
    page = page_of(_first(graph, start, query, prefer), graph)
    yield page
    while not page.is_last:
        before, page = page, page_of(graph.page(page.next_cursor, prefer=prefer), graph)
        if page.next_cursor == before.next_cursor and not page.is_last:
            raise Unavailable("Microsoft's answer goes round in circles.")
        yield page


def page_of(answer: Mapping[str, Any], graph: GraphClient) -> Page:
    """Read an answer to `graph` as a page. Raises if it is none, so that no cursor is lost.

    ForeignLink if its cursor leads away from the mailbox of `graph`.
    """
    entries = _entries(answer)
    link = answer.get("@odata.nextLink") or answer.get("@odata.deltaLink")
    if not isinstance(link, str):
        raise Unavailable("Microsoft's answer has no continuation.")
    last = _last_words(entries)
    return Page(
        items=tuple(item for item in last if REMOVED not in item),
        removed_ids=tuple(str(item["id"]) for item in last if REMOVED in item),
        next_cursor=graph.checked(link),
        is_last="@odata.nextLink" not in answer,
        entries=entries,
    )


@contextmanager
def reading_ahead(
    reader: Callable[[], GraphClient], pages: Callable[[GraphClient], Iterator[Page]]
) -> Iterator[Iterator[Page]]:
    """Each page in order. `reader` gives a client of its own to the thread that reads.

    Two requests at once are what a claimed mailbox may use; this is the second one.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="ahead") as pool:
        source = pool.submit(lambda: pages(reader())).result()

        def following() -> Iterator[Page]:
            coming: Future[Page | None] = pool.submit(next, source, None)
            while (page := coming.result()) is not None:
                coming = pool.submit(next, source, None)
                yield page

        yield following()
