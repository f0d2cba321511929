"""Removing mail, and everybody's aliases."""

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from portal import clock
from portal.candidates import store as candidates
from portal.candidates.feed import Feeds
from portal.email import mailboxes, removal
from portal.flash_texts import Flash, FlashText
from portal.web.access import admin_only, member_only
from portal.web.act import act
from portal.web.current import current_user, services, wired
from portal.web.flashes import tell
from portal.web.limits import limit
from portal.wording import counted, counted_or_no, verb

bp = Blueprint("email", __name__)


class EmailFlash(FlashText):
    """Candidates and mail that were removed, and aliases that are read again."""

    CANDIDATE_DELETED = "{name} and {messages} are deleted here."
    CANCELLING = "{interviews} {are} being cancelled."
    REMOVED = "Removed: {messages}. Nothing changed in Outlook."
    READING_ALIASES = "The aliases of {people} are read from the directory now."


@bp.post("/candidates/<candidate_id>/deletion")
@member_only
def delete_candidate(candidate_id: str) -> Response:
    candidate = candidates.candidate(services.rows, candidate_id)
    appointments, now = wired(Feeds).appointments, clock.utc_now()
    interviews = appointments.coming(services.rows, candidate_id, now)
    count = removal.delete_candidate(act(), candidate, first=appointments.cancel_all)
    messages = counted_or_no(count, "message")
    deleted = EmailFlash.CANDIDATE_DELETED.of(name=candidate.name, messages=messages)
    tell(deleted, *_cancelled(interviews))
    return redirect(url_for("candidates.candidates"), 303)


def _cancelled(interviews: int) -> list[Flash]:
    if not interviews:
        return []
    are, count = verb(interviews, "is", "are"), counted(interviews, "interview")
    return [EmailFlash.CANCELLING.of(interviews=count, are=are)]


@bp.post("/candidates/<candidate_id>/former-mail/removal")
@member_only
def remove_former_mail(candidate_id: str) -> Response:
    count = removal.remove_former_mail(
        act(),
        candidate_id,
    )
    tell(EmailFlash.REMOVED.of(messages=counted_or_no(count, "message")))
    return redirect(url_for("candidates.show", candidate_id=candidate_id), 303)


@bp.post("/admin/integrations/microsoft-365/aliases/refresh")
@admin_only
def refresh_aliases() -> Response:
    limit(f"aliases:{current_user.id}", hits=5, seconds=900)
    count = mailboxes.ask_for_aliases(
        act(),
    )
    people = counted(count, "person")
    tell(EmailFlash.READING_ALIASES.of(people=people))
    return redirect(url_for("integrations.microsoft_365"), 303)
