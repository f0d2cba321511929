"""User sync on the Microsoft 365 page: switches, preview, decisions and authorization."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.directory import apply_store as settling_store
from portal.directory import choice_store, recruits, shared_mailboxes
from portal.directory import settings as user_sync
from portal.directory import store as directory_store
from portal.directory.flash_texts import DirectoryFlash
from portal.errors import Conflict, NotFound
from portal.flash_texts import Flash, FlashText
from portal.microsoft365 import authorizations
from portal.users.models import LeftOut
from portal.web.access import admin_only
from portal.web.act import act
from portal.web.current import current_user, services
from portal.web.flashes import tell
from portal.web.forms import SwitchForm, page_number
from portal.web.limits import limit
from portal.wording import counted, number, verb

bp = Blueprint("directory", __name__)
PLACE = "integrations.microsoft_365"
BELOW = "/admin/integrations/microsoft-365/user-sync"
ON_A_PAGE = 100


@bp.post(f"{BELOW}/switches/<name>")
@admin_only
def set_switch(name: str) -> Response:
    form = SwitchForm(request.form)
    form.check()
    if name not in user_sync.SWITCHES:
        raise NotFound
    user_sync.set_switch(
        act(),
        name,
        on=form.wants_on,
    )
    return _back(DirectoryFlash.STATE.of(meaning=user_sync.overview(services.rows).meaning))


@bp.post(f"{BELOW}/look")
@admin_only
def look() -> Response:
    limit(f"user-sync:{current_user.id}", hits=10, seconds=600)
    if not directory_store.may_sync(services.rows):
        raise Conflict("User sync is turned off, or nobody has authorized it.")
    user_sync.ask(
        act(),
    )
    return _back(DirectoryFlash.READING)


@bp.get(BELOW)
@admin_only
def preview() -> str:
    """Show who would be imported, or who is left out for one reason."""
    page, reason = page_number(request.args), _reason()
    sync = user_sync.overview(services.rows)
    start = (page - 1) * ON_A_PAGE
    if reason is None:
        tenant_id = sync.directory.tenant_id or ""
        found = settling_store.coming(services.rows, tenant_id, limit=ON_A_PAGE + 1, offset=start)
    else:
        found = settling_store.left_out(services.rows, reason, limit=ON_A_PAGE + 1, offset=start)
    return render_template(
        "users/directory.html",
        sync=sync,
        people=found[:ON_A_PAGE],
        reason=reason,
        page=page,
        waits=choice_store.choice(services.rows).is_changed,
        doubts=settling_store.doubts(services.rows, limit=ON_A_PAGE),
        previous_url=_page(reason, page - 1) if page > 1 else "",
        next_url=_page(reason, page + 1) if len(found) > ON_A_PAGE else "",
    )


def _reason() -> LeftOut | None:
    wanted = request.args.get("left_out", "")
    return LeftOut(wanted) if wanted in [*LeftOut] else None


def _page(reason: LeftOut | None, page: int) -> str:
    return url_for("directory.preview", left_out=reason.value if reason else None, page=page)


@bp.post(f"{BELOW}/entries/<object_id>/shared")
@admin_only
def set_shared(object_id: str) -> Response:
    """Tell a shared mailbox that has a license from a person, or take that back."""
    form = SwitchForm(request.form)
    form.check()
    label = shared_mailboxes.set_shared(act(), object_id, shared=form.wants_on)
    if form.wants_on:
        tell(DirectoryFlash.SHARED.of(name=label))
    else:
        tell(DirectoryFlash.PERSON_AGAIN.of(name=label))
    return redirect(url_for("directory.preview"), 303)


@bp.post(f"{BELOW}/recruits")
@admin_only
def set_recruits() -> Response:
    """Save the ticks of one page of the list. After the import they are looked through first."""
    if directory_store.state(services.rows).is_imported:
        return _propose_recruits()
    changed = _save_ticks()
    count = user_sync.overview(services.rows).recruits
    said = DirectoryFlash.RECRUITS if changed else DirectoryFlash.RECRUITS_AS_BEFORE
    recruit = verb(count, "recruits", "recruit")
    tell(said.of(people=counted(count, "person"), recruit=recruit))
    return redirect(url_for("directory.preview", page=page_number(request.args)), 303)


def _save_ticks() -> int:
    shown, ticked = _ticks()
    return recruits.set_recruits(act(), shown=shown, ticked=ticked)


def _ticks() -> tuple[list[str], list[str]]:
    """The entries that the page showed, and those of them that are ticked."""
    shown, ticked = (request.form.getlist(name)[:ON_A_PAGE] for name in ("shown", "recruits"))
    return shown, ticked


def _propose_recruits() -> Response:
    shown, ticked = _ticks()
    recruits.propose_recruits(act(), shown=shown, ticked=ticked)
    if choice_store.choice(services.rows).is_changed:
        return redirect(url_for("choice.show", _anchor="effect"), 303)
    tell(DirectoryFlash.AS_BEFORE)
    return redirect(url_for("directory.preview", page=page_number(request.args)), 303)


@bp.post(f"{BELOW}/import")
@admin_only
def import_people() -> Response:
    """Import with the ticks of the page whose button was pressed."""
    _save_ticks()
    if user_sync.overview(services.rows).directory.is_imported:
        return _back(DirectoryFlash.IMPORTED_BEFORE)
    count = user_sync.import_people(
        act(),
    )
    members = user_sync.overview(services.rows).new_recruits
    return _back(
        DirectoryFlash.IMPORTING.of(
            people=counted(count, "person"),
            members=number(members),
            recruit=verb(members, "recruits", "recruit"),
        )
    )


@bp.post(f"{BELOW}/decision")
@admin_only
def decide() -> Response:
    expected = request.form.get("expected", "")
    wanted = request.form.get("decision", "")
    if wanted not in ("disable", "keep") or not expected.isdecimal() or len(expected) > 9:
        raise Conflict("Please choose again: nothing was decided.")
    count = user_sync.decide(
        act(),
        disables=wanted == "disable",
        expected=int(expected),
    )
    people, stay = counted(count, "person"), verb(count, "stays", "stay")
    if wanted == "disable":
        return _back(DirectoryFlash.DISABLING.of(people=people))
    return _back(DirectoryFlash.KEEPING.of(people=people, stay=stay))


@bp.post(f"{BELOW}/authorization/withdrawal")
@admin_only
def withdraw_authorization() -> Response:
    authorizations.withdraw(
        act(),
    )
    return _back(DirectoryFlash.NOT_AUTHORIZED)


def _back(said: FlashText | Flash) -> Response:
    tell(said)
    return redirect(url_for(PLACE), 303)
