"""The page about the member by whose own permission a shared mailbox is read."""

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from portal.clock import utc_now
from portal.errors import Conflict, NotFound
from portal.flows import departure
from portal.flows.models import FlowKind
from portal.flows.single_use import new_flow
from portal.microsoft365 import authorization_store, authorizations, status
from portal.microsoft365.permissions import explained
from portal.shared_mailboxes import store
from portal.shared_mailboxes.flash_texts import SharedMailboxFlash
from portal.shared_mailboxes.models import SharedMailbox
from portal.web.access import signed_in
from portal.web.act import act
from portal.web.current import current_user, services
from portal.web.flashes import tell
from portal.web.limits import limit
from portal.web.security import session_hash

bp = Blueprint("shared_mailbox_reader", __name__)
PLACE = "/settings/shared-mailboxes/<account_id>/reader"


@bp.get(PLACE)
@signed_in
def page(account_id: str) -> str:
    """Say who reads the mailbox, since when, and what happens when they leave."""
    mailbox = _mailbox(account_id, for_reader=True)
    return render_template(
        "shared_mailboxes/reader.html",
        mailbox=mailbox,
        decides=_decides(account_id),
        is_owner=any(each.user_id == current_user.id for each in mailbox.deciders),
    )


def _mailbox(account_id: str, *, for_reader: bool = False) -> SharedMailbox:
    """A mailbox that is read. Exists for administrators and its owners, or also its reader."""
    reads = for_reader and authorization_store.reads_mailbox(
        services.rows, account_id, current_user.id
    )
    if not (reads or _decides(account_id)):
        raise NotFound
    return store.mailbox(services.rows, account_id)


def _decides(account_id: str) -> bool:
    """Whether this person may choose who reads the mailbox."""
    rows = services.rows
    return authorization_store.readable_shared(rows, account_id, current_user.id) is not None


@bp.post(PLACE)
@signed_in
def read_as_me(account_id: str) -> str:
    """The page before Microsoft is asked for the permission to read it as this person."""
    mailbox = _mailbox(account_id)
    limit(f"connect:{current_user.id}", hits=20, seconds=600)
    is_configured = services.microsoft365.is_configured
    hindrance = status.in_the_way(services.rows, is_configured=is_configured)
    if hindrance or mailbox.is_read_by_organization:
        raise Conflict(hindrance or "Your organization's consent opens this mailbox already.")
    flow = new_flow(
        FlowKind.SHARED_MAILBOX,
        user_id=current_user.id,
        wished=("shared_mailbox_reader.page", {"account_id": account_id}),
    )
    address = departure.sign_in_address(
        services,
        flow,
        session_hash=session_hash(),
        now=utc_now(),
        login_hint=current_user.user_name or current_user.address,
    )
    return render_template(
        "flows/leaving.html",
        address=address,
        state=departure.state_in(address),
        permissions=explained(departure.asked_for(services.rows, flow)),
        back=url_for("shared_mailbox_reader.page", account_id=account_id),
    )


@bp.post(f"{PLACE}/end")
@signed_in
def end(account_id: str) -> Response:
    """End the use of a member's permission. The member may end it who decides nothing else."""
    mailbox = _mailbox(account_id, for_reader=True)
    authorizations.end_reading(act(), account_id, mailbox.label)
    tell(SharedMailboxFlash.NO_READER.of(address=mailbox.address))
    if not _decides(account_id):
        return redirect(url_for("microsoft365.settings"), 303)
    return redirect(url_for("shared_mailbox_reader.page", account_id=account_id), 303)
