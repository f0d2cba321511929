"""Turn exceptions into pages. The only error handlers."""

import logging
import math
from contextlib import suppress
from typing import Any

from flask import (
    Flask,
    Response,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.wrappers import Response as AnyResponse

from portal.errors import PortalError
from portal.web.current import current_user, request_id
from portal.web.proof.fresh_sign_in import CONFIRM, StaleSignIn
from portal.web.templating import leave_out_person

# What is refused to a form like this is refused to its page as well.
OF_THE_PAGE_TOO = (401, 403, 404)

log = logging.getLogger(__name__)


def turn_errors_into_pages(app: Flask) -> None:
    app.register_error_handler(StaleSignIn, _stale)
    app.register_error_handler(PortalError, _refused)
    app.register_error_handler(HTTPException, _answered)
    app.register_error_handler(Exception, _failed)


def _stale(error: StaleSignIn) -> AnyResponse:  # noqa: ARG001  # as Flask calls it
    return redirect(url_for(CONFIRM), 303)


def _refused(error: PortalError) -> AnyResponse:
    if error.status >= 500:
        log.error("answered %s: %s", error.status, error, exc_info=error)
    response = page(error.status, str(error), title=getattr(error, "title", ""))
    if error.retry_after is not None:
        response.headers["Retry-After"] = str(math.ceil(error.retry_after))
    return response


def _answered(error: HTTPException) -> AnyResponse:
    """Werkzeug's texts are for developers. Only our own are shown."""
    code = error.code or 500
    if error.response is not None or code < 400:
        return make_response(error.get_response())
    is_ours = "description" in vars(error) and not isinstance(error, CSRFError)
    response = page(
        code,
        _sentence(error, str(error.description) if is_ours else ""),
        title=getattr(error, "title", ""),
    )
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    return response


def _sentence(error: HTTPException, own: str) -> str:
    if isinstance(error, CSRFError):
        return (
            "This form is no longer valid, and nothing was changed. Go back, reload the page and "
            "send it again."
        )
    if isinstance(error, RequestEntityTooLarge):
        return "That was more than Portal accepts at once. Nothing was changed."
    return own


def _failed(error: Exception) -> Response:
    log.error("a page failed", exc_info=error)
    return page(500, "")


def _page_of_the_form() -> str:
    """The page that a refused form stands on: the nearest one to its address. Empty for none.

    No browser tells where a form stood, since pages send no Referer.
    """
    path, routes = request.path, current_app.create_url_adapter(request)
    while request.method == "POST" and routes is not None and path:
        with suppress(HTTPException):
            routes.match(path, method="GET")
            return path
        path = path.rpartition("/")[0]
    return ""


def page(status: int, message: str, *, title: str = "") -> Response:
    """The error page, with a reference and nothing about the inside."""
    words = {
        "status": status,
        "message": message,
        "title": title,
        "reference": request_id(),
        "way_on": "" if status in OF_THE_PAGE_TOO else _page_of_the_form(),
    }
    return make_response(_with_menu(words), status)


def _with_menu(words: dict[str, Any]) -> str:
    """Keep the menu of a signed-in person, unless it fails as their page did."""
    try:
        is_inside = current_user.is_authenticated
        return render_template("errors/error.html", is_inside=is_inside, **words)
    except Exception as error:  # storage may be what failed
        log.error("an error page failed", exc_info=error)
        leave_out_person()
        return render_template("errors/error.html", is_inside=False, **words)
