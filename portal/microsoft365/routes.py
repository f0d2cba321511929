"""A person's Microsoft 365 settings: status, approval by an administrator, revocation."""

from flask import Blueprint, flash, redirect, render_template
from flask import url_for as url
from werkzeug.wrappers import Response

from portal import clock
from portal.entra.errors import Outcome
from portal.microsoft365 import addresses, connections
from portal.microsoft365.permissions import (
    explained,
    scopes_needed,
)
from portal.microsoft365.status import in_the_way, standing_of
from portal.subscriptions import subscriptions
from portal.web.access import signed_in
from portal.web.act import act
from portal.web.current import current_user, services

bp = Blueprint("microsoft365", __name__)

CLOSING_SECONDS = 5.0


@bp.get("/settings/microsoft-365")
@signed_in
def settings() -> str:
    standing = standing_of(services.rows, current_user.id, now=clock.utc_now())
    return render_template(
        "microsoft365/settings.html",
        standing=standing,
        hindrance=in_the_way(services.rows, is_configured=services.microsoft365.is_configured),
        is_practice=services.config.test_mode,
    )


@bp.get("/settings/microsoft-365/approval")
@signed_in
def approval() -> str:
    return render_template(
        "microsoft365/approval.html",
        approval_link=addresses.approval_link(services.config, services.microsoft365),
        permissions=explained(scopes_needed()),
    )


@bp.post("/settings/microsoft-365/revocation")
@signed_in
def revoke() -> Response:
    revoked = connections.revoke(
        act(),
        current_user.id,
    )
    if revoked is None:
        flash("There is no connection to revoke.", "warning")
        return redirect(url("microsoft365.settings"), 303)
    token = connections.last_token(services.vault, revoked.connection)
    if token is not None and revoked.microsoft_ids:
        graph = services.microsoft365.client_with(
            token, revoked.connection.object_id, patience=CLOSING_SECONDS
        )
        subscriptions.close(graph, revoked.microsoft_ids)
    return redirect(url("flows.outcome", kind=Outcome.REVOKED.value), 303)
