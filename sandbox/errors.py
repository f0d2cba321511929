"""Errors in Microsoft's formats: Graph's error object and Entra's AADSTS answers."""

import uuid
from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response, g, jsonify, request
from werkzeug.exceptions import HTTPException

from sandbox import quirks
from sandbox.database import current_state
from sandbox.mailbox_paths import MAILBOX


class GraphError(Exception):
    """An error of Graph: its status, code and message."""

    def __init__(
        self, status: int, code: str, message: str, *, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers or {}


class EntraError(Exception):
    """An error of Entra, as JSON from the token endpoint or as a page."""

    def __init__(
        self,
        error: str,
        aadsts: int,
        message: str,
        *,
        suberror: str | None = None,
        status: int = 400,
    ) -> None:
        super().__init__(message)
        self.error = error
        self.aadsts = aadsts
        self.message = message
        self.suberror = suberror
        self.status = status
        self.at = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%SZ")
        self.trace_id = request_id()
        self.correlation_id = client_request_id()

    @property
    def description(self) -> str:
        return (
            f"AADSTS{self.aadsts}: {self.message}\r\nTrace ID: {self.trace_id}\r\n"
            f"Correlation ID: {self.correlation_id}\r\nTimestamp: {self.at}"
        )

    def body(self) -> dict[str, Any]:
        """The JSON of the token endpoint."""
        members = {
            "error": self.error,
            "error_description": self.description,
            "error_codes": [self.aadsts],
            "timestamp": self.at,
            "trace_id": self.trace_id,
            "correlation_id": self.correlation_id,
            "error_uri": f"{current_state().base_url}/error?code={self.aadsts}",
        }
        return members | ({"suberror": self.suberror} if self.suberror else {})


class ControlRefused(Exception):
    """An invalid control request: what is wrong with it, and the status."""

    def __init__(self, sentence: str, status: int = 400) -> None:
        super().__init__(sentence)
        self.status = status


def graph_error_body(code: str, message: str) -> dict[str, Any]:
    """Build Graph's error object, with the ids that support asks for."""
    inner = {
        "date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S"),
        "request-id": request_id(),
        "client-request-id": client_request_id(),
    }
    return {"error": {"code": code, "message": message, "innerError": inner}}


def not_implemented(what: str) -> GraphError:
    """Refuse what the practice tenant lacks, so that a gap is seen and never guessed over."""
    return GraphError(501, "NotImplemented", f"{what} is not part of the practice tenant.")


def unauthorized(message: str) -> GraphError:
    """Build the 401 that Graph answers for every invalid token."""
    challenge = 'Bearer realm="", authorization_uri="{}/common/oauth2/authorize"'
    return GraphError(
        401,
        "InvalidAuthenticationToken",
        message,
        headers={"WWW-Authenticate": challenge.format(current_state().base_url)},
    )


def item_not_found() -> GraphError:
    return GraphError(404, "ErrorItemNotFound", "The specified object was not found in the store.")


def malformed_id() -> GraphError:
    return GraphError(400, "ErrorInvalidIdMalformed", "Id is malformed.")


def request_id() -> str:
    """Return the id of this request, used in its headers and errors."""
    if "request_id" not in g:
        g.request_id = str(uuid.uuid4())
    return str(g.request_id)


def client_request_id() -> str:
    return request.headers.get("client-request-id") or request_id()


def install(app: Flask) -> None:
    """Answer every error below /v1.0 in Microsoft's format."""
    app.register_error_handler(GraphError, _graph_error)
    app.register_error_handler(ControlRefused, _control_refused)
    app.register_error_handler(HTTPException, _http_error)


def _graph_error(fault: GraphError) -> Response:
    answer = jsonify(_wrapped(graph_error_body(fault.code, fault.message)))
    answer.status_code = fault.status
    answer.headers.update(fault.headers)
    return answer


def _wrapped(body: dict[str, Any]) -> dict[str, Any]:
    """Put the code of a mailbox's error inside an unknown one, while the quirk is on."""
    if MAILBOX.match(request.path) and quirks.WRAPPED_ERRORS.is_on(current_state()):
        error = body["error"]
        error["innerError"] = {"code": error["code"], **error["innerError"]}
        error["code"] = "UnknownError"
    return body


def _control_refused(error: ControlRefused) -> tuple[Response, int]:
    return jsonify(error=str(error)), error.status


def _http_error(error: HTTPException) -> Response | HTTPException:
    if not request.path.startswith(("/v1.0", "/beta")):
        return error
    if error.code in (404, 405):
        return _graph_error(not_implemented(f"{request.method} {request.path}"))
    status = error.code or 500
    code = "BadRequest" if status < 500 else "InternalServerError"
    return _graph_error(GraphError(status, code, str(error.description)))
