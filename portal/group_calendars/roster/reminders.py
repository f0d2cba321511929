"""Remind people by mail to connect, so that they can schedule on a group calendar."""

import logging
from dataclasses import dataclass
from datetime import datetime

from portal.audit.act import Act
from portal.audit.actions import Action
from portal.errors import Conflict, Invalid, NotFound
from portal.group_calendars import store as calendars
from portal.group_calendars.models import GroupCalendar
from portal.group_calendars.roster import overview, store
from portal.group_calendars.roster.models import Status
from portal.group_calendars.roster.overview import Person
from portal.outbox import automated
from portal.outbox.automated import NO_ROUTE, Notice
from portal.services import Services
from portal.wording import counted

log = logging.getLogger(__name__)

OWN_PAGE = "/settings/microsoft-365"
# Each mail is a row of the outbox, and all of them are written in one transaction.
MOST_AT_ONCE = 500
WHY = {
    Status.NOT_CONNECTED: "You have not connected Microsoft 365 yet.",
    Status.LAPSED: "Microsoft ended your connection.",
    Status.NOT_GRANTED: "Your connection lacks the permission Group.ReadWrite.All.",
}
NOT_NEEDED = "{name} does not have to connect now, so no reminder was sent."
BEFORE = "{name} was reminded before this page was opened again. Press Remind again if you mean to."


@dataclass(frozen=True)
class Reminded:
    """The people who were reminded at once, and how many remain."""

    count: int
    remain: int


def has_route(services: Services) -> bool:
    """Whether automated mail can go out now."""
    return automated.target(services.rows, services.vault, services.config).is_usable


def remind(
    act: Act, services: Services, calendar_id: str, user_id: str, *, last_at: datetime | None
) -> Person:
    """Queue one reminder. Refused if there was another since `last_at`, as after a second click."""
    _require_route(services)
    with act.rows.write():
        calendar = calendars.calendar(act.rows, calendar_id)
        person = overview.person(act.rows, calendar, user_id)
        if person is None:
            raise NotFound
        if not person.status.can_be_reminded:
            raise Conflict(NOT_NEEDED.format(name=person.scheduler.name))
        if person.scheduler.reminded_at != last_at:
            raise Conflict(BEFORE.format(name=person.scheduler.name))
        _queue(act, services, calendar, person)
        act.record(
            Action.GROUP_CALENDAR_REMINDER_SENT, calendar.label, new=person.scheduler.address
        )
    return person


def remind_all(act: Act, services: Services, calendar_id: str) -> Reminded:
    """Queue a reminder for everybody who needs one and had none within a day."""
    _require_route(services)
    with act.rows.write():
        calendar = calendars.calendar(act.rows, calendar_id)
        roster = overview.roster(act.rows, calendar, now=act.now)
        wanted = [each for each in roster.people if each.is_to_be_reminded(act.now)]
        count = sum(_is_queued(act, services, calendar, each) for each in wanted[:MOST_AT_ONCE])
        if count:
            told = counted(count, "person")
            act.record(Action.GROUP_CALENDAR_REMINDER_SENT, calendar.label, new=told)
    return Reminded(count, len(wanted) - count)


def _is_queued(act: Act, services: Services, calendar: GroupCalendar, person: Person) -> bool:
    """Queue one of many. An address that takes no mail does not stop the others."""
    try:
        _queue(act, services, calendar, person)
    except Invalid as refusal:
        log.warning("%s cannot be reminded: %s", person.scheduler.user_id, refusal)
        return False
    return True


def _require_route(services: Services) -> None:
    if not has_route(services):
        raise Conflict(NO_ROUTE)


def _queue(act: Act, services: Services, calendar: GroupCalendar, person: Person) -> None:
    """Without the person's name, which may contain what no header takes."""
    notice = Notice(
        person.scheduler.address,
        "",
        subject(calendar, person.status),
        text(calendar, person.status, base_url=services.config.base_url),
    )
    mail = automated.queue_automated(act.rows, services.vault, services.config, notice, now=act.now)
    store.save_reminder(act.rows, calendar.id, person.scheduler.user_id, mail.id, now=act.now)


def subject(calendar: GroupCalendar, status: Status) -> str:
    return f"{_verb(status)} Microsoft 365 to schedule on {_plain(calendar.name)}"


def text(calendar: GroupCalendar, status: Status, *, base_url: str) -> str:
    """Write the mail as it holds now."""
    name = _plain(calendar.name)
    return (
        f"To schedule interviews on the calendar of the group {name}, your own connection to "
        "Microsoft 365 is needed: Microsoft opens a group's calendar only to its members.\n\n"
        f"{WHY[status]} Press {_verb(status)} under Microsoft 365 in your settings:\n"
        f"{base_url}{OWN_PAGE}\n\n"
        "An administrator of Portal asked for this mail."
    )


def _verb(status: Status) -> str:
    return "Connect" if status is Status.NOT_CONNECTED else "Reconnect"


def _plain(name: str) -> str:
    """A group's name as a subject takes it: on one line, of printable characters."""
    plain = "".join(each if each.isprintable() else " " for each in name)
    return plain.replace("\ufffd", "?")[:150].strip()
