"""Read changes page by page, from a path or a cursor, and prefetch the next page."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from portal.graph.client import GraphClient
from portal.graph.errors import Unavailable


@dataclass(frozen=True)
class Page:
    """One page of changes and the link that follows them. Save both together.

    `entries` are all of them in Microsoft's order, `items` what is there and `removed_ids` what is
    not any more.
    """

    items: tuple[dict[str, Any], ...]
    removed_ids: tuple[str, ...]
    next_cursor: str
    is_last: bool
    entries: tuple[dict[str, Any], ...] = ()


def follow(
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
    is_cursor = start.startswith(("https://", "http://"))
    found = page_of(graph.page(start, prefer=prefer)) if is_cursor else None
    page = found or page_of(graph.get(start, query=query, prefer=prefer))
    yield page
    while not page.is_last:
        before, page = page, page_of(graph.page(page.next_cursor, prefer=prefer))
        if page.next_cursor == before.next_cursor and not page.is_last:
            raise Unavailable("Microsoft's answer goes round in circles.")
        yield page


def page_of(answer: Mapping[str, Any]) -> Page:
    """Read an answer as a page. Raises if it is none, so that no cursor is lost."""
    items = answer.get("value")
    link = answer.get("@odata.nextLink") or answer.get("@odata.deltaLink")
    if not isinstance(items, list) or not isinstance(link, str):
        raise Unavailable("Microsoft's answer has no continuation.")
    entries = [item for item in items if isinstance(item, dict) and item.get("id")]
    return Page(
        items=tuple(item for item in entries if "@removed" not in item),
        removed_ids=tuple(str(item["id"]) for item in entries if "@removed" in item),
        next_cursor=link,
        is_last="@odata.nextLink" not in answer,
        entries=tuple(entries),
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
