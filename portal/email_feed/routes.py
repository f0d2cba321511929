"""The page of one message, with all of its text."""

from flask import Blueprint, render_template

from portal.candidates import store as candidates
from portal.candidates.feed import View
from portal.email_feed import kind
from portal.web.access import member_only
from portal.web.current import current_user, services

bp = Blueprint("email_feed", __name__)


@bp.get("/candidates/<candidate_id>/messages/<message_id>")
@member_only
def message(candidate_id: str, message_id: str) -> str:
    """All of a message that is cut short in the feed."""
    candidate = candidates.candidate(services.rows, candidate_id)
    view = View(candidate, current_user.id, services.config.test_mode)
    return render_template(
        "email_feed/message.html",
        candidate=candidate,
        shown=kind.whole(services.rows, message_id, view),
    )
