"""The page of one message with all of its text, and the download of an attachment."""

from io import BytesIO

from flask import Blueprint, render_template, send_file, url_for
from werkzeug.wrappers import Response

from portal.candidates import store as candidates
from portal.candidates.feed import View
from portal.candidates.routes import back_to_entry
from portal.conversations.texts import told_hidden, told_shown_again
from portal.email import removal_store
from portal.email_feed import attachments, conversations, export, kind
from portal.microsoft365.permissions import Feature
from portal.web.access import admin_only, member_only
from portal.web.act import act
from portal.web.current import current_user, services
from portal.web.downloads import file_download
from portal.web.flashes import tell
from portal.web.limits import limit
from portal.web.proof.fresh_sign_in import require_fresh_sign_in

bp = Blueprint("email_feed", __name__)
CANDIDATES = "candidates.candidates"


@bp.post("/candidates/<candidate_id>/export")
@admin_only
def export_candidate(candidate_id: str) -> Response:
    """Download everything about a candidate, for example when they ask for it."""
    candidate = candidates.candidate(services.rows, candidate_id)
    require_fresh_sign_in(f"Download everything about {candidate.name}?", back=CANDIDATES)
    limit(f"export:{current_user.id}", hits=20, seconds=900)
    export.record_export(act(), candidate, viewer=current_user.id)
    archive = BytesIO()
    export.write_archive(services.rows, candidate, archive, viewer=current_user.id)
    archive.seek(0)
    return send_file(
        archive, mimetype="application/zip", as_attachment=True, download_name="candidate.zip"
    )


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


@bp.get("/candidates/<candidate_id>/messages/<message_id>/text")
@member_only
def text(candidate_id: str, message_id: str) -> Response:
    """The text of a message that is too long for its page, as a file."""
    candidate = candidates.candidate(services.rows, candidate_id)
    view = View(candidate, current_user.id, services.config.test_mode)
    body = kind.text(services.rows, message_id, view)
    return file_download(body.encode(), name="message.txt", content_type="text/plain")


@bp.post("/candidates/<candidate_id>/messages/<message_id>/hiding")
@member_only
def hide_conversation(candidate_id: str, message_id: str) -> Response:
    """Hide the conversation from colleagues. The message stays where its owner was."""
    candidate = candidates.candidate(services.rows, candidate_id)
    count = conversations.hide(act(), candidate, message_id, viewer=current_user.id)
    tell(told_hidden(count))
    return _back(candidate_id, message_id)


@bp.post("/candidates/<candidate_id>/messages/<message_id>/showing")
@member_only
def show_conversation(candidate_id: str, message_id: str) -> Response:
    candidate = candidates.candidate(services.rows, candidate_id)
    shown = conversations.show_again(act(), candidate, message_id, viewer=current_user.id)
    tell(told_shown_again(shown))
    return _back(candidate_id, message_id)


def _back(candidate_id: str, message_id: str) -> Response:
    """The page that the person was on, at the message."""
    whole = url_for("email_feed.message", candidate_id=candidate_id, message_id=message_id)
    return back_to_entry(candidate_id, f"message-{message_id}", whole=whole)


@bp.get("/candidates/<candidate_id>/messages/<message_id>/attachments/<attachment_id>")
@member_only
def attachment(candidate_id: str, message_id: str, attachment_id: str) -> Response:
    """Download an attachment. Asks Microsoft for ten seconds at most."""
    places = removal_store.attachment_places(
        services.rows,
        attachment_id,
        message_id=message_id,
        candidate_id=candidate_id,
        viewer=current_user.id,
    )
    limit(f"attachment:{current_user.id}", hits=60, seconds=60)
    content = attachments.content(
        places,
        lambda user_id, seconds: services.microsoft365.client_for(
            Feature.EMAIL_SYNC, user_id, patience=seconds
        ),
    )
    place = places[0]
    return file_download(content, name=place.name, content_type=place.content_type)
