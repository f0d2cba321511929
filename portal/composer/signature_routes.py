"""The settings page for signatures."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal import clock
from portal.composer import signature_store
from portal.composer import signatures as topic
from portal.composer.flash_texts import ComposerFlash
from portal.composer.forms import SignatureForm
from portal.errors import Invalid
from portal.outbox import sender_store
from portal.web.access import member_only
from portal.web.current import current_user, services
from portal.web.flashes import tell

bp = Blueprint("signatures", __name__)
PATH = "/settings/signatures"


@bp.get(PATH)
@member_only
def signatures() -> str:
    return _page(None)


@bp.post(PATH)
@member_only
def save_signature() -> Response | tuple[str, int]:
    form = SignatureForm(request.form)
    try:
        form.check()
        alias_id = str(form.alias.data) or None
        text = str(form.text.data)
        topic.save(services.rows, current_user.id, alias_id, text, now=clock.utc_now())
    except Invalid as refusal:
        return _page(form.refuse(refusal)), refusal.status
    tell(ComposerFlash.SIGNATURE_SAVED if text else ComposerFlash.SIGNATURE_REMOVED)
    return redirect(url_for("signatures.signatures"), 303)


def _page(refused: SignatureForm | None) -> str:
    own = signature_store.signatures(services.rows, current_user.id)
    texts = {each.alias_id or "": each.text for each in own}
    places = {"": "All addresses"} | {
        each.alias_id: each.address
        for each in sender_store.senders(services.rows, current_user.id)
        if each.alias_id
    }
    forms = {key: SignatureForm(alias=key, text=texts.get(key, ""), prefix="") for key in places}
    if refused is not None and str(refused.alias.data) in forms:
        forms[str(refused.alias.data)] = refused
    return render_template(
        "composer/signatures.html",
        places=[(key, label, forms[key], key in texts) for key, label in places.items()],
        refused=refused,
    )
