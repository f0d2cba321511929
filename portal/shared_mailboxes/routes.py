"""The pages on which administrators add shared mailboxes, choose their owners and remove them."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.email import removal, removal_store
from portal.errors import Conflict, Invalid, PortalError
from portal.flash_texts import Flash, FlashText
from portal.shared_mailboxes import additions, entries, store
from portal.shared_mailboxes.flash_texts import SharedMailboxFlash
from portal.shared_mailboxes.models import Entry, SharedMailbox
from portal.web.access import admin_only
from portal.web.act import act
from portal.web.current import current_user, services
from portal.web.flashes import tell
from portal.web.forms import one_line
from portal.web.limits import limit
from portal.wording import counted_or_no

bp = Blueprint("shared_mailboxes", __name__)
BELOW = "/admin/privacy/shared-mailboxes"
MOST_OWNERS = 200

Answer = Response | tuple[str, int]


@bp.get(BELOW)
@admin_only
def mailboxes() -> Answer | str:
    """List the shared mailboxes. With a search, asks Microsoft."""
    words = one_line(request.args, "q").strip()
    found, refusal = _found(words)
    page = render_template(
        "shared_mailboxes/list.html",
        mailboxes=store.mailboxes(services.rows),
        words=words,
        found=found,
        refusal=str(refusal or ""),
    )
    return (page, refusal.status) if refusal else page


def _found(words: str) -> tuple[list[Entry], PortalError | None]:
    if not words:
        return [], None
    try:
        limit(f"shared-mailboxes:{current_user.id}", hits=60, seconds=600)
        return entries.search(services, words), None
    except PortalError as refusal:
        return [], refusal


@bp.get(f"{BELOW}/entries/<object_id>")
@admin_only
def confirm(object_id: str) -> Answer | str:
    """Say whose mail would be read, before anything is added."""
    return _confirm_page(object_id)


def _confirm_page(object_id: str, refusal: PortalError | None = None) -> Answer | str:
    try:
        entry = _inspected(object_id)
    except PortalError as error:
        return _refused(error)
    known = store.mailbox_with(services.rows, object_id)
    page = render_template(
        "shared_mailboxes/confirm.html",
        entry=entry,
        people=additions.offered_owners(services.rows, known),
        ticked=_ticked() if refusal else [each.user_id for each in known.owners] if known else [],
        refusal=str(refusal or ""),
    )
    return (page, refusal.status) if refusal else page


def _inspected(object_id: str) -> Entry:
    limit(f"shared-mailboxes:{current_user.id}", hits=60, seconds=600)
    return entries.inspect(services, object_id)


def _refused(error: PortalError) -> Answer:
    page = render_template(
        "shared_mailboxes/list.html",
        mailboxes=store.mailboxes(services.rows),
        words="",
        found=[],
        refusal=str(error),
    )
    return page, error.status


@bp.post(f"{BELOW}/entries/<object_id>")
@admin_only
def add(object_id: str) -> Answer | str:
    try:
        entry = _inspected(object_id)
    except PortalError as error:
        return _refused(error)
    try:
        added = additions.add(
            act(), entry, owners=_ticked(), is_confirmed=request.form.get("confirmed") == "1"
        )
    except Conflict as refusal:
        return _refused(refusal)
    except Invalid as refusal:
        return _confirm_page(object_id, refusal)
    said = SharedMailboxFlash.ADDED.of(address=added.address)
    tell(said, _what_holds(added, is_closed=entry.is_closed))
    return redirect(url_for("shared_mailboxes.mailbox", account_id=added.account_id), 303)


def _what_holds(added: SharedMailbox, *, is_closed: bool) -> FlashText | Flash:
    if added.is_syncing and is_closed:
        return SharedMailboxFlash.READ_ONCE_OPEN
    if added.is_syncing and added.is_read:
        return SharedMailboxFlash.READ
    return SharedMailboxFlash.STATE.of(state=added.state)


def _ticked() -> list[str]:
    return request.form.getlist("owner")[:MOST_OWNERS]


@bp.get(f"{BELOW}/<account_id>")
@admin_only
def mailbox(account_id: str) -> str:
    return _mailbox_page(account_id)


def _mailbox_page(account_id: str, refusal: str = "") -> str:
    known = store.mailbox(services.rows, account_id)
    return render_template(
        "shared_mailboxes/mailbox.html",
        mailbox=known,
        people=additions.offered_owners(services.rows, known),
        kept=removal_store.count_only_from_person(services.rows, account_id),
        decides=any(each.user_id == current_user.id for each in known.owners),
        refusal=refusal,
    )


@bp.post(f"{BELOW}/<account_id>/owners")
@admin_only
def change_owners(account_id: str) -> Answer:
    try:
        changed = additions.change_owners(act(), account_id, _ticked())
    except Invalid as refusal:
        return _mailbox_page(account_id, str(refusal)), refusal.status
    names = ", ".join(each.name for each in changed.owners)
    tell(SharedMailboxFlash.OWNERS.of(address=changed.address, names=names))
    return redirect(url_for("shared_mailboxes.mailbox", account_id=account_id), 303)


@bp.post(f"{BELOW}/<account_id>/removal")
@admin_only
def remove(account_id: str) -> Answer:
    removed = additions.remove(act(), account_id)
    tell(SharedMailboxFlash.NOT_READ.of(address=removed.address))
    return redirect(url_for("shared_mailboxes.mailbox", account_id=account_id), 303)


@bp.post(f"{BELOW}/<account_id>/mail/removal")
@admin_only
def remove_mail(account_id: str) -> Answer:
    """Remove what only this mailbox brought, once it is no longer read."""
    known = store.mailbox(services.rows, account_id)
    if known.is_enabled:
        raise Conflict("Remove the mailbox first. While it is read, its owners decide.")
    count = removal.remove_mailbox_mail(act(), account_id)
    tell(SharedMailboxFlash.REMOVED.of(messages=counted_or_no(count, "message")))
    return redirect(url_for("shared_mailboxes.mailbox", account_id=account_id), 303)
