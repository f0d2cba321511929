"""Compare the intervals that Portal reads of a file with those of the library."""

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import requests

from portal.availability import calendar_view
from portal.availability.intervals import intervals
from portal.availability.models import Rules, Series
from portal.graph.client import GraphClient
from tests.corpus.calendars import graph_events, library
from tests.corpus.calendars.files import File, files
from tests.corpus.calendars.library import Verdict, Window
from tests.sandbox.callers import application
from tests.support.sandbox_server import Sandbox, running_sandbox

# A file of holidays over decades has more; these are spread over all of its years.
MOST_WINDOWS = 3
CHECKED_AT = datetime(2026, 11, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Result:
    """The events of one file in one window, by the library and by Portal."""

    name: str
    window: Window
    expected: list[Verdict]
    found: list[Verdict]
    # How many of the file's events were loaded as series.
    series: int

    @property
    def difference(self) -> str:
        """The differences, with the file. Empty without any."""
        if self.expected == self.found:
            return ""
        missing = [each for each in self.expected if each not in self.found]
        wrong = [each for each in self.found if each not in self.expected]
        return (
            f"{self.name} from {self.window.starts_at:%Y-%m-%d}: {len(self.expected)} expected,"
            f" {len(self.found)} found, missing {_shown(missing)}, wrong {_shown(wrong)}"
        )


def _shown(some: list[Verdict]) -> str:
    return ", ".join(
        f"{start:%Y-%m-%dT%H:%M}/{end:%Y-%m-%dT%H:%M} {'busy' if is_busy else 'not busy'}"
        for start, end, is_busy in some[:3]
    )


@dataclass(frozen=True)
class Tenant:
    """A practice tenant with a person for each file."""

    sandbox: Sandbox
    token: str

    @classmethod
    def of(cls, sandbox: Sandbox) -> "Tenant":
        return cls(sandbox, application(sandbox, "Calendars.Read").token)

    def add(self, name: str, items: list[graph_events.Item]) -> GraphClient:
        """Add a person with these events. Returns Portal's client for that calendar."""
        address = f"{name}@northwind.example"
        made = self.sandbox.control("POST", "users", {"userPrincipalName": address})
        self.sandbox.control("POST", f"mailboxes/{address}/events", items)
        return GraphClient(
            session=requests.Session(),
            root=f"{self.sandbox.url}/v1.0",
            mailbox_path=f"/users/{made['id']}",
            token=lambda _: self.token,
            object_id=made["id"],
            is_app_only=True,
        )


def compare(
    tenant: Tenant, files: Iterable[File], *, most_windows: int = MOST_WINDOWS
) -> Iterator[Result]:
    """Load each file, read its windows as Portal does, and give both readings."""
    for number, file in enumerate(files):
        windows = library.windows(file, most=most_windows)
        items = graph_events.items(file, windows)
        reader = Reader(tenant.add(f"file-{number}", items))
        series = sum(map(graph_events.is_series, items))
        for window in windows:
            expected, found = library.verdicts(file, window), reader.verdicts(window)
            yield Result(file.name, window, expected, found, series)


def run(*, say: Callable[[str], object]) -> bool:
    """Compare all windows of all files, and say how much was compared and what differs."""
    with running_sandbox() as sandbox:
        whole = (file for file in files() if not file.fault)
        results = list(compare(Tenant.of(sandbox), whole, most_windows=sys.maxsize))
    different = [each.difference for each in results if each.difference]
    for line in different:
        say(line)
    events = sum(len(each.found) for each in results)
    say(f"calendars: {events} events in {len(results)} windows, {len(different)} windows differ")
    return not different


@dataclass
class Reader:
    """Portal's reading of one calendar. Each series is checked once."""

    client: GraphClient
    series: list[Series] = field(default_factory=list)

    def verdicts(self, window: Window) -> list[Verdict]:
        """Every event that Portal reads around a moment, and whether it blocks."""
        events = calendar_view.events(self.client, calendar_view.Window.at(window.now), _go_on)
        wanted = calendar_view.unchecked(events, self.series, now=CHECKED_AT)
        self.series += calendar_view.check_series(self.client, wanted, [], _go_on, now=CHECKED_AT)
        states = {each.series_id: each.state for each in self.series}
        found = intervals(events, Rules(), library.ZONE, states)
        return sorted((each.starts_at, each.ends_at, each.blocks) for each in found)


def _go_on() -> None:
    """Never stop."""
