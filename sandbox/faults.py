"""Injected faults, which replace, edit, delay or cut an answer, and the log of requests.

With `carriedOut`, the request is carried out before its answer is replaced or delayed.
"""

import re
import time
from typing import Any

import orjson
from flask import Flask, Response, request

from sandbox import edits
from sandbox.database import State, current_state
from sandbox.entra import tokens
from sandbox.errors import EntraError, GraphError, client_request_id, graph_error_body, request_id
from sandbox.graph_paths import ORIGINAL_PATH

SCHEMA = """
    create table if not exists faults (
        id integer primary key,
        plan text not null,
        times_left integer
    );
    create table if not exists requests (
        id integer primary key,
        at text not null,
        method text not null,
        path text not null,
        query text not null,
        who text not null,
        status integer not null,
        is_batch_part integer not null
    )
"""
CODES = {
    401: "InvalidAuthenticationToken",
    403: "ErrorAccessDenied",
    404: "ErrorItemNotFound",
    410: "syncStateNotFound",
    413: "RequestEntityTooLarge",
    429: "TooManyRequests",
    500: "InternalServerError",
    503: "serviceNotAvailable",
    504: "UnknownError",
    507: "ErrorQuotaExceeded",
}
# The members of a fault, and their types.
MEMBERS: dict[str, type | tuple[type, ...]] = {
    "path": str,
    "method": str,
    "status": int,
    "code": str,
    "message": str,
    "retryAfter": (int, float, str),
    "times": int,
    "delayMs": (int, float),
    "body": (str, dict, list),
    "truncate": bool,
    "reset": bool,
    "edit": (dict, list),
    "carriedOut": bool,
}
# Tells the server to cut an answer short, which only it can do: see server.py.
CUT = "X-Sandbox-Cut"
EDITS = "sandbox.edits"
REPLACED = "sandbox.replaced"


def add(state: State, plan: dict[str, Any]) -> None:
    """Add a fault, as `POST /_sandbox/faults` describes it. Without `times` it stays."""
    unknown = set(plan) - set(MEMBERS)
    if unknown:
        raise ValueError(f"A fault has no {', '.join(sorted(unknown))}.")
    wrong = [name for name, value in plan.items() if not isinstance(value, MEMBERS[name])]
    if wrong:
        raise ValueError(f"A fault cannot have this {', '.join(sorted(wrong))}.")
    re.compile(plan.get("path", ""))
    if "edit" in plan:
        plan = plan | {"edit": edits.check(plan["edit"])}
    state.execute(
        "insert into faults (plan, times_left) values (?, ?)",
        (orjson.dumps(plan).decode(), plan.get("times")),
    )


def clear(state: State) -> None:
    state.execute("delete from faults")


def next_fault(state: State, method: str, *paths: str) -> dict[str, Any] | None:
    """Find the first fault that matches any spelling of a path, and count it down."""
    with state.write():
        for row in state.rows(
            "select * from faults where times_left is null or times_left > 0 order by id"
        ):
            plan: dict[str, Any] = orjson.loads(row["plan"])
            if plan.get("method", method).upper() != method:
                continue
            if any(re.search(plan.get("path", ""), path) for path in paths):
                state.execute(
                    "update faults set times_left = times_left - 1 where id = ?", (row["id"],)
                )
                return plan
    return None


def install(app: Flask) -> None:
    """Inject faults before each request; log it and set Microsoft's headers after it."""
    app.before_request(_inject)
    app.after_request(_record)


def _is_watched() -> bool:
    return request.path.startswith(("/v1.0", "/beta", "/common", "/organizations")) or (
        "/oauth2/v2.0/" in request.path
        or "/discovery/" in request.path
        or "/.well-known/" in request.path
    )


def _inject() -> Response | None:
    if not _is_watched():
        return None
    path = request.full_path.rstrip("?")
    asked = path.replace(request.path, request.environ.get(ORIGINAL_PATH, request.path), 1)
    plan = next_fault(current_state(), request.method, path, asked)
    if plan is None:
        return None
    request.environ[CUT] = (
        "reset" if plan.get("reset") else "truncate" if plan.get("truncate") else None
    )
    request.environ[EDITS] = plan.get("edit")
    if plan.get("carriedOut"):
        request.environ[REPLACED] = plan
        return None
    return _replaced(plan)


def _replaced(plan: dict[str, Any]) -> Response | None:
    """Wait as long as the fault says, and build its answer if it has one."""
    time.sleep(plan.get("delayMs", 0) / 1000)
    status = plan.get("status")
    return _fault_answer(plan, status) if status else None


def _fault_answer(plan: dict[str, Any], status: int) -> Response:
    body = plan.get("body")
    if body is None:
        body = _usual_body(plan, status)
    text = body if isinstance(body, str) else orjson.dumps(body)
    answer = Response(text, status, content_type="application/json")
    if plan.get("retryAfter") is not None:
        answer.headers["Retry-After"] = str(plan["retryAfter"])
    return answer


def _usual_body(plan: dict[str, Any], status: int) -> dict[str, Any]:
    """Build the error that Graph or Entra would send."""
    message = plan.get("message", "A fault that was ordered.")
    if request.path.startswith(("/v1.0", "/beta")):
        return graph_error_body(plan.get("code") or CODES.get(status, "UnknownError"), message)
    error = "temporarily_unavailable" if status in (429, 503) else "server_error"
    if status not in (429,) and status < 500:
        error = "invalid_request"
    return EntraError(plan.get("code") or error, 90033, message).body()


def _record(answer: Response) -> Response:
    if not _is_watched():
        return answer
    if (plan := request.environ.get(REPLACED)) and answer.status_code < 400:
        answer = _replaced(plan) or answer
    answer.headers.setdefault("request-id", request_id())
    answer.headers.setdefault("client-request-id", client_request_id())
    # Not in `g`, which the parts of a batch share with it.
    if ordered := request.environ.get(EDITS):
        edits.apply(answer, ordered)
    if cut := request.environ.get(CUT):
        answer.headers[CUT] = cut
    record_request(
        current_state(),
        status=answer.status_code,
        is_batch_part="sandbox.is_batch_part" in request.environ,
    )
    return answer


def record_request(state: State, *, status: int, is_batch_part: bool) -> None:
    state.execute(
        "insert into requests (at, method, path, query, who, status, is_batch_part)"
        " values (?, ?, ?, ?, ?, ?, ?)",
        (
            state.now().isoformat(),
            request.method,
            request.path,
            request.query_string.decode("ascii", "replace"),
            _token_owner(state),
            status,
            int(is_batch_part),
        ),
    )


def _token_owner(state: State) -> str:
    """Name the token's owner: a principal name, `app`, or nothing."""
    bearer = request.headers.get("Authorization", "").partition(" ")[2]
    if not bearer or not request.path.startswith("/v1.0"):
        return ""
    try:
        claims = tokens.read_access_token(state, bearer)
    except GraphError:
        return "invalid token"
    return str(claims.get("upn", "app"))
