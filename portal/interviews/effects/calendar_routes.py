"""Where the interviews of a group calendar go before it is removed, and what is left on it."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal import clock
from portal.errors import Conflict, Invalid
from portal.group_calendars import store as calendars
from portal.group_calendars.roster import retirement_texts
from portal.interviews.effects import calendar_moves
from portal.interviews.effects.forms import CalendarMoveForm
from portal.web.access import admin_only
from portal.web.act import act
from portal.web.current import services
from portal.web.flashes import tell
from portal.wording import counted, verb

bp = Blueprint("calendar_interviews", __name__)
PATH = "/admin/integrations/microsoft-365/group-calendars/<calendar_id>/interviews"
Answer = Response | tuple[str, int]


@bp.get(PATH)
@admin_only
def ask(calendar_id: str) -> str:
    return _page(calendar_id, CalendarMoveForm())


@bp.post(PATH)
@admin_only
def move(calendar_id: str) -> Answer:
    form = CalendarMoveForm(request.form)
    try:
        form.check()
        removed = calendar_moves.move_and_remove(act(), calendar_id, to=form.to.data)
    except Invalid as refusal:
        return _page(calendar_id, form.refuse(refusal)), refusal.status
    except Conflict as refusal:
        return _page(calendar_id, form.refuse(Invalid(str(refusal)))), refusal.status
    tell(*retirement_texts.outcome(removed))
    if removed.is_retiring:
        return redirect(url_for("calendar_interviews.ask", calendar_id=calendar_id), 303)
    return redirect(url_for("group_calendars.all_calendars"), 303)


def _page(calendar_id: str, form: CalendarMoveForm) -> str:
    rows, now = services.rows, clock.utc_now()
    found = calendar_moves.on_calendar(rows, calendar_id, now=now)
    return render_template(
        "interviews/calendar.html",
        calendar=calendars.calendar(rows, calendar_id),
        others=[each for each in calendars.offered(rows) if each.id != calendar_id],
        interviews=found,
        left=retirement_texts.leaving(rows, [calendar_id], now=now)[calendar_id],
        nothing_left=retirement_texts.NOTHING_LEFT,
        told=len(set().union(*(each.addresses for each in found))),
        own=calendar_moves.OWN,
        whose=_whose(calendar_moves.organizers(found)),
        form=form,
    )


def _whose(counts: dict[str, int]) -> list[str]:
    return [
        f"{counted(count, 'interview')} {verb(count, 'goes', 'go')} to {name}'s calendar."
        for name, count in counts.items()
    ]
