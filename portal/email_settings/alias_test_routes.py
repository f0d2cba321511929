"""The button that tests an alias on the Email page."""

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from portal.email_settings.routes import settings
from portal.errors import Conflict, Invalid, NotFound, TooMany
from portal.outbox import senders
from portal.outbox.alias_tests.start import start
from portal.outbox.alias_tests.texts import AliasTestFlash
from portal.outbox.senders import Sender
from portal.shared_mailboxes.account_routes import page_account
from portal.web.access import member_only
from portal.web.act import act
from portal.web.current import current_user, services
from portal.web.flashes import tell

bp = Blueprint("alias_tests", __name__)

Answer = Response | tuple[str, int]


@bp.post("/settings/email/aliases/<alias_id>/test")
@member_only
def start_test(alias_id: str) -> Answer:
    """Send a test mail from an alias of this mailbox, unless one is under way."""
    try:
        start(act(), _sender(alias_id))
    except (Conflict, Invalid, TooMany) as refusal:
        return settings(str(refusal)), refusal.status
    tell(AliasTestFlash.STARTED)
    return redirect(url_for("email_settings.settings", _anchor="aliases"), 303)


def _sender(alias_id: str) -> Sender:
    """NotFound for an address that the person may not write from, and for another mailbox's."""
    for each in senders.senders_of(services.rows, services.microsoft365, current_user.id):
        if each.alias_id == alias_id and each.account_id == page_account().id:
            return each
    raise NotFound
