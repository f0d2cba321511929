"""Meeting rooms: the list, today's free times and the delegate."""

import math

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal import clock
from portal.calendars import delegates, overview, presentation, room_times, rooms, store
from portal.calendars.busy import Day, Times
from portal.calendars.flash_texts import RoomFlash
from portal.calendars.forms import DelegateForm
from portal.calendars.models import Room
from portal.calendars.presentation import Scale, Shown
from portal.errors import Conflict, PortalError, TooMany
from portal.flash_texts import ERROR
from portal.graph.errors import GraphError
from portal.web.access import admin_only
from portal.web.act import act
from portal.web.current import current_user, services
from portal.web.flashes import tell, tell_refusal
from portal.web.forms import one_line, page_number
from portal.web.limits import limit
from portal.web.templating import zone

bp = Blueprint("calendars", __name__)
PLACE = "integrations.microsoft_365"
ON_A_PAGE = 40
MOST_LEFT_OUT = 100
MOST_FOUND = 20


@bp.get("/admin/integrations/microsoft-365/rooms")
@admin_only
def all_rooms() -> Response:
    return _page(_rooms())


@bp.post("/admin/integrations/microsoft-365/rooms")
@admin_only
def today() -> Response:
    """Show today's free times. Asks Microsoft and stores nothing of the answer."""
    some = _rooms()
    now = clock.utc_now()
    day = Day.of(now, zone())
    try:
        limit(f"rooms:{current_user.id}", hits=30, seconds=600)
        times = room_times.times_within(services.rows, services.microsoft365, some[:ON_A_PAGE], day)
    except (GraphError, Conflict, TooMany) as refusal:
        return _page(some, refusal=refusal)
    scale = presentation.scale_of(times.values(), day)
    shown = [
        presentation.shown(room, times.get(room.id, Times()), scale, now=now)
        for room in some[:ON_A_PAGE]
    ]
    return _page(some, shown=shown, scale=scale)


def _rooms() -> list[Room]:
    page = page_number(request.args)
    return store.rooms(services.rows, limit=ON_A_PAGE + 1, offset=(page - 1) * ON_A_PAGE)


def _page(
    some: list[Room],
    *,
    shown: list[Shown] | None = None,
    scale: Scale | None = None,
    refusal: PortalError | None = None,
) -> Response:
    page = page_number(request.args)
    html = render_template(
        "calendars/rooms.html",
        rooms=some[:ON_A_PAGE],
        shown=shown,
        scale=scale,
        now=clock.utc_now(),
        left_out=store.left_out(services.rows, limit=MOST_LEFT_OUT),
        overview=overview.overview(services.rows),
        refusal=str(refusal) if refusal else "",
        here=url_for("calendars.today", page=page),
        previous_url=url_for("calendars.all_rooms", page=page - 1) if page > 1 else "",
        next_url=url_for("calendars.all_rooms", page=page + 1) if len(some) > ON_A_PAGE else "",
    )
    response = make_response(html, refusal.status if refusal else 200)
    if refusal and refusal.retry_after is not None:
        response.headers["Retry-After"] = str(math.ceil(refusal.retry_after))
    return response


@bp.post("/admin/integrations/microsoft-365/rooms/refresh")
@admin_only
def refresh() -> Response:
    rooms.refresh_now(
        act(),
    )
    tell(RoomFlash.READ_AGAIN)
    return redirect(url_for(PLACE, _anchor="rooms"), 303)


@bp.get("/admin/integrations/microsoft-365/rooms/delegate")
@admin_only
def choose() -> str:
    search = one_line(request.args, "q")
    found = store.eligible_people(services.rows, search=search, limit=MOST_FOUND + 1)
    return render_template(
        "calendars/delegate.html",
        people=found[:MOST_FOUND],
        has_more=len(found) > MOST_FOUND,
        search=search,
        delegate=store.delegate(services.rows),
        lacking=overview.roles_lacking(services.rows),
    )


@bp.get("/admin/integrations/microsoft-365/rooms/deputy")
@admin_only
def choose_deputy() -> str:
    search = one_line(request.args, "q")
    found = store.eligible_people(services.rows, search=search, limit=MOST_FOUND + 1)
    delegate = store.delegate(services.rows)
    return render_template(
        "calendars/deputy.html",
        people=[each for each in found if delegate is None or each.id != delegate.person.id],
        has_more=len(found) > MOST_FOUND,
        search=search,
        delegate=delegate,
        deputy=store.deputy(services.rows),
        may_remove=not overview.overview(services.rows).deputy_acts,
    )


@bp.post("/admin/integrations/microsoft-365/rooms/deputy")
@admin_only
def set_deputy() -> Response:
    form = DelegateForm(request.form)
    form.check()
    try:
        person = delegates.choose_deputy(act(), form.user_id.data)
    except Conflict as refusal:
        tell_refusal(refusal, ERROR)
        return redirect(url_for("calendars.choose"), 303)
    if overview.overview(services.rows).deputy_acts:
        tell(RoomFlash.ASKED_AS.of(name=person.name))
    else:
        tell(RoomFlash.DEPUTY_CHOSEN.of(name=person.name))
    return redirect(url_for(PLACE, _anchor="room-delegate"), 303)


@bp.post("/admin/integrations/microsoft-365/rooms/deputy/removal")
@admin_only
def remove_deputy() -> Response:
    try:
        person = delegates.remove_deputy(act())
    except Conflict as refusal:
        tell_refusal(refusal, ERROR)
    else:
        removed = RoomFlash.DEPUTY_REMOVED
        tell(removed.of(name=person.name) if person else RoomFlash.NO_DEPUTY)
    return redirect(url_for(PLACE, _anchor="room-delegate"), 303)


@bp.post("/admin/integrations/microsoft-365/rooms/delegate")
@admin_only
def set_delegate() -> Response:
    form = DelegateForm(request.form)
    form.check()
    person = delegates.choose(act(), form.user_id.data)
    tell(RoomFlash.ASKED_AS.of(name=person.name))
    return redirect(url_for(PLACE, _anchor="room-delegate"), 303)
