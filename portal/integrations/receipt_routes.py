"""The consent receipt as a page and as a download for a security review."""

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from portal import clock
from portal.audit.actions import Action
from portal.integrations import receipt
from portal.microsoft365 import authorization_store, hindrances
from portal.web.access import admin_only
from portal.web.act import act
from portal.web.current import current_user, services
from portal.web.downloads import csv_download
from portal.web.limits import limit
from portal.web.proof.fresh_sign_in import require_fresh_sign_in

bp = Blueprint("receipt", __name__)
FILE = "consent-receipt.csv"
HEADER = (
    *("permission", "kind", "powers", "what is read", "what is stored"),
    *("asked by", "holds since", "route", "last used"),
)


@bp.get("/admin/integrations/microsoft-365/consent-receipt")
@admin_only
def page() -> str:
    return render_template(
        "integrations/receipt.html",
        rows=receipt.rows(services.rows),
        changes=receipt.changes(services.rows),
        hindrance=hindrances.consent_lost(services.rows),
        mailboxes=authorization_store.count_mailboxes_to_open(services.rows),
        now=clock.utc_now(),
        issued_by=current_user.display_name,
    )


@bp.post("/admin/integrations/microsoft-365/consent-receipt/export")
@admin_only
def export() -> Response:
    require_fresh_sign_in("Download the consent receipt?", back="receipt.page")
    limit(f"receipt-export:{current_user.id}", hits=20, seconds=600)
    answer = csv_download(FILE, HEADER, map(_cells, receipt.rows(services.rows)))
    with services.rows.write():
        act().record(
            Action.CONSENT_RECEIPT_EXPORTED,
            FILE,
        )
    return answer


def _cells(row: receipt.Row) -> tuple[object, ...]:
    return (
        row.permission,
        row.kind,
        row.powers,
        row.reads,
        row.stores,
        row.asked_by or "nobody",
        clock.text(row.holds_since) if row.holds_since else None,
        row.route,
        _last_used(row),
    )


def _last_used(row: receipt.Row) -> object:
    """A person's connection knows the moment, the organization's consent the day."""
    return clock.text(row.last_used_at) if row.last_used_at else row.last_used_on
