"""The page of one sent mail, and the decisions about it."""

from base64 import b64decode

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from portal import clock
from portal.candidates import store as candidates
from portal.candidates.feed import View
from portal.candidates.routes import back_to_entry
from portal.conversations.texts import told_hidden, told_shown_again
from portal.errors import Conflict, Invalid, PortalError
from portal.outbox.feed import decisions, kind, store
from portal.outbox.feed.flash_texts import SentMailFlash
from portal.outbox.models import UNDO, Mail
from portal.web.access import member_only
from portal.web.act import act
from portal.web.current import current_user, services
from portal.web.downloads import file_download
from portal.web.flashes import tell, tell_refusal, tell_with_button
from portal.web.limits import limit
from portal.web.templating import moment

bp = Blueprint("outbox", __name__)
BELOW = "/candidates/<candidate_id>/sent/<mail_id>"


class NoLongerKept(PortalError):
    """The content of a file was dropped."""

    status = 410
    title = "No longer kept"

    def __init__(self) -> None:
        super().__init__(
            "Portal keeps a file for 7 days after its message went out, and for 30 days after a "
            "message that did not. A copy in Sent Items may still have it."
        )


@bp.get(BELOW)
@member_only
def message(candidate_id: str, mail_id: str) -> str:
    candidate = candidates.candidate(services.rows, candidate_id)
    view = View(candidate, current_user.id, services.config.test_mode)
    return render_template(
        "outbox/message.html",
        candidate=candidate,
        shown=kind.whole(services.rows, mail_id, view),
    )


@bp.get(f"{BELOW}/text")
@member_only
def text(candidate_id: str, mail_id: str) -> Response:
    """The text of a mail that is too long for its page, as a file."""
    candidate = candidates.candidate(services.rows, candidate_id)
    view = View(candidate, current_user.id, services.config.test_mode)
    body = kind.text(services.rows, mail_id, view)
    return file_download(body.encode(), name="message.txt", content_type="text/plain")


@bp.post(f"{BELOW}/withdrawal")
@member_only
def take_back(candidate_id: str, mail_id: str) -> Response:
    _require_visible(candidate_id, mail_id)
    try:
        mail = decisions.take_back(act(), mail_id, user=current_user)
    except Conflict as refusal:
        tell_refusal(refusal)
        return _back(candidate_id, mail_id)
    tell(SentMailFlash.TAKEN_BACK)
    is_own = mail.is_written and mail.author_id == current_user.id
    if not is_own or mail.candidate_id is None:
        return _back(candidate_id, mail_id)
    # The text returns to the page where it was written.
    return redirect(url_for("composer.write", candidate_id=mail.candidate_id, repeats=mail.id), 303)


@bp.post(f"{BELOW}/repetition")
@member_only
def send_again(candidate_id: str, mail_id: str) -> Response:
    _require_visible(candidate_id, mail_id)
    limit(f"send:{current_user.id}", hits=60, seconds=60)
    try:
        again = decisions.send_again(act(), mail_id, user=current_user)
    except (Conflict, Invalid) as refusal:
        tell_refusal(refusal)
        return _back(candidate_id, mail_id)
    flash_sent(again)
    anchor = f"sent-{again.id}"
    url = url_for("candidates.show", candidate_id=candidate_id, _anchor=anchor)
    return redirect(url, 303)


@bp.post(f"{BELOW}/abandonment")
@member_only
def leave(candidate_id: str, mail_id: str) -> Response:
    _require_visible(candidate_id, mail_id)
    try:
        decisions.leave_it(act(), mail_id, user=current_user)
    except Conflict as refusal:
        tell_refusal(refusal)
    else:
        tell(SentMailFlash.LEFT)
    return _back(candidate_id, mail_id)


@bp.post(f"{BELOW}/hiding")
@member_only
def hide_conversation(candidate_id: str, mail_id: str) -> Response:
    candidate = candidates.candidate(services.rows, candidate_id)
    count = decisions.hide_conversation(act(), candidate, mail_id, viewer=current_user.id)
    tell(told_hidden(count))
    return _back(candidate_id, mail_id)


@bp.post(f"{BELOW}/showing")
@member_only
def show_conversation(candidate_id: str, mail_id: str) -> Response:
    candidate = candidates.candidate(services.rows, candidate_id)
    shown = decisions.show_conversation(act(), candidate, mail_id, viewer=current_user.id)
    tell(told_shown_again(shown))
    return _back(candidate_id, mail_id)


@bp.get(f"{BELOW}/files/<file_id>")
@member_only
def file(candidate_id: str, mail_id: str, file_id: str) -> Response:
    """Download a file of a mail while its content is kept."""
    found = store.file(services.rows, candidate_id, mail_id, file_id, viewer=current_user.id)
    limit(f"attachment:{current_user.id}", hits=60, seconds=60)
    if found.content is None:
        raise NoLongerKept
    return file_download(b64decode(found.content), name=found.name, content_type=found.content_type)


def flash_sent(mail: Mail) -> None:
    """Say when a mail leaves, beside a button that takes it back, or that it left before."""
    if not mail.is_waiting:
        tell(SentMailFlash.SENT_BEFORE)
        return
    is_later = mail.free_at > clock.utc_now() + UNDO
    when = moment(mail.free_at) if is_later else "in a few seconds"
    action = url_for("outbox.take_back", candidate_id=mail.candidate_id, mail_id=mail.id)
    tell_with_button(SentMailFlash.GOES_OUT.of(when=when), button="Undo", action=action)


def _require_visible(candidate_id: str, mail_id: str) -> None:
    """NotFound for mail of another feed, and for mail that a colleague hid."""
    store.mail(services.rows, candidate_id, mail_id, viewer=current_user.id)


def _back(candidate_id: str, mail_id: str) -> Response:
    """The page that the person was on, at the mail."""
    whole = url_for("outbox.message", candidate_id=candidate_id, mail_id=mail_id)
    return back_to_entry(candidate_id, f"sent-{mail_id}", whole=whole)
