"""One poll of a calendar: what it lists is compared, what changed is read, judged and kept."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from portal import clock
from portal.graph.errors import Gone, GraphError, MailboxMissing
from portal.group_calendars import store as group_calendars
from portal.group_calendars.roster.pool import Pool
from portal.interviews import access, store
from portal.interviews.access import Calendar
from portal.interviews.microsoft.calendar_events import Found
from portal.interviews.microsoft.work import known
from portal.interviews.models import Event
from portal.interviews.watch import application, watch_store
from portal.interviews.watch.calendar import Days, by_ids, listed
from portal.interviews.watch.judgement import Kind, judge
from portal.interviews.watch.models import NEAR, Sight, Upcoming, Watch
from portal.interviews.watch.names import CalendarName
from portal.services import Services
from portal.storage.claims import Claim
from portal.storage.rows import Rows

EVERY = timedelta(minutes=1)
FAR_EVERY = timedelta(minutes=5)
# Polls come each minute, so one half of that early is nearer to five minutes than the next.
FAR_AGAIN = FAR_EVERY - EVERY / 2
GROUP_GONE = (
    "Microsoft does not find this group, so nobody watches its calendar. Check the group at "
    "Microsoft, or move its interviews to another calendar under Scheduling."
)
NO_MAILBOX = "Microsoft has no calendar of this person now. Choose another organizer."
REMOVED = "This calendar was removed from Portal, so nobody watches it. Choose another calendar."


class Stopped(Exception):
    """The worker was asked to end. What was kept so far holds."""


class NoCalendar(GraphError):
    """The calendar itself is not there. Of its events that says nothing."""


@dataclass(frozen=True)
class Plan:
    """The days that one poll reads. `written` are interviews that a worker has at the moment."""

    began_at: datetime
    coming: tuple[Upcoming, ...]
    near: Days
    far: Days | None

    @property
    def days(self) -> list[Days]:
        near = [self.near] if any(map(self.near.hold, self.coming)) else []
        return [*near, *([self.far] if self.far else [])]


@dataclass(frozen=True)
class Poll:
    """The poll of one claimed calendar."""

    services: Services = field(repr=False)
    claim: Claim
    should_stop: Callable[[], bool]

    @property
    def rows(self) -> Rows:
        return self.services.rows

    def take(self) -> None:
        """Read the calendar and keep what follows. Ends the watch if nothing is left to watch."""
        began_at = clock.utc_now()
        watch = watch_store.watch(self.rows, self.claim.row_id)
        coming = watch_store.upcoming(self.rows, self.claim.row_id, now=began_at)
        if watch is None or not coming:
            self._end()
            return
        plan = planned(watch, coming, began_at)
        sights = self._opened(watch, coming, lambda calendar: self._sights(calendar, plan))
        is_open = [self._keep(interview_id, some) for interview_id, some in sights.items()]
        is_busy = any(each.is_written for each in coming)
        wait = watch_store.BETWEEN_READS if is_busy or any(is_open) else EVERY
        now = clock.utc_now()
        with self.rows.write():
            watch_store.CLAIMS.fence.renew(self.rows, self.claim, now=now)
            watch_store.finish(
                self.rows,
                self.claim,
                began_at=began_at,
                far_read_at=began_at if plan.far else None,
                due_at=began_at + wait,
                now=now,
            )

    def _end(self) -> None:
        with self.rows.write():
            watch_store.CLAIMS.fence.renew(self.rows, self.claim, now=clock.utc_now())
            watch_store.end(self.rows, self.claim)

    def _opened(
        self,
        watch: Watch,
        coming: Sequence[Upcoming],
        call: Callable[[Calendar], dict[str, list[Sight]]],
    ) -> dict[str, list[Sight]]:
        """Call with the calendar, by a connection that opens it."""
        try:
            if watch.group_id is None:
                one = store.interview(self.rows, coming[0].interview_id)
                return access.read_own(self.services, one, self._event(coming[0]), call)
            calendar = group_calendars.calendar_of_group(self.rows, watch.group_id)
            if calendar is None:
                raise NoCalendar(REMOVED)
            fence = watch_store.CLAIMS.fence
            pool = Pool(self.services, self.claim, calendar.id, watch.group_id, fence)
            path = f"/groups/{watch.group_id}/events"
            return pool.read(lambda graph, person: call(Calendar(graph, path, person.user_id)))
        except (Gone, MailboxMissing) as refusal:
            raise NoCalendar(GROUP_GONE if watch.group_id else NO_MAILBOX) from refusal

    def _event(self, coming: Upcoming) -> Event:
        events = store.events(self.rows, coming.interview_id)
        return next(each for each in events if each.id == coming.event_id)

    def _sights(self, calendar: Calendar, plan: Plan) -> dict[str, list[Sight]]:
        """The events of each interview of which something changed, or is missing."""
        versions: dict[str, str] = {}
        for days in plan.days:
            versions |= listed(calendar, days, self._require_running)
        missing = {each.event_id for each in plan.coming if _is_missing(each, plan, versions)}
        wanted = _changed(plan.coming, versions, missing)
        is_busy = any(each.is_written for each in plan.coming)
        sights: dict[str, list[Sight]] = defaultdict(list)
        for each, found in by_ids(calendar, wanted, at_once=not is_busy):
            is_listed = each.event_id not in missing or _is_listed(found, plan, versions)
            sights[each.interview_id].append(Sight(self._event(each), found, is_listed))
        return sights

    def _require_running(self) -> None:
        if self.should_stop():
            raise Stopped

    def _keep(self, interview_id: str, sights: Iterable[Sight]) -> bool:
        """Judge by the rows as they are now. True if the next poll has to come soon."""
        now = clock.utc_now()
        with self.rows.write():
            watch_store.CLAIMS.fence.renew(self.rows, self.claim, now=now)
            if watch_store.is_written(self.rows, interview_id, now=now):
                return True
            before = known(self.rows, interview_id)
            present = {each.id: each for each in before.present}
            fresh = [
                replace(each, event=present[each.event.id])
                for each in sights
                if each.event.id in present
            ]
            if not fresh:
                return False
            name = CalendarName.of(self.rows, before.interview, fresh[0].event)
            verdict = judge(before, fresh, calendar=name.quoted, now=now)
            application.apply(self.rows, before, verdict, calendar=name.quoted, now=now)
        return any(each.kind is Kind.EARLY for each in verdict.judged)


def planned(watch: Watch, coming: Iterable[Upcoming], began_at: datetime) -> Plan:
    """The days to read now: the next seven each time, those beyond every five minutes."""
    coming = tuple(coming)
    near = Days(began_at, began_at + NEAR)
    last = max(each.ends_at for each in coming)
    before = watch.far_read_at
    is_asked = watch.asked_at is not None and (before is None or watch.asked_at >= before)
    # One in the future was by a clock that ran ahead.
    is_due = before is None or is_asked or not timedelta(0) <= began_at - before < FAR_AGAIN
    is_any = any(each.starts_at >= near.ends_at for each in coming)
    far = Days(near.ends_at, last + EVERY) if is_any and is_due else None
    return Plan(began_at, coming, near, far)


def _is_missing(event: Upcoming, plan: Plan, versions: dict[str, str]) -> bool:
    return event.graph_id not in versions and any(days.hold(event) for days in plan.days)


def _is_listed(found: Found | None, plan: Plan, versions: dict[str, str]) -> bool:
    """Whether an event is listed, or could not be: in other days, without length, or a series."""
    if found is None or found.graph_id in versions or found.is_series:
        return True
    days = (each for each in plan.days if each.overlap(found.starts_at, found.ends_at))
    return found.ends_at <= found.starts_at or next(days, None) is None


def _changed(
    coming: Iterable[Upcoming], versions: dict[str, str], missing: set[str]
) -> list[Upcoming]:
    """The events of each interview of which one changed, unless a worker writes it now."""
    several: dict[str, list[Upcoming]] = defaultdict(list)
    for each in coming:
        several[each.interview_id].append(each)
    return [
        each
        for some in several.values()
        if not any(each.is_written for each in some)
        and any(_is_news(each, versions, missing) for each in some)
        for each in some
    ]


def _is_news(event: Upcoming, versions: dict[str, str], missing: set[str]) -> bool:
    """Whether an event is missing, was missing, or has another version than the last one read."""
    if event.event_id in missing or event.is_missing:
        return True
    version = versions.get(event.graph_id)
    return version is not None and version != event.seen_etag
