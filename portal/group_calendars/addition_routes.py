"""Add a group calendar: find the group, see its checks, add it. For administrators."""

import math
import uuid

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal import clock
from portal.errors import Conflict, Invalid, NotFound, PortalError
from portal.flash_texts import Flash
from portal.graph.client import GraphClient
from portal.graph.errors import Gone, GraphError
from portal.group_calendars import access, additions, advice, check_texts, checks, lookup, store
from portal.group_calendars.additions import Added
from portal.group_calendars.flash_texts import GroupCalendarFlash
from portal.group_calendars.forms import AdditionForm
from portal.group_calendars.lookup import Found
from portal.group_calendars.models import Checks
from portal.group_calendars.references import reference
from portal.microsoft365.permissions import Feature
from portal.microsoft365.store import connection_of
from portal.users import store as users
from portal.users.models import User
from portal.web.access import admin_only
from portal.web.act import act
from portal.web.current import current_user, services
from portal.web.flashes import tell
from portal.web.forms import one_line, page_number
from portal.web.limits import limit

bp = Blueprint("group_calendar_additions", __name__)
BELOW = "/admin/integrations/microsoft-365/group-calendars"
LONGEST_PASTE = 2000
NOTHING_FOUND = Found((), None, has_more=False)


@bp.get(f"{BELOW}/new")
@admin_only
def new() -> Response:
    """Show the search. With words or a pasted reference, asks Microsoft for groups."""
    pasted = one_line(request.args, "group", longest=LONGEST_PASTE).strip()
    if not pasted:
        return _search_page()
    if access.lack(services.rows, _user()) is not None:
        return _search_page(pasted=pasted)
    try:
        group = lookup.group(services, _graph(), reference(pasted, tenant_id=_tenant_id()))
    except Invalid as refusal:
        return _search_page(pasted=pasted, complaint=str(refusal), status=refusal.status)
    except GraphError as refusal:
        return _search_page(pasted=pasted, refusal=refusal)
    return redirect(url_for("group_calendar_additions.show", group_id=group.group_id))


def _search_page(
    *,
    pasted: str = "",
    complaint: str = "",
    refusal: PortalError | None = None,
    status: int = 200,
) -> Response:
    search, page = one_line(request.args, "q").strip(), page_number(request.args)
    lack, found = access.lack(services.rows, _user()), NOTHING_FOUND
    if search and lack is None:
        try:
            found = lookup.search(_graph(), search, page=page)
        except GraphError as error:
            refusal = error
    html = render_template(
        "group_calendars/new.html",
        lack=lack,
        search=search,
        found=found,
        added={each.group_id for each in store.calendars(services.rows)},
        complaints={each.group_id: advice.name_complaint(each.name) for each in found.groups},
        pasted=pasted,
        complaint=complaint,
        refusal=str(refusal) if refusal else "",
        page=page,
        previous_url=url_for(".new", q=search, page=page - 1) if page > 1 else "",
        next_url=url_for(".new", q=search, page=page + 1) if found.has_more else "",
    )
    return _answer(html, refusal, status)


def _answer(html: str, refusal: PortalError | None, status: int = 200) -> Response:
    response = make_response(html, refusal.status if refusal else status)
    if refusal and refusal.retry_after is not None:
        response.headers["Retry-After"] = str(math.ceil(refusal.retry_after))
    return response


@bp.get(f"{BELOW}/new/<group_id>")
@admin_only
def show(group_id: str) -> Response:
    """Show the seven checks of one group. Asks Microsoft, and stores nothing of the answer."""
    if access.lack(services.rows, _user()) is not None:
        return _search_page()
    found = _checks(group_id)
    return found if isinstance(found, Response) else _checks_page(found)


def _checks(group_id: str) -> Checks | Response:
    """The checks as they are now, or the page that says why there are none."""
    try:
        known = str(uuid.UUID(group_id))
    except ValueError:
        raise NotFound from None
    try:
        return checks.check(_graph(), group_id=known, user=_user())
    except Gone:
        return _search_page(
            pasted=known, complaint=lookup.missing(services, known), status=NotFound.status
        )
    except GraphError as refusal:
        return _search_page(pasted=known, refusal=refusal)


def _checks_page(found: Checks, refusal: PortalError | None = None) -> Response:
    html = render_template(
        "group_calendars/checks.html",
        checks=found,
        rows=check_texts.shown(found.checks, found.name),
        advice=advice.advice(found),
        added=store.calendar_of_group(services.rows, found.group_id),
        default=store.default(services.rows),
        refusal=str(refusal) if refusal else "",
        now=clock.utc_now(),
    )
    return _answer(html, refusal)


@bp.post(BELOW)
@admin_only
def add() -> Response:
    """Check the group once more, and add its calendar if nothing failed."""
    form = AdditionForm(request.form)
    form.check()
    if access.lack(services.rows, _user()) is not None:
        return redirect(url_for(".new"), 303)
    found = _checks(form.group_id.data)
    if isinstance(found, Response):
        return found
    try:
        added = additions.add(act(), found, confirmed=form.confirmed.data)
    except (Conflict, Invalid) as refusal:
        return _checks_page(found, refusal)
    tell(*_now_holds(added))
    return redirect(url_for("group_calendars.all_calendars"), 303)


def _now_holds(added: Added) -> list[Flash]:
    said = [GroupCalendarFlash.ADDED.of(name=added.calendar.name)]
    if added.replaced:
        said.append(GroupCalendarFlash.DEFAULT_BEFORE.of(name=added.replaced.name))
    return said


def _graph() -> GraphClient:
    """A client by the connection of the administrator at this page."""
    limit(f"group-calendars:{current_user.id}", hits=60, seconds=600)
    return services.microsoft365.client_for(Feature.GROUP_CALENDARS, current_user.id)


def _user() -> User:
    return users.user(services.rows, current_user.id)


def _tenant_id() -> str:
    connection = connection_of(services.rows, current_user.id)
    return connection.tenant_id if connection else ""
