"""The verdict about each event: when it is, and whether and why it counts as busy. Pure."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from portal.availability.models import Event, Interval, Reason, Rules, SeriesState, ShowAs

DAY = timedelta(days=1)
SHOWN = {ShowAs.BUSY: Reason.BUSY, ShowAs.OOF: Reason.OOF, ShowAs.FREE: Reason.FREE}


def intervals(
    events: Iterable[Event], rules: Rules, zone: tzinfo, series: Mapping[str, SeriesState]
) -> tuple[Interval, ...]:
    """Judge each event alone, in order of time.

    `zone` is the person's. A series that is missing in `series` was not checked yet.
    """
    found = (_interval(event, rules, zone, series) for event in events)
    return tuple(sorted(found, key=lambda one: (one.starts_at, one.ends_at, one.event_id)))


def _interval(
    event: Event, rules: Rules, zone: tzinfo, series: Mapping[str, SeriesState]
) -> Interval:
    start, end = _days(event, zone) if event.is_all_day else _times(event)
    reason = _reason(event, rules, series)
    return Interval(start, end, event.id, event.series_id, event.show_as, reason, event.ical_uid)


def _times(event: Event) -> tuple[datetime, datetime]:
    return min(event.starts_at, event.ends_at), max(event.starts_at, event.ends_at)


def _days(event: Event, zone: tzinfo) -> tuple[datetime, datetime]:
    """Find the event's dates, and their first and last moment in the person's zone.

    Dates that cannot be told for sure are taken as the longer time.
    """
    made_in = ZoneInfo(event.zone) if event.zone else zone
    begins, ends = _times(event)
    start, end = _local(begins, made_in), _local(ends, made_in)
    # Where clocks skip midnight, as in Havana, a day begins later.
    is_begin_of_day = end.time() == time() or _midnight(end.date(), made_in) == ends
    last = end.date() if is_begin_of_day else end.date() + DAY
    last = max(last, start.date() + DAY)
    return _midnight(start.date(), zone), _midnight(last, zone)


def _local(moment: datetime, zone: tzinfo) -> datetime:
    """Find the local time of an all-day event's edge. 00:00 in UTC already is its date.

    https://learn.microsoft.com/graph/api/resources/event
    """
    if moment.time() == time():
        return moment.replace(tzinfo=None)
    return moment.astimezone(zone).replace(tzinfo=None)


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _reason(event: Event, rules: Rules, series: Mapping[str, SeriesState]) -> Reason:
    reason = _shown(event, rules)
    if not reason.blocks:
        return reason
    state = series.get(event.series_id) if event.series_id else SeriesState.COUNTED
    if state is None:
        return Reason.NOT_CHECKED
    if state is not SeriesState.COUNTED:
        return Reason.BLOCKED if state is SeriesState.BLOCKED else Reason.LEFT_OUT
    return Reason.BACKWARDS if event.ends_at < event.starts_at else reason


def _shown(event: Event, rules: Rules) -> Reason:
    """Judge what the event says of itself, before its series is asked."""
    if event.is_cancelled:
        return Reason.CANCELLED
    if event.is_declined:
        return Reason.DECLINED
    if event.starts_at == event.ends_at and not event.is_all_day:
        return Reason.NO_LENGTH
    if event.show_as is ShowAs.TENTATIVE:
        return Reason.TENTATIVE if rules.tentative_blocks else Reason.TENTATIVE_FREE
    if event.show_as is ShowAs.ELSEWHERE:
        return Reason.ELSEWHERE if rules.elsewhere_blocks else Reason.ELSEWHERE_FREE
    return SHOWN.get(event.show_as, Reason.UNKNOWN)
