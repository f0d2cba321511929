"""Answers to "Is this address also this candidate's?", by the owner of the mailbox."""

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from portal.errors import Conflict, Invalid
from portal.flash_texts import ERROR, Flash, FlashText
from portal.privacy import hold_store
from portal.privacy import store as privacy
from portal.suggested_addresses import suggestions
from portal.suggested_addresses.flash_texts import SuggestionFlash
from portal.suggested_addresses.forms import AnswerForm
from portal.web.access import member_only
from portal.web.act import act
from portal.web.current import current_user, services
from portal.web.flashes import tell, tell_refusal

bp = Blueprint("suggested_addresses", __name__)


@bp.post("/candidates/<candidate_id>/suggested-addresses/acceptance")
@member_only
def accept(candidate_id: str) -> Response:
    form = AnswerForm(request.form)
    form.check()
    try:
        address = suggestions.accept(
            act(), candidate_id, str(form.address.data), by=current_user.id
        )
    except (Conflict, Invalid) as refusal:
        tell_refusal(refusal, ERROR)
    else:
        tell(SuggestionFlash.ADDED.of(address=address), _next_step())
    return redirect(url_for("candidates.show", candidate_id=candidate_id), 303)


def _next_step() -> FlashText | Flash:
    """Say where earlier mail with the address waits, of the mailboxes this person decides for."""
    rows = services.rows
    asking = hold_store.asking_decided_by(rows, current_user.id)
    shared = [found for each in asking if (found := privacy.address_of_shared(rows, each))]
    own = ["your mailbox"] if current_user.id in asking else []
    if not asking:
        return SuggestionFlash.SEARCHING
    decides = "an owner decides" if shared else "you decide"
    mailboxes = " and ".join(own + shared)
    return SuggestionFlash.EARLIER_WAITS.of(mailboxes=mailboxes, who=decides)


@bp.post("/candidates/<candidate_id>/suggested-addresses/refusal")
@member_only
def decline(candidate_id: str) -> Response:
    form = AnswerForm(request.form)
    form.check()
    address = suggestions.decline(act(), candidate_id, str(form.address.data), by=current_user.id)
    tell(SuggestionFlash.DECLINED.of(address=address))
    return redirect(url_for("candidates.show", candidate_id=candidate_id), 303)
