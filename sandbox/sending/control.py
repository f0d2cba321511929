"""Control of sending: the record of delivered mail and the switches, as JSON below /_sandbox."""

from flask import Blueprint, Response, jsonify, request

from sandbox.database import current_state
from sandbox.directory.control import require_person
from sandbox.errors import ControlRefused
from sandbox.sending import bounces, ledger, switches
from sandbox.sending.ledger import Delivery

bp = Blueprint("sending_control", __name__, url_prefix="/_sandbox")


@bp.get("/deliveries")
def deliveries() -> Response:
    """List the mail of each recipient, in the order of sending."""
    return jsonify(value=[_shown(one) for one in ledger.deliveries(current_state())])


def _shown(one: Delivery) -> dict[str, str | None]:
    return {
        "at": one.at,
        "recipient": one.recipient,
        "mailbox": one.mailbox,
        "fate": one.fate,
        "from": one.sent_from,
        "sender": one.sender,
        "subject": one.subject,
        "mark": one.mark,
        "internetMessageId": one.internet_message_id,
        "inReplyTo": one.in_reply_to,
        "text": one.text_body,
    }


@bp.delete("/deliveries")
def forget_deliveries() -> Response:
    ledger.forget(current_state())
    return jsonify(ok=True)


@bp.get("/sending")
@bp.get("/mailboxes/<reference>/sending")
def present_switches(reference: str | None = None) -> Response:
    """Show the switches of the tenant, or those that hold for a mailbox."""
    return jsonify(switches.of_mailbox(current_state(), _mailbox(reference)).as_json())


@bp.patch("/sending")
@bp.patch("/mailboxes/<reference>/sending")
def change_switches(reference: str | None = None) -> Response:
    state, mailbox = current_state(), _mailbox(reference)
    try:
        switches.change(state, dict(request.get_json(force=True)), mailbox)
    except ValueError as error:
        raise ControlRefused(str(error)) from error
    return jsonify(switches.of_mailbox(state, mailbox).as_json())


def _mailbox(reference: str | None) -> str:
    if reference is None:
        return switches.EVERY_MAILBOX
    return str(require_person(current_state(), reference)["id"])


@bp.put("/addresses/<address>")
def set_fate(address: str) -> Response:
    """Set the report, or the reports, that mail to an address causes. An empty list ends them."""
    asked = request.get_json(force=True)
    found = asked if isinstance(asked, list) else [asked]
    try:
        notices = bounces.set_fate(current_state(), address, found)
    except ValueError as error:
        raise ControlRefused(str(error)) from error
    return jsonify(value=notices)
