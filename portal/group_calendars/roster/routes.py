"""Group calendars for administrators: their state, the roster, reminders and removal."""

from collections.abc import Collection

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal import clock
from portal.errors import Invalid, NotFound
from portal.flash_texts import Flash
from portal.group_calendars import access, check_texts, store
from portal.group_calendars.flash_texts import GroupCalendarFlash
from portal.group_calendars.models import GroupCalendar
from portal.group_calendars.roster import (
    overview,
    recheck,
    reminders,
    removal,
    retirement_store,
    retirement_texts,
    troubles,
    watch_store,
)
from portal.group_calendars.roster.forms import ReminderForm, RemovalForm
from portal.group_calendars.roster.overview import Person, Reminder, Show
from portal.users import store as users
from portal.web.access import admin_only
from portal.web.act import act
from portal.web.current import current_user, services
from portal.web.flashes import tell
from portal.web.forms import one_line, page_number
from portal.web.limits import limit
from portal.web.templating import zone
from portal.wording import counted, verb

bp = Blueprint("calendar_roster", __name__)
BELOW = "/admin/integrations/microsoft-365/group-calendars"
ON_A_PAGE = 50
Answer = Response | tuple[str, int]


def list_page() -> str:
    """The page of all group calendars, with the roster of one."""
    rows = services.rows
    found = store.calendars(rows)
    chosen = _chosen(found)
    return render_template(
        "group_calendars/calendars.html",
        calendars=found,
        watches=watch_store.watches(rows),
        troubles=_troubles(),
        summaries={
            each: check_texts.summary(found) for each, found in store.all_checks(rows).items()
        },
        lack=access.lack(rows, users.user(rows, current_user.id)),
        left=_left([each.id for each in found if each.is_retiring]),
        nothing_left=retirement_texts.NOTHING_LEFT,
        chosen=chosen,
        is_enabled=watch_store.is_enabled(rows),
        has_route=reminders.has_route(services),
        **(_roster(chosen) if chosen else {}),
    )


def _chosen(found: list[GroupCalendar]) -> GroupCalendar | None:
    """The calendar whose roster is shown: the wanted one, or else the default."""
    wanted = one_line(request.args, "calendar")
    return next((each for each in found if each.id == wanted), found[0] if found else None)


def _roster(chosen: GroupCalendar) -> dict[str, object]:
    search, show, page = one_line(request.args, "q"), _show(), page_number(request.args)
    roster = overview.roster(services.rows, chosen, now=clock.utc_now(), zone=zone())
    shown = roster.shown(show, search)
    start = (page - 1) * ON_A_PAGE

    def url(page: int) -> str:
        return url_for(
            "group_calendars.all_calendars",
            calendar=chosen.id,
            q=search or None,
            show=show.value or None,
            page=page,
        )

    return {
        "roster": roster,
        "people": shown[start : start + ON_A_PAGE],
        "count": len(shown),
        "search": search,
        "show": show,
        "shows": list(Show),
        "previous_url": url(page - 1) if page > 1 else "",
        "next_url": url(page + 1) if len(shown) > start + ON_A_PAGE else "",
    }


def _show() -> Show:
    wanted = request.args.get("show", "")
    return Show(wanted) if wanted in [*Show] else Show.ALL


@bp.post(f"{BELOW}/<calendar_id>/check")
@admin_only
def check_again(calendar_id: str) -> Response:
    limit(f"group-calendar-checks:{current_user.id}", hits=30, seconds=600)
    calendar = recheck.check_again(act(), calendar_id)
    tell(GroupCalendarFlash.CHECKING.of(name=calendar.name))
    return _back(calendar_id)


@bp.post(f"{BELOW}/<calendar_id>/reminders")
@admin_only
def remind_all(calendar_id: str) -> Response:
    told = reminders.remind_all(act(), services, calendar_id)
    if told.count == 0:
        tell(GroupCalendarFlash.NOBODY_REMINDED)
    else:
        tell(*_told(told))
    return _back(calendar_id)


