"""Removing mail, and everybody's aliases."""

from flask import Blueprint, flash, redirect, url_for
from werkzeug.wrappers import Response

from portal import clock
from portal.candidates import store as candidates
from portal.candidates.feed import Feeds
from portal.email import mailboxes, removal
from portal.web.access import admin_only, member_only
from portal.web.act import act
from portal.web.current import current_user, services, wired
from portal.web.limits import limit
from portal.wording import counted, counted_or_no, verb

bp = Blueprint("email", __name__)


@bp.post("/candidates/<candidate_id>/deletion")
@member_only
def delete_candidate(candidate_id: str) -> Response:
    candidate = candidates.candidate(services.rows, candidate_id)
    appointments, now = wired(Feeds).appointments, clock.utc_now()
    interviews = appointments.coming(services.rows, candidate_id, now)
    count = removal.delete_candidate(act(), candidate, first=appointments.cancel_all)
    flash(
        f"{candidate.name} and {counted_or_no(count, 'message')} are deleted here."
        f"{_cancelled(interviews)}",
        "success",
    )
    return redirect(url_for("candidates.candidates"), 303)


def _cancelled(interviews: int) -> str:
    if not interviews:
        return ""
    return f" {counted(interviews, 'interview')} {verb(interviews, 'is', 'are')} being cancelled."


@bp.post("/candidates/<candidate_id>/former-mail/removal")
@member_only
def remove_former_mail(candidate_id: str) -> Response:
    count = removal.remove_former_mail(
        act(),
        candidate_id,
    )
    flash(f"Removed: {counted_or_no(count, 'message')}. Nothing changed in Outlook.", "success")
    return redirect(url_for("candidates.show", candidate_id=candidate_id), 303)


@bp.post("/admin/integrations/microsoft-365/aliases/refresh")
@admin_only
def refresh_aliases() -> Response:
    limit(f"aliases:{current_user.id}", hits=5, seconds=900)
    count = mailboxes.ask_for_aliases(
        act(),
    )
    people = counted(count, "person")
    flash(f"The aliases of {people} are read from the directory now.", "success")
    return redirect(url_for("integrations.microsoft_365"), 303)
