"""Answers to "Is this address also this candidate's?", by the owner of the mailbox."""

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from portal.errors import Conflict, Invalid
from portal.suggested_addresses import suggestions
from portal.suggested_addresses.forms import AnswerForm
from portal.web.access import member_only
from portal.web.act import act
from portal.web.current import current_user

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
        flash(str(refusal), "error")
    else:
        flash(f"{address} is added. Mail with it is searched for.", "success")
    return redirect(url_for("candidates.show", candidate_id=candidate_id), 303)


@bp.post("/candidates/<candidate_id>/suggested-addresses/refusal")
@member_only
def decline(candidate_id: str) -> Response:
    form = AnswerForm(request.form)
    form.check()
    address = suggestions.decline(act(), candidate_id, str(form.address.data), by=current_user.id)
    flash(f"You are not asked about {address} again.", "success")
    return redirect(url_for("candidates.show", candidate_id=candidate_id), 303)
