"""A Graph server with one group's calendar, whose pages are made before the clock starts."""

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import orjson

from bench.canned_server import Answer, page, serve
from bench.measure import free_port, serving_graph
from portal.clock import moment, text, utc_now

# Fewer than Microsoft puts on a page, if asked.
PAGE = 100
DELAY = 0.08
VIEW = "calendarView"


class CannedCalendar:
    """Answers views of the calendar with events that never change. It counts what is asked."""

    def __init__(self, count: int, port: int) -> None:
        self.delay = DELAY
        self.root = f"http://localhost:{port}"
        self.starts = {number: start_of(number) for number in range(count)}
        self.asked = 0
        self.counts: Counter[str] = Counter()

    def answer(self, target: str, content: bytes) -> Answer:  # noqa: ARG002  # a parameter of the protocol
        self.asked += 1
        url = urlsplit(target)
        kind = url.path.rsplit("/", 1)[-1]
        self.counts[kind] += 1
        if kind != VIEW:
            return 404, b'{"error":{"code":"ErrorItemNotFound","message":"none"}}', ""
        return 200, self._view(url.path, parse_qs(url.query)), ""

    def _view(self, path: str, query: dict[str, list[str]]) -> bytes:
        since, until = (moment(query[name][0]) for name in ("startDateTime", "endDateTime"))
        found = [n for n, start in self.starts.items() if since <= start < until]
        skip = int(query.get("$skip", ["0"])[0])
        shown = orjson.dumps([event(n, self.starts[n]) for n in found[skip : skip + PAGE]])
        if skip + PAGE >= len(found):
            return b'{"value":' + shown + b"}"
        span = f"startDateTime={text(since)}&endDateTime={text(until)}"
        link = f"{self.root}{path}?{span}&$skip={skip + PAGE}"
        return page(shown, "@odata.nextLink", link)


def start_of(number: int) -> datetime:
    """Two events an hour from tomorrow on, so that half of 400 lie beyond seven days."""
    tomorrow = utc_now().replace(minute=0, second=0, microsecond=0) + timedelta(days=1)
    return tomorrow + timedelta(hours=number // 2)


def event(number: int, start: datetime) -> dict[str, object]:
    ends_at = start + timedelta(hours=1)
    return {
        "@odata.etag": etag(number),
        "id": graph_id(number),
        "start": {"dateTime": text(start), "timeZone": "UTC"},
        "end": {"dateTime": text(ends_at), "timeZone": "UTC"},
        "isCancelled": False,
    }


def graph_id(number: int) -> str:
    return f"AAMkAGI2-event-{number:06d}"


def etag(number: int) -> str:
    return f'W/"version-{number}"'


@contextmanager
def canned_calendar(count: int) -> Iterator[str]:
    """Serve a calendar with so many events from a process of its own; yield its address."""
    port = free_port()
    with serving_graph("bench.canned_calendar", str(count), str(port)):
        yield f"http://localhost:{port}"


def main() -> None:
    count, port = int(sys.argv[1]), int(sys.argv[2])
    serve(CannedCalendar(count, port), port)


if __name__ == "__main__":
    main()
