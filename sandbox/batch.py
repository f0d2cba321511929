"""$batch: up to twenty requests in one, each answered as if it were sent alone."""

import base64
import binascii
from typing import Any

import orjson
from flask import Blueprint, Flask, Response, current_app, request
from werkzeug.test import Client, TestResponse

from sandbox import odata, throttling
from sandbox.access import caller
from sandbox.errors import GraphError, graph_error_body
from sandbox.throttling import PART

bp = Blueprint("batch", __name__, url_prefix="/v1.0")
MAX_PARTS = 20


@bp.post("/$batch")
def batch() -> Response:
    caller()  # the batch itself needs a valid token; each part is checked again for its permission
    parts = _parts()
    done: dict[str, dict[str, Any]] = {}
    with throttling.places_of_batch(parts) as refused:
        for part in parts:
            failed = [one for one in part.get("dependsOn") or () if done[one]["status"] >= 400]
            if failed:
                done[part["id"]] = _failed_dependency(part)
            else:
                done[part["id"]] = (_throttled if part["id"] in refused else _answered)(part)
    return odata.answer({"responses": list(done.values())})


def _parts() -> list[dict[str, Any]]:
    """Read the parts and refuse a malformed batch."""
    try:
        parts = orjson.loads(request.get_data())["requests"]
        are_whole = all(_is_whole(part) for part in parts)
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise malformed("Invalid batch payload format.") from error
    if not isinstance(parts, list) or not are_whole:
        raise malformed("Invalid batch payload format.")
    if not parts or len(parts) > MAX_PARTS:
        raise malformed(f"Number of batch request steps exceeds the maximum value {MAX_PARTS}.")
    if len({part["id"] for part in parts}) != len(parts):
        raise malformed("Request Id values must be unique.")
    if not all(part["url"].startswith("/") for part in parts):
        raise malformed("The url of each step must start with '/'.")
    _check_order(parts)
    return parts


def _is_whole(part: Any) -> bool:
    """Check that a part has its required members, each of the right type."""
    texts = (part["id"], part["method"], part["url"])
    return (
        all(isinstance(text, str) and text for text in texts)
        and isinstance(part.get("headers") or {}, dict)
        and all(isinstance(value, str) for value in (part.get("headers") or {}).values())
        and isinstance(part.get("dependsOn") or [], list)
    )


def malformed(message: str) -> GraphError:
    return GraphError(400, "BadRequest", message)


def _check_order(parts: list[dict[str, Any]]) -> None:
    seen: set[str] = set()
    for part in parts:
        if not set(part.get("dependsOn") or ()) <= seen:
            raise malformed("dependsOn names a step that is not before it.")
        seen.add(part["id"])


def _answered(part: dict[str, Any]) -> dict[str, Any]:
    headers = {name.title(): value for name, value in (part.get("headers") or {}).items()}
    headers.setdefault("Authorization", request.headers.get("Authorization", ""))
    content, data = part.get("body"), None
    if content is not None and "Content-Type" not in headers:
        body = graph_error_body("BadRequest", "A step with a body needs the header Content-Type.")
        return {"id": part["id"], "status": 400, "headers": {}, "body": body}
    if part["url"].lower().startswith("/$batch"):
        body = graph_error_body("BadRequest", "A batch cannot hold another one.")
        return {"id": part["id"], "status": 400, "headers": {}, "body": body}
    if isinstance(content, str):
        data = _bytes(content, headers["Content-Type"])
    elif content is not None:
        data = orjson.dumps(content)
    answer = Client(_app()).open(
        f"/v1.0{part['url']}",
        method=part["method"].upper(),
        headers=headers,
        data=data,
        base_url=request.host_url,
        environ_overrides={PART: True},
    )
    return _as_part(part["id"], answer)


def _bytes(content: str, kind: str) -> bytes:
    """Decode a body that is not JSON. Text, such as MIME in base64, stays as it is."""
    if kind.startswith("text/"):
        return content.encode()
    try:
        return base64.b64decode(content, validate=True)
    except binascii.Error:
        return content.encode()


def _app() -> Flask:
    return current_app._get_current_object()  # type: ignore[attr-defined,no-any-return]  # a proxy


def _as_part(name: str, answer: TestResponse) -> dict[str, Any]:
    kept = ("Content-Type", "Retry-After", "Location", "Preference-Applied", "request-id")
    headers = {key: answer.headers[key] for key in kept if key in answer.headers}
    part: dict[str, Any] = {"id": name, "status": answer.status_code, "headers": headers}
    content = answer.get_data()
    if not content:
        return part
    part["body"] = _body(content, headers.get("Content-Type", ""))
    return part


def _body(content: bytes, kind: str) -> Any:
    if "json" in kind:
        try:
            return orjson.loads(content)
        except orjson.JSONDecodeError:
            # An injected fault may cut this answer short; the batch around it stays whole.
            return content.decode("utf-8", "replace")
    return base64.b64encode(content).decode()


def _throttled(part: dict[str, Any]) -> dict[str, Any]:
    body = graph_error_body("ApplicationThrottled", throttling.MESSAGE)
    return {"id": part["id"], "status": 429, "headers": {"Retry-After": "1"}, "body": body}


def _failed_dependency(part: dict[str, Any]) -> dict[str, Any]:
    body = graph_error_body("FailedDependency", "A step that this one depends on has failed.")
    return {"id": part["id"], "status": 424, "headers": {}, "body": body}
