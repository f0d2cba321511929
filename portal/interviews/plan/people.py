"""The times of several people as far as they are known, and their meeting hours in words."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import groupby

from portal.availability import calendar_view, hours, policy, several_store
from portal.availability.hours import DAYS, MIDNIGHT, Week, Window
from portal.availability.intervals import intervals
from portal.availability.models import CalendarRead, Interval, Knowledge, Reason
from portal.availability.spans import Span, spans
from portal.interviews.models import Event
from portal.interviews.plan.zones import zone_of
from portal.storage.rows import Rows

DAY = timedelta(days=1)
TELLING = (Knowledge.KNOWN, Knowledge.FREE_BUSY)


@dataclass(frozen=True)
class Times:
    """One person's hours and times. `knowledge` is None if nobody ever asked for them.

    `is_wanted`: the calendar is read now, or was within the last day.
    """

    user_id: str
    zone_name: str
    week: Week
    knowledge: Knowledge | None = None
    read: CalendarRead | None = None
    intervals: tuple[Interval, ...] = ()
    is_wanted: bool = False

    @property
    def zone(self) -> tzinfo:
        return zone_of(self.zone_name) or UTC

    @property
    def is_known(self) -> bool:
        return self.knowledge in TELLING

    @property
    def is_waiting(self) -> bool:
        return self.knowledge is Knowledge.WAITING

    @property
    def is_free_busy_only(self) -> bool:
        return self.knowledge is Knowledge.FREE_BUSY

    @property
    def read_at(self) -> datetime | None:
        return self.read.last_success_at if self.read and self.is_known else None

    @property
    def because_not(self) -> str:
        """Why the times are not known, as far as Microsoft said."""
        return (self.read.failure or self.read.refusal) if self.read else ""

    @property
    def known(self) -> Span | None:
        """The span whose times are known."""
        if self.read_at is None:
            return None
        window = calendar_view.Window.at(self.read_at)
        return window.starts_at, window.ends_at

    def blocks(
        self, *, are_tentative: bool, besides: Span | None, own: Collection[str] = ()
    ) -> tuple[Span, ...]:
        """The times that block, but for those of an interview that is moved.

        `own` are the iCalUIds of its events, and `besides` is its time. That tells its events
        where Microsoft names none, as in free/busy.
        """
        found = (
            (each.starts_at, each.ends_at)
            for each in self.intervals
            if each.blocks
            and (each.reason is Reason.TENTATIVE) is are_tentative
            and not _is_own(each, own, besides)
        )
        return tuple((min(each), max(each)) for each in found)

    def hours(self, since: datetime, until: datetime) -> tuple[Span, ...]:
        first = since.astimezone(self.zone).date()
        days = (until.astimezone(self.zone).date() - first).days + 1
        return tuple(spans(self.week, first, days, self.zone))


def own_uids(events: Iterable[Event]) -> frozenset[str]:
    """The ids by which people's calendars know the events of an interview."""
    return frozenset(each.ical_uid for each in events if each.ical_uid)


def _is_own(interval: Interval, own: Collection[str], besides: Span | None) -> bool:
    if interval.ical_uid and own:
        return interval.ical_uid in own
    return (interval.starts_at, interval.ends_at) == besides


def times_of(
    rows: Rows, user_ids: Collection[str], *, since: datetime, until: datetime, now: datetime
) -> dict[str, Times]:
    """Everything that is known of each of these people. Asks nobody."""
    usual, rules = policy.organization_hours(rows), policy.rules(rows)
    reads = {each.user_id: each for each in several_store.calendar_reads(rows, user_ids)}
    due = {*several_store.due(rows, user_ids, now=now)}
    events = several_store.events(rows, user_ids, since=since - DAY, until=until + DAY)
    series = several_store.series(rows, user_ids)
    found: dict[str, Times] = {}
    for place in several_store.places(rows, user_ids):
        owner, read = place.user_id, reads.get(place.user_id)
        week = hours.week_in(place.windows) if place.windows is not None else usual
        known = read.knowledge(now, is_due=owner in due) if read else None
        times = Times(owner, place.time_zone, week, known, read)
        times = replace(times, is_wanted=read is not None and read.is_wanted(now))
        if times.is_known:
            states = {each.series_id: each.state for each in series[owner]}
            busy = intervals(events[owner], rules, times.zone, states)
            times = replace(times, intervals=busy)
        found[owner] = times
    return found


def hours_in_words(week: Week) -> str:
    """`Mon to Thu, 09:00 to 16:00; Fri, 09:00 to 12:00`."""
    return "; ".join(_runs(week)) or "no meeting hours"


def _runs(week: Week) -> Iterator[str]:
    """Days that follow each other and have the same hours are told once."""
    days = sorted(week)

    def key(place: int) -> tuple[int, object, object]:
        window = week[days[place]]
        return days[place] - place, window.starts, window.ends

    for _, run in groupby(range(len(days)), key):
        several = [days[place] for place in run]
        window = week[several[0]]
        first, last = DAYS[several[0]][:3], DAYS[several[-1]][:3]
        named = first if first == last else f"{first} to {last}"
        yield f"{named}, {window.starts:%H:%M} to {_end(window)}"


def _end(window: Window) -> str:
    return "24:00" if window.ends == MIDNIGHT else f"{window.ends:%H:%M}"
