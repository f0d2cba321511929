"""Answers to "Is this address also this candidate's?", by the owner of the mailbox."""

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from portal.errors import Conflict, Invalid
from portal.privacy import hold_store
from portal.suggested_addresses import suggestions
from portal.suggested_addresses.forms import AnswerForm
from portal.web.access import member_only
from portal.web.act import act
from portal.web.current import current_user, services

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
        flash(f"{address} is added. {_next_step()}", "success")
    return redirect(url_for("candidates.show", candidate_id=candidate_id), 303)


def _next_step() -> str:
    if hold_store.asks_since(services.rows, current_user.id) is not None:
        return "Earlier mail with it in your mailbox waits until you decide."
    return "Mail with it is searched for."


@bp.post("/candidates/<candidate_id>/suggested-addresses/refusal")
@member_only
def decline(candidate_id: str) -> Response:
    form = AnswerForm(request.form)
    form.check()
    address = suggestions.decline(act(), candidate_id, str(form.address.data), by=current_user.id)
    flash(f"You are not asked about {address} again.", "success")
    return redirect(url_for("candidates.show", candidate_id=candidate_id), 303)
