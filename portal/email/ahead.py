"""Ask for the next page of a chain while the one before it is looked at and saved."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

from portal.microsoft365.delta import Page
from portal.microsoft365.graph import GraphClient


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
