"""Control of sending: the record of delivered mail, as JSON below /_sandbox."""

from flask import Blueprint, Response, jsonify

from sandbox.database import current_state
from sandbox.sending import ledger
from sandbox.sending.ledger import Delivery

bp = Blueprint("sending_control", __name__, url_prefix="/_sandbox")


@bp.get("/deliveries")
def deliveries() -> Response:
    """List what each recipient got, in the order of sending."""
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
