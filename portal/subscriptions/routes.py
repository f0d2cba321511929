"""The webhook. Checks everything Microsoft sends and trusts nothing of it."""

from flask import Blueprint, current_app, make_response, request
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType
from werkzeug.wrappers import Response

from portal import clock
from portal.subscriptions import notifications
from portal.web.access import webhook
from portal.web.current import services

bp = Blueprint("webhooks", __name__)


@bp.post("/webhooks/microsoft-365/notifications")
@webhook
def notify() -> Response:
    return _taken()


@bp.post("/webhooks/microsoft-365/lifecycle")
@webhook
def notify_of_life() -> Response:
    return _taken()


def _taken() -> Response:
    """Answer 202 once the marks are committed, whatever was sent."""
    handshake = request.args.get("validationToken")
    if handshake is not None:
        return _handshake(handshake)
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise UnsupportedMediaType
    request.max_content_length = notifications.BODY_LIMIT
    if (request.content_length or 0) > notifications.BODY_LIMIT:
        raise RequestEntityTooLarge
    body, wakes = request.get_data(cache=False), current_app.extensions["wakes"]
    notifications.accept(services.rows, body, wakes, now=clock.utc_now())
    return make_response("", 202)


def _handshake(token: str) -> Response:
    if not notifications.is_handshake(token):
        return make_response("", 400)
    answer = make_response(token, 200)
    answer.headers["Content-Type"] = "text/plain; charset=utf-8"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
