"""The page where an administrator chooses the people to import."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.directory import choice, choice_store, groups, jobs, recruits
from portal.directory import store as directory_store
from portal.directory.flash_texts import DirectoryFlash
from portal.directory.forms import WhomForm
from portal.directory.group_access import group_access
from portal.directory.models import FoundGroup, Previewed, Whom
from portal.errors import PortalError
from portal.web.access import admin_only
from portal.web.act import act
from portal.web.current import current_user, services
from portal.web.flashes import tell
from portal.web.forms import one_line, page_number
from portal.web.limits import limit
from portal.wording import counted

bp = Blueprint("choice", __name__)
BELOW = "/admin/integrations/microsoft-365/user-sync/choice"
ON_A_PAGE = 100


@bp.get(BELOW)
@admin_only
def show() -> str:
    """Show the proposed choice and its effect. With a search for groups, asks Microsoft."""
    search, page = one_line(request.args, "q"), page_number(request.args)
    known = choice_store.choice(services.rows)
    found, has_more, refusal = _groups(known.proposed, search, page)
    people = _people(known.proposed, search, page)
    return render_template(
        "users/choice.html",
        choice=known,
        whoms=list(Whom),
        search=search,
        found=found,
        refusal=refusal,
        access=group_access(services.rows),
        people=people[:ON_A_PAGE],
        effect=choice_store.effect(services.rows, _tenant_id()),
        differences=choice_store.differences(services.rows, _tenant_id(), limit=ON_A_PAGE),
        previous_url=_url(search, page - 1) if page > 1 else "",
        next_url=_url(search, page + 1) if has_more or len(people) > ON_A_PAGE else "",
        page=page,
    )


def _groups(whom: Whom, search: str, page: int) -> tuple[list[FoundGroup], bool, str]:
    """The groups found, whether more follow, and why nothing could be asked."""
    if whom is not Whom.GROUPS or not search:
        return [], False, ""
    limit(f"groups:{current_user.id}", hits=60, seconds=600)
    try:
        graph, _ = jobs.speaker(services)
        return *groups.search(graph, search, page=page), ""
    except PortalError as error:
        return [], False, str(error)


def _people(whom: Whom, search: str, page: int) -> list[Previewed]:
    if whom is not Whom.PEOPLE:
        return []
    return choice_store.choosable(
        services.rows,
        _tenant_id(),
        search=search,
        limit=ON_A_PAGE + 1,
        offset=(page - 1) * ON_A_PAGE,
    )


def _tenant_id() -> str:
    return directory_store.state(services.rows).tenant_id or ""


def _url(search: str, page: int) -> str:
    return url_for("choice.show", q=search or None, page=page)


@bp.post(BELOW)
@admin_only
def propose() -> Response:
    form = WhomForm(request.form)
    form.check()
    choice.propose(act(), Whom(form.whom.data))
    return redirect(url_for("choice.show"), 303)


@bp.post(f"{BELOW}/groups/<object_id>")
@admin_only
def add_group(object_id: str) -> Response:
    """Add a group to the proposal. Reads its members, to show what it would change."""
    limit(f"groups:{current_user.id}", hits=60, seconds=600)
    graph, _ = jobs.speaker(services)
    found = groups.group(graph, object_id)
    choice.propose_group(act(), found)
    known = choice.read_group(act(), graph, found.object_id)
    if known.failure:
        tell(DirectoryFlash.GROUP_UNREAD.of(failure=known.failure))
    else:
        people = counted(known.count, "person")
        tell(DirectoryFlash.GROUP_ADDED.of(name=known.name, people=people))
    return redirect(url_for("choice.show"), 303)


@bp.post(f"{BELOW}/groups/<object_id>/removal")
@admin_only
def remove_group(object_id: str) -> Response:
    group = choice.withdraw_group(act(), object_id)
    tell(DirectoryFlash.GROUP_REMOVED.of(name=group.name))
    return redirect(url_for("choice.show"), 303)


@bp.post(f"{BELOW}/people")
@admin_only
def set_people() -> Response:
    """Take the ticks of one page of people."""
    shown, chosen, ticked = (
        request.form.getlist(name)[:ON_A_PAGE] for name in ("shown", "chosen", "recruits")
    )
    choice.propose_people(act(), shown=shown, ticked=chosen)
    recruits.propose_recruits(act(), shown=shown, ticked=ticked)
    return redirect(_url(one_line(request.args, "q"), page_number(request.args)), 303)


@bp.post(f"{BELOW}/acceptance")
@admin_only
def accept() -> Response:
    waits = choice_store.choice(services.rows).has_proposal
    choice.accept(act())
    later = [DirectoryFlash.NEXT_RUN_APPLIES] if waits else []
    tell(DirectoryFlash.CHOICE_HOLDS, *later)
    return redirect(url_for("directory.preview"), 303)


@bp.post(f"{BELOW}/withdrawal")
@admin_only
def discard() -> Response:
    choice.discard(act())
    tell(DirectoryFlash.CHOICE_KEPT)
    return redirect(url_for("choice.show"), 303)
