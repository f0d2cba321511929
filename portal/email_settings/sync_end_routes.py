"""Pages that end email sync or revoke a connection, and offer to remove the mail in one step."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal import clock
from portal.email_settings import sync_end
from portal.email_settings.flash_texts import EmailSettingsFlash
from portal.email_settings.forms import RevocationForm
from portal.entra.errors import Outcome
from portal.flash_texts import Flash
from portal.microsoft365 import connections
from portal.microsoft365.status import standing_of
from portal.shared_mailboxes.account_routes import page_account
from portal.subscriptions import subscriptions
from portal.web.access import signed_in
from portal.web.act import act
from portal.web.current import current_user, services
from portal.web.flashes import tell
from portal.wording import counted_or_no

bp = Blueprint("sync_end", __name__)

CLOSING_SECONDS = 5.0


@bp.get("/settings/email/sync")
@signed_in
def choose() -> str:
    """Say what stays visible once sync is off, and offer to remove it."""
    account = page_account()
    return render_template(
        "email_settings/sync_end.html",
        account=account,
        staying=sync_end.staying(services.rows, account.id),
    )


@bp.get("/settings/microsoft-365/revocation")
@signed_in
def revocation() -> str:
    return render_template(
        "email_settings/revocation.html",
        standing=standing_of(services.rows, current_user.id, now=clock.utc_now()),
        staying=sync_end.staying(services.rows, current_user.id),
    )


@bp.post("/settings/microsoft-365/revocation")
@signed_in
def revoke() -> Response:
    form = RevocationForm(request.form)
    form.check()
    revoked = connections.revoke(act(), current_user.id)
    if form.ends_sync:
        removed = sync_end.turn_off(act(), current_user.id, removes=form.removes)
        tell(what_holds_off("Your mailbox", removed))
    if revoked is None:
        tell(EmailSettingsFlash.NOT_CONNECTED)
        return redirect(url_for("microsoft365.settings"), 303)
    token = connections.last_token(services.vault, revoked.connection)
    if token is not None and revoked.microsoft_ids:
        graph = services.microsoft365.client_with(
            token, revoked.connection.object_id, patience=CLOSING_SECONDS
        )
        subscriptions.close(graph, revoked.microsoft_ids)
    return redirect(url_for("flows.outcome", kind=Outcome.REVOKED.value), 303)


def what_holds_off(mailbox: str, removed: int | None) -> Flash:
    if removed is None:
        return EmailSettingsFlash.OFF.of(mailbox=mailbox)
    messages = counted_or_no(removed, "message")
    return EmailSettingsFlash.OFF_AND_REMOVED.of(mailbox=mailbox, messages=messages)
