"""Messages as clients post them: base64 of MIME, or the JSON of a reply."""

import base64
import binascii
from typing import Any

from flask import request

from sandbox import odata
from sandbox.database import Row
from sandbox.errors import GraphError
from sandbox.mime import replies


def mime() -> bytes:
    """Decode MIME, which is sent as base64 in one or several lines."""
    try:
        return base64.b64decode(b"".join(request.get_data().split()), validate=True)
    except binascii.Error as error:
        raise GraphError(
            400, "ErrorMimeContentInvalidBase64String", "Invalid base64 string for MIME content."
        ) from error


def reply(
    owner: Row, original: Row, *, to_all: bool, adds_recipients: bool = False
) -> dict[str, Any]:
    """Build the JSON of a reply. The members that the client set replace those of Exchange.

    With `adds_recipients`, its recipients come beside those of Exchange.
    """
    asked = odata.json_body() if request.get_data() else {}
    message, comment = asked.get("message") or {}, asked.get("comment")
    if not isinstance(message, dict):
        raise GraphError(400, "ErrorInvalidRequest", "The message must be an object.")
    if comment is not None and message.get("body"):
        raise GraphError(400, "ErrorInvalidRequest", "Comment and message body cannot both be set.")
    answer = replies.reply(owner, original, to_all=to_all)
    quoted = answer.pop("quoted")
    answer["body"] = {"contentType": "text", "content": f"{comment or ''}\n\n{quoted}"}
    if adds_recipients:
        message = {**message, "toRecipients": _both(answer, message)}
    return answer | message


def _both(answer: dict[str, Any], message: dict[str, Any]) -> list[dict[str, Any]]:
    """List the recipients of both, each address once."""
    known = {_address(one) for one in answer["toRecipients"]}
    added = [one for one in message.get("toRecipients") or () if _address(one) not in known]
    return [*answer["toRecipients"], *added]


def _address(recipient: Any) -> str:
    """Read an address as it can be compared. A malformed recipient is refused later."""
    named = recipient.get("emailAddress") if isinstance(recipient, dict) else None
    return str(named.get("address")).lower() if isinstance(named, dict) else ""
