"""A person's Calendar page: which of their times count as busy, and series that are left out."""

from collections.abc import Iterable
from datetime import datetime

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal import clock
from portal.availability import left_out, openings, own_hours, policy, store, zones
from portal.availability.calendar_view import Window
from portal.availability.forms import HoursForm, SeriesForm
from portal.availability.free_times import FreeDay, free_days
from portal.availability.hours import Week
from portal.availability.intervals import intervals
from portal.availability.models import (
    CalendarRead,
    Event,
    Interval,
    Knowledge,
    Rules,
    Series,
    Source,
)
from portal.availability.presentation import (
    DAY,
    ON_A_PAGE,
    WEEK,
    AvailabilityFlash,
    CalendarWeek,
    ReadDays,
    span,
)
from portal.microsoft365 import store as connections
from portal.microsoft365.models import FeatureState
from portal.microsoft365.permissions import Feature, needs_reconnect
from portal.microsoft365.status import feature_state, in_the_way
from portal.subscriptions import subscriptions
from portal.web.access import signed_in
from portal.web.act import act
from portal.web.current import current_user, services
from portal.web.flashes import tell
from portal.web.forms import one_line, page_number
from portal.web.templating import zone

bp = Blueprint("availability", __name__)
TELLING = (Knowledge.KNOWN, Knowledge.FREE_BUSY)
CONNECTING_HELPS = (
    FeatureState.NOT_CONNECTED,
    FeatureState.LAPSED,
    FeatureState.MISSING,
    FeatureState.WITHDRAWN,
    FeatureState.CLOSED,
)


@bp.get("/settings/calendar")
@signed_in
def page() -> str:
    """Opening the page lets Portal read the calendar for a day."""
    hindrance = _hindrance()
    if not hindrance:
        openings.note(services.rows, current_user.id, now=clock.utc_now())
    return calendar_page()


def _hindrance() -> str:
    return in_the_way(services.rows, is_configured=services.microsoft365.is_configured)


def calendar_page(form: HoursForm | None = None) -> str:
    """Render the page, after a refusal with the hours as they were sent."""
    now = clock.utc_now()
    rows, user_id = services.rows, current_user.id
    week = CalendarWeek.of(one_line(request.args, "week"), now, zone())
    rules, series = policy.rules(rows), store.series(rows, user_id)
    times, number = _times(week, rules, series), page_number(request.args)
    skipped = left_out.left_out(rows, user_id, series, now=now)
    read, hours = store.calendar_read(rows, user_id), own_hours.hours_of(rows, user_id)
    knowledge = _knowledge(read, now)
    return render_template(
        "availability/calendar.html",
        hindrance=_hindrance(),
        form=form or HoursForm.showing(hours.week),
        has_own_hours=hours.is_own,
        windows_zone=zones.windows(current_user.time_zone),
        free_days=_free_days(hours.week, rules, series, now=now) if knowledge in TELLING else None,
        read=read,
        knowledge=knowledge,
        can_connect=_can_connect(read),
        is_told=_is_told(read),
        rules=rules,
        event_count=store.count_events(rows, user_id),
        week=week,
        read_days=_read_days(read),
        time_count=len(times),
        days=week.days(times[(number - 1) * ON_A_PAGE : number * ON_A_PAGE]),
        previous_url=_previous_url(week, number),
        next_url=_next_url(week, number, len(times)),
        left_out=[(each, _spans(each.times, rules)) for each in skipped],
        left_out_count=sum(not each.calendar.is_read for each in series),
    )


def _knowledge(read: CalendarRead | None, now: datetime) -> str:
    if read is None:
        return ""
    is_due = store.is_due(services.rows, read.user_id, now=now)
    return read.knowledge(now, is_due=is_due).value


def _can_connect(read: CalendarRead | None) -> bool:
    """Whether the person's own connection may open what is closed now, even with consent."""
    rows, user_id = services.rows, current_user.id
    if feature_state(rows, user_id, Feature.AVAILABILITY) in CONNECTING_HELPS:
        return True
    if read is None or not read.is_refused:
        return False
    own = connections.connection_of(rows, user_id)
    return own is None or needs_reconnect(own, (Feature.AVAILABILITY,))


def _read_days(read: CalendarRead | None) -> ReadDays | None:
    if read is None or read.last_success_at is None:
        return None
    return ReadDays.of(Window.at(read.last_success_at), zone())


def _is_told(read: CalendarRead | None) -> bool:
    """Whether Microsoft tells of changes: never of a calendar of which only free/busy is read."""
    if read is None or read.source in (None, Source.FREE_BUSY):
        return False
    return subscriptions.is_possible(services.config)


def _free_days(
    hours: Week, rules: Rules, series: Iterable[Series], *, now: datetime
) -> list[FreeDay]:
    """The free times of today and the six days that follow."""
    judged = _judged(now - DAY, now + WEEK + DAY, rules, series)
    return free_days(hours, judged, zone(), now=now, days=WEEK.days)


def _times(week: CalendarWeek, rules: Rules, series: Iterable[Series]) -> list[Interval]:
    """Every event of a week with its verdict. All-day events are of the person's own zone."""
    judged = _judged(week.starts_at - DAY, week.ends_at + DAY, rules, series)
    return [each for each in judged if week.has(each)]


def _judged(
    since: datetime, until: datetime, rules: Rules, series: Iterable[Series]
) -> tuple[Interval, ...]:
    found = store.events(services.rows, current_user.id, since=since, until=until)
    return intervals(found, rules, zone(), {each.series_id: each.state for each in series})


def _spans(times: Iterable[Event], rules: Rules) -> list[str]:
    """The times of a left-out series as Outlook shows them."""
    judged = intervals(times, rules, zone(), {})
    return [span(each.starts_at, each.ends_at, zone()) for each in judged]


def _previous_url(week: CalendarWeek, number: int) -> str:
    if number > 1:
        return url_for("availability.page", week=week.first, page=number - 1)
    return url_for("availability.page", week=week.previous) if week.previous else ""


def _next_url(week: CalendarWeek, number: int, count: int) -> str:
    if number * ON_A_PAGE < count:
        return url_for("availability.page", week=week.first, page=number + 1)
    return url_for("availability.page", week=week.next) if week.next else ""


@bp.post("/settings/calendar/left-out")
@signed_in
def set_blocked() -> Response:
    form = SeriesForm(request.form)
    form.check()
    series = left_out.set_blocked(
        act(), current_user.id, str(form.series_id.data), is_blocked=form.wants_on
    )
    said = AvailabilityFlash.SERIES_BUSY if form.wants_on else AvailabilityFlash.SERIES_FREE
    tell(said.of(label=series.calendar.label))
    return redirect(url_for("availability.page", _anchor="left-out"), 303)
