"""The gate before every view and the headers on every answer."""

import logging
import secrets
from collections.abc import Callable
from typing import Any

import flask_login
from flask import (
    Flask,
    Response,
    current_app,
    g,
    make_response,
    redirect,
    request,
    session,
    url_for,
)
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.sansio.utils import host_is_trusted
from werkzeug.wrappers import Response as AnyResponse

from portal import logs
from portal.clock import monotonic
from portal.config import Config
from portal.errors import NotAllowed
from portal.web import request_log
from portal.web.access import Access, access_of
from portal.web.bodies import ReadableBodies
from portal.web.compression.encodings import compress_page
from portal.web.current import Nobody, current_user, peer, services
from portal.web.flashes import SignedOutFlash, tell
from portal.web.form_tokens import csrf, require_form_token
from portal.web.limits import note_refused_access
from portal.web.proof import carried_changes
from portal.web.requests import (
    BODY_AT_MOST,
    LONG_BODY_AT_MOST,
    PortalRequest,
    TrustedProxy,
    WrongAddress,
    require_plain_query,
)
from portal.web.sessions import (
    DatabaseSessions,
    begin_session,
    end_session,
    follow_role,
    session_hash,
    session_hashes,
)
from portal.web.time_limit import TimeLimit
from portal.web.unread_bodies import UnreadBodies

__all__ = [
    "begin_session",
    "end_session",
    "session_hash",
    "session_hashes",
    "wished_place",
]

WISHED = "wished"
# The app's extension with the page of each endpoint whose form comes back filled in.
KEPT_FORMS = "kept_forms"
KeptForm = Callable[[], tuple[str, int]]
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


log = logging.getLogger(__name__)


def protect(app: Flask, config: Config) -> None:
    """Install sessions, the gate and the headers. None can be switched off."""
    app.request_class = PortalRequest
    app.session_interface = DatabaseSessions(config)
    app.secret_key = config.secret_key
    app.config.update(
        MAX_CONTENT_LENGTH=BODY_AT_MOST,
        MAX_FORM_MEMORY_SIZE=BODY_AT_MOST,
        WTF_CSRF_CHECK_DEFAULT=False,  # The gate checks it, after it knows who may come in.
        WTF_CSRF_SSL_STRICT=False,  # It needs a Referer, which our own policy withholds.
        WTF_CSRF_TIME_LIMIT=None,  # A form is valid as long as its session.
    )
    csrf.init_app(app)
    login_of(app)
    limited = ReadableBodies(UnreadBodies(TimeLimit(app.wsgi_app)))
    app.wsgi_app = TrustedProxy(limited, config.trusted_proxy)  # type: ignore[method-assign]  # how Flask wants it
    app.before_request(_name_request)
    app.before_request(_gate)
    app.after_request(compress_page)  # The first here is the last to see an answer.
    app.after_request(_add_headers)
    app.after_request(_log_answer)


def login_of(app: Flask) -> Any:
    """Make the Flask-Login manager, which loads the user at each request."""
    if "login_manager" not in vars(app):
        manager = flask_login.LoginManager(app)
        manager.session_protection = None  # our sessions have limits of their own
        manager.anonymous_user = Nobody
    return vars(app)["login_manager"]


def wished_place() -> tuple[str, dict[str, Any]]:
    """The endpoint the person wanted before they had to sign in."""
    endpoint, arguments = session.get(WISHED) or ("users.home", {})
    return endpoint, arguments


def _name_request() -> None:
    g.request_id = secrets.token_hex(6)
    g.started_at = monotonic()
    logs.request_id.set(g.request_id)


def _gate() -> AnyResponse | None:
    _require_own_host()
    if request.routing_exception is not None:
        raise request.routing_exception
    if "\0" in request.path:
        raise NotFound  # no engine finds it, and PostgreSQL refuses even to search for it
    require_plain_query(request)
    if request.endpoint in _kept_forms():
        request.max_content_length = LONG_BODY_AT_MOST
    if request.method == "OPTIONS":
        return Response(status=204)
    access = access_of(current_app, request.endpoint or "")
    if access is Access.WEBHOOK or request.endpoint == "static":
        return None
    if request.method not in SAFE_METHODS:
        _require_own_site()
    answer = _require_person(access)
    if answer is None and request.method not in SAFE_METHODS:
        return _require_token()
    return answer


def _require_token() -> AnyResponse | None:
    """Check the token of a form. A long text comes back with a new one instead of an error.

    A change that its person has confirmed is used up here.
    """
    try:
        require_form_token()
    except CSRFError:
        kept = _kept_form()
        if kept is None:
            raise
        return kept
    return carried_changes.spend()


def _kept_form() -> AnyResponse | None:
    """The page that gives a form back filled in, where losing it would lose a long text.

    It changes nothing, so it needs neither a person nor a token.
    """
    page = _kept_forms().get(request.endpoint or "")
    return make_response(page()) if page else None


def _kept_forms() -> dict[str, KeptForm]:
    pages: dict[str, KeptForm] = current_app.extensions.get(KEPT_FORMS, {})
    return pages


def _require_own_host() -> None:
    """Refuse a foreign host. Flask's TRUSTED_HOSTS refuses too early to show a page."""
    if not host_is_trusted(request.host, [services.config.host]):
        raise WrongAddress(f"This portal answers only at {services.config.base_url}.")


def _require_own_site() -> None:
    """Refuse a foreign origin. Where our own policy makes it null, Sec-Fetch-Site decides."""
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    is_named = origin == services.config.base_url
    if site is None:
        is_ours = is_named
    else:
        is_ours = site == "same-origin" and (is_named or origin in (None, "null"))
    if not is_ours:
        raise BadRequest("This form was not sent from a page of Portal. Nothing was changed.")


def _require_person(access: Access) -> AnyResponse | None:
    follow_role(current_user)
    if not access.needs_person:
        return None
    if not current_user.is_authenticated:
        return _ask_to_sign_in()
    if access is Access.ADMIN_ONLY and not current_user.is_admin:
        note_refused_access(current_user.id, f"{request.method} {request.endpoint}")
        raise NotAllowed("This page is for administrators. Ask one of yours if you need it.")
    if access is Access.MEMBER_ONLY and not current_user.is_member:
        note_refused_access(current_user.id, f"{request.method} {request.endpoint}")
        raise NotAllowed("Your role does not include candidates. An administrator can change that.")
    return None


def _ask_to_sign_in() -> AnyResponse:
    if request.method in SAFE_METHODS:
        session[WISHED] = (request.endpoint, request.view_args or {})
    elif (kept := _kept_form()) is not None:
        return kept
    else:
        tell(SignedOutFlash.MEANWHILE)
    return redirect(url_for("users.sign_in_page"), 303)


def _log_answer(response: Response) -> Response:
    if request.endpoint not in ("static", "users.health"):
        now = monotonic()
        took = round((now - g.get("started_at", now)) * 1000)
        where = request.endpoint or "nowhere"
        request_log.note(
            f"{request.method} {where}: {response.status_code} in {took} ms",
            peer=peer(),
            is_stranger=not current_user.is_authenticated,
            now=now,
        )
    return response


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint != "static" or "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
        response.vary.add("Cookie")
    return response
