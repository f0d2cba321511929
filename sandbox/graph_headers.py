"""The headers that recorded answers of Graph have."""

import orjson
from flask import Flask, Response, request

from sandbox.mailbox_paths import MAILBOX

DIAGNOSTIC = orjson.dumps(
    {
        "ServerInfo": {
            "DataCenter": "Sweden Central",
            "Slice": "E",
            "Ring": "4",
            "ScaleUnit": "001",
            "RoleInstance": "GVX0EPF00000001",
        }
    }
).decode()


def install(app: Flask) -> None:
    app.after_request(_add)


def _add(answer: Response) -> Response:
    if request.path.startswith("/v1.0"):
        is_mail = MAILBOX.match(request.path) is not None
        answer.headers.setdefault("Cache-Control", "private" if is_mail else "no-cache")
        answer.headers["x-ms-ags-diagnostic"] = DIAGNOSTIC
        if answer.mimetype == "application/json":
            answer.headers["OData-Version"] = "4.0"
    return answer
