"""The candidates who brought mail out of a person's mailbox, and what its owner does about them."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.audit.models import AuditedCandidate
from portal.conversations import visibility
from portal.conversations.texts import told_hidden, told_shown_again
from portal.errors import NotFound
from portal.privacy import never_sync
from portal.privacy_settings import store
from portal.privacy_settings.flash_texts import PrivacyFlash
from portal.shared_mailboxes.account_routes import page_account
from portal.web.access import signed_in
from portal.web.act import act
from portal.web.current import current_user, services
from portal.web.flashes import tell
from portal.web.forms import page_number

bp = Blueprint("brought", __name__)

PAGE_SIZE = 50


@bp.get("/settings/email/candidates")
@signed_in
def candidates_brought() -> str:
    """Tell owners which candidates brought mail out of their mailbox, and who added them."""
    number = page_number(request.args)
    found = store.brought(
        services.rows,
        page_account().id,
        limit=PAGE_SIZE + 1,
        offset=(number - 1) * PAGE_SIZE,
    )
    if number > 1 and not found:
        raise NotFound
    return render_template(
        "privacy_settings/brought.html",
        account=page_account(),
        candidates=found[:PAGE_SIZE],
        page_number=number,
        previous_url=_brought_url(number - 1) if number > 1 else "",
        next_url=_brought_url(number + 1) if len(found) > PAGE_SIZE else "",
    )


def _brought_url(number: int) -> str:
    return url_for("brought.candidates_brought", page=number)


@bp.post("/settings/email/candidates/<candidate_id>/never-sync")
@signed_in
def never_sync_candidate(candidate_id: str) -> Response:
    """Put every address of a candidate on one's own list."""
    found = store.addresses_brought(services.rows, page_account().id, candidate_id)
    if not found:
        raise NotFound
    added = [never_sync.add(act(), each, owner=page_account().id) for each in found]
    names = ", ".join(each.label for each in added)
    tell(PrivacyFlash.LISTED.of(label=names, where=page_account().called))
    if len(added) == 1:
        return redirect(url_for("privacy_settings.own_entry", entry_id=added[0].id), 303)
    return redirect(url_for("privacy_settings.own_list"), 303)


@bp.post("/settings/email/candidates/<candidate_id>/hiding")
@signed_in
def hide_candidate(candidate_id: str) -> Response:
    """Hide every conversation with a candidate that one's own mailbox brought."""
    message_ids = _conversations_with(candidate_id)
    count = visibility.hide(
        act(), message_ids, by=page_account().id, candidate=AuditedCandidate(candidate_id)
    )
    tell(told_hidden(count))
    return redirect(_page_with(candidate_id), 303)


def _conversations_with(candidate_id: str) -> list[str]:
    """The Message-IDs of mail with a candidate. NotFound if there are none."""
    found = store.messages_brought(
        services.rows, page_account().id, candidate_id, viewer=current_user.id
    )
    if not found:
        raise NotFound
    return found


def _page_with(candidate_id: str) -> str:
    """The page that the person was on, at the row of the candidate."""
    number = page_number(request.args)
    return url_for(
        "brought.candidates_brought",
        page=number if number > 1 else None,
        _anchor=f"candidate-{candidate_id}",
    )


@bp.post("/settings/email/candidates/<candidate_id>/showing")
@signed_in
def show_candidate(candidate_id: str) -> Response:
    message_ids = _conversations_with(candidate_id)
    shown = visibility.show_again(
        act(), message_ids, by=[page_account().id], candidate=AuditedCandidate(candidate_id)
    )
    tell(told_shown_again(shown))
    return redirect(_page_with(candidate_id), 303)
