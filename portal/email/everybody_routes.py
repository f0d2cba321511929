"""What an administrator asks of everybody's mailbox."""

from flask import Blueprint, flash, redirect, url_for
from werkzeug.wrappers import Response

from portal.clock import utc_now
from portal.email import mailboxes
from portal.web.access import admin_only
from portal.web.current import actor, current_user, services
from portal.web.limits import limit

bp = Blueprint("everybody", __name__)


@bp.post("/admin/integrations/microsoft-365/aliases/refresh")
@admin_only
def refresh_aliases() -> Response:
    limit(f"aliases:{current_user.id}", hits=5, seconds=900)
    count = mailboxes.ask_for_aliases(services.db, actor=actor(), now=utc_now())
    people = "1 person" if count == 1 else f"{count:,} people"
    flash(f"The aliases of {people} are read from the directory now.", "success")
    return redirect(url_for("integrations.microsoft_365"), 303)