def _told(told: reminders.Reminded) -> list[Flash]:
    waits, people = verb(told.count, "A reminder waits", "Reminders wait"), "person"
    said = GroupCalendarFlash.REMINDERS_WAIT.of(reminders=waits, people=counted(told.count, people))
    if not told.remain:
        return [said]
    return [said, GroupCalendarFlash.REMIND_THE_REST.of(people=counted(told.remain, people))]


@bp.post(f"{BELOW}/<calendar_id>/reminders/<user_id>")
@admin_only
def remind(calendar_id: str, user_id: str) -> Response:
    form = ReminderForm(request.form)
    form.check()
    reminders.remind(act(), services, calendar_id, user_id, last_at=form.last_reminded_at)
    calendar = store.calendar(services.rows, calendar_id)
    person = overview.person(services.rows, calendar, user_id)
    if person is None:
        raise NotFound
    tell(_outcome(person))
    return _back(calendar_id)


def _outcome(person: Person) -> Flash:
    name = person.scheduler.name
    if person.reminder is Reminder.QUEUED:
        return GroupCalendarFlash.REMINDER_WAITS.of(name=name)
    return GroupCalendarFlash.REMINDER_HELD.of(name=name, because=person.because)


@bp.get(f"{BELOW}/<calendar_id>/removal")
@admin_only
def ask_removal(calendar_id: str) -> Answer | str:
    calendar = store.calendar(services.rows, calendar_id)
    ahead = retirement_store.ahead(services.rows, [calendar_id], now=clock.utc_now())
    if ahead or calendar.is_retiring:
        return redirect(url_for("calendar_interviews.ask", calendar_id=calendar_id), 303)
    return _removal_page(calendar_id, RemovalForm())


def _removal_page(calendar_id: str, form: RemovalForm) -> str:
    calendar = store.calendar(services.rows, calendar_id)
    others = [each for each in store.offered(services.rows) if each.id != calendar_id]
    found = _troubles()
    working = [each.id for each in others if each.id not in found]
    return render_template(
        "group_calendars/removal.html",
        calendar=calendar,
        others=others,
        form=form,
        left=_left([calendar_id])[calendar_id],
        troubles=found,
        suggested=next(iter(working), removal.NONE),
        no_default=removal.NONE,
    )


def _left(calendar_ids: Collection[str]) -> dict[str, list[str]]:
    """The sentences about what keeps each of these calendars, by its id."""
    return retirement_texts.left(services.rows, calendar_ids, now=clock.utc_now())


def _troubles() -> dict[str, troubles.Trouble]:
    """The first trouble of each calendar that has one, by the calendar's id."""
    return {each.calendar.id: each for each in troubles.all_troubles(services.rows)}


@bp.post(f"{BELOW}/<calendar_id>/removal")
@admin_only
def remove(calendar_id: str) -> Answer:
    form = RemovalForm(request.form)
    try:
        form.check()
        removed = removal.remove(act(), calendar_id, instead=form.instead.data)
    except Invalid as refusal:
        return _removal_page(calendar_id, form.refuse(refusal)), 422
    tell(*retirement_texts.outcome(removed))
    return redirect(url_for("group_calendars.all_calendars"), 303)


@bp.post(f"{BELOW}/<calendar_id>/return")
@admin_only
def keep(calendar_id: str) -> Response:
    try:
        kept = removal.keep(act(), calendar_id)
    except NotFound:
        tell(GroupCalendarFlash.REMOVED_BEFORE)
        return redirect(url_for("group_calendars.all_calendars"), 303)
    tell(GroupCalendarFlash.KEPT.of(name=kept.name))
    return _back(calendar_id)


def _back(calendar_id: str) -> Response:
    return redirect(url_for("group_calendars.all_calendars", calendar=calendar_id), 303)
