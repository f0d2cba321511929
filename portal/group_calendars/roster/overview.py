"""The roster of one calendar: how many can schedule, and the next step of each person."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta, tzinfo
from enum import StrEnum

from portal.group_calendars.models import GroupCalendar
from portal.group_calendars.roster import store, watch_store
from portal.group_calendars.roster.models import Scheduler, Status
from portal.outbox import automated_store
from portal.outbox.models import DID_NOT_GO, Mail, State
from portal.storage.rows import Rows

ORDER = list(Status)


class Show(StrEnum):
    ALL = ""
    NOT_READY = "not-ready"
    READY = "ready"

    @property
    def label(self) -> str:
        return {"": "Everybody", "not-ready": "Not ready", "ready": "Ready"}[self]


class Reminder(StrEnum):
    """The outcome of a person's last reminder."""

    NONE = "none"
    QUEUED = "queued"
    HELD = "held"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    NOT_SENT = "not_sent"


@dataclass(frozen=True)
class Person:
    """A person of the roster, with their last reminder as far as its mail is still kept."""

    scheduler: Scheduler
    mail: Mail | None
    is_group_gone: bool = False
    # Interviews of the week, on whichever calendar.
    interviews: int = 0

    @property
    def status(self) -> Status:
        return Status.GROUP_DELETED if self.is_group_gone else self.scheduler.status

    @property
    def reminder(self) -> Reminder:
        if self.scheduler.reminded_at is None:
            return Reminder.NONE
        if self.mail is None or self.mail.state in (State.ACCEPTED, State.SEEN):
            return Reminder.SENT
        if self.mail.state in DID_NOT_GO:
            return Reminder.NOT_SENT
        if self.mail.state is State.WAITING:
            return Reminder.HELD if self.mail.failure else Reminder.QUEUED
        return Reminder.QUEUED if self.mail.state is State.SENDING else Reminder.UNCERTAIN

    @property
    def because(self) -> str:
        """Why the reminder is held or did not go out."""
        return (self.mail.failure or "") if self.mail else ""

    def was_reminded_lately(self, now: datetime) -> bool:
        """Whether a reminder of the last day went out, or may still."""
        return self.reminder is not Reminder.NOT_SENT and self.scheduler.was_reminded_lately(now)

    def is_to_be_reminded(self, now: datetime) -> bool:
        """Whether a reminder to everybody who needs one includes this person."""
        return self.status.can_be_reminded and not self.was_reminded_lately(now)


@dataclass(frozen=True)
class Roster:
    """Everybody who recruits, those first who cannot schedule yet."""

    calendar: GroupCalendar
    people: tuple[Person, ...]
    now: datetime
    is_group_gone: bool

    @property
    def total(self) -> int:
        return len(self.people)

    @property
    def ready(self) -> int:
        return self._count(Status.READY)

    @property
    def waiting(self) -> int:
        """People whose access is about to be read."""
        return self._count(Status.WAITING)

    @property
    def to_remind(self) -> int:
        return sum(1 for each in self.people if each.is_to_be_reminded(self.now))

    @property
    def reminded_lately(self) -> int:
        """People who need a reminder and had one within a day."""
        return sum(
            1
            for each in self.people
            if each.status.can_be_reminded and each.was_reminded_lately(self.now)
        )

    def _count(self, status: Status) -> int:
        return sum(1 for each in self.people if each.status is status)

    def shown(self, show: Show, search: str) -> list[Person]:
        """The people of a filter whose name or address has these words."""
        found = (each for each in self.people if _is_shown(each, show))
        return [each for each in found if _has(each.scheduler, search.casefold())]


def roster(rows: Rows, calendar: GroupCalendar, *, now: datetime, zone: tzinfo = UTC) -> Roster:
    """Everybody's access and interviews of the week, which begins on the Monday of the zone."""
    is_gone = _is_gone(rows, calendar)
    since, until = _week(now, zone)
    counts = store.interview_counts(rows, since=since, until=until)
    found = _people(rows, store.schedulers(rows, calendar.id), is_gone=is_gone)
    people = [replace(each, interviews=counts.get(each.scheduler.user_id, 0)) for each in found]
    people.sort(key=lambda each: ORDER.index(each.status))
    return Roster(calendar, tuple(people), now, is_gone)


def person(rows: Rows, calendar: GroupCalendar, user_id: str) -> Person | None:
    """One person of the roster. None if they do not recruit."""
    found = store.scheduler(rows, calendar.id, user_id)
    if found is None:
        return None
    return _people(rows, [found], is_gone=_is_gone(rows, calendar))[0]


def _week(now: datetime, zone: tzinfo) -> tuple[datetime, datetime]:
    today = now.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    ends = (monday, monday + timedelta(days=7))
    first, last = (datetime.combine(each, time(), zone).astimezone(UTC) for each in ends)
    return first, last


def _is_gone(rows: Rows, calendar: GroupCalendar) -> bool:
    """Whether Microsoft says that the group was deleted."""
    watch = watch_store.watch(rows, calendar.id)
    return watch is not None and watch.gone_since is not None


def _people(rows: Rows, found: Iterable[Scheduler], *, is_gone: bool) -> list[Person]:
    people = list(found)
    ids = [each.reminder_id for each in people if each.reminder_id is not None]
    mails = automated_store.mails(rows, ids)
    return [Person(each, mails.get(each.reminder_id or ""), is_gone) for each in people]


def _is_shown(person: Person, show: Show) -> bool:
    is_ready = person.status is Status.READY
    return show is Show.ALL or show is (Show.READY if is_ready else Show.NOT_READY)


def _has(scheduler: Scheduler, words: str) -> bool:
    return words in scheduler.name.casefold() or words in scheduler.address.casefold()
