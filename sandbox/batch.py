"""$batch: up to twenty requests in one, each answered by the same app as if it came alone."""

import base64
from typing import Any

import orjson
from flask import Blueprint, Flask, Response, current_app, request
from werkzeug.test import Client, TestResponse

from sandbox import odata
from sandbox.errors import GraphFault, graph_error_body

bp = Blueprint("batch", __name__, url_prefix="/v1.0")
MOST = 20
PART = "sandbox.is_batch_part"


@bp.post("/$batch")
def batch() -> Response:
    parts = _parts()
    done: dict[str, dict[str, Any]] = {}
    for part in parts:
        failed = [one for one in part.get("dependsOn") or () if done[one]["status"] >= 400]
        done[part["id"]] = _failed_dependency(part) if failed else _answered(part)
    return odata.answer({"responses": list(done.values())})


def _parts() -> list[dict[str, Any]]:
    """The parts, if the batch itself is well formed."""
    try:
        parts = orjson.loads(request.get_data())["requests"]
        ids = [part["id"] for part in parts]
        urls = [part["url"] for part in parts]
        [part["method"] for part in parts]
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise GraphFault(400, "BadRequest", "Invalid batch payload format.") from error
    if not parts or len(parts) > MOST:
        raise GraphFault(
            400, "BadRequest", f"Number of batch request steps exceeds the maximum value {MOST}."
        )
    if len(set(ids)) != len(ids):
        raise GraphFault(400, "BadRequest", "Request Id values must be unique.")
    if not all(str(url).startswith("/") for url in urls):
        raise GraphFault(400, "BadRequest", "The url of each step must start with '/'.")
    _check_order(parts)
    return list(parts)


def _check_order(parts: list[dict[str, Any]]) -> None:
    seen: set[str] = set()
    for part in parts:
        if not set(part.get("dependsOn") or ()) <= seen:
            raise GraphFault(400, "BadRequest", "dependsOn names a step that is not before it.")
        seen.add(part["id"])


def _answered(part: dict[str, Any]) -> dict[str, Any]:
    headers = dict(part.get("headers") or {})
    headers.setdefault("Authorization", request.headers.get("Authorization", ""))
    content = part.get("body")
    data = None
    if isinstance(content, str):
        data = base64.b64decode(content)
    elif content is not None:
        data = orjson.dumps(content)
        headers.setdefault("Content-Type", "application/json")
    answer = Client(_app()).open(
        f"/v1.0{part['url']}",
        method=part["method"].upper(),
        headers=headers,
        data=data,
        base_url=request.host_url,
        environ_overrides={PART: True},
    )
    return _as_part(part["id"], answer)


def _app() -> Flask:
    return current_app._get_current_object()  # type: ignore[attr-defined,no-any-return]  # a proxy


def _as_part(name: str, answer: TestResponse) -> dict[str, Any]:
    kept = ("Content-Type", "Retry-After", "Location", "Preference-Applied", "request-id")
    headers = {key: answer.headers[key] for key in kept if key in answer.headers}
    part: dict[str, Any] = {"id": name, "status": answer.status_code, "headers": headers}
    content = answer.get_data()
    if not content:
        return part
    if "json" in headers.get("Content-Type", ""):
        part["body"] = orjson.loads(content)
    else:
        part["body"] = base64.b64encode(content).decode()
    return part


def _failed_dependency(part: dict[str, Any]) -> dict[str, Any]:
    body = graph_error_body("FailedDependency", "A step that this one depends on has failed.")
    return {"id": part["id"], "status": 424, "headers": {}, "body": body}
