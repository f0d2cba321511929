"""Browsers with an earlier sign-in, which a stranger's wrong guesses do not lock out.

The cookie opens nothing. Attempts from such a browser are only counted separately: https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies
"""

from flask import Response, after_this_request, request
from itsdangerous import BadData, URLSafeSerializer

from portal.web.current import services

YEAR = 365 * 24 * 3600


def remember_browser(user_id: str) -> None:
    """Set the cookie on this answer."""
    test_mode = services.config.test_mode

    @after_this_request
    def with_cookie(response: Response) -> Response:
        response.set_cookie(
            _name(),
            _signer().dumps(user_id),
            max_age=YEAR,
            path="/",
            secure=not test_mode,
            httponly=True,
            samesite="Strict",
        )
        return response


def known_user() -> str | None:
    """The user who last signed in from this browser. Proves nothing about the present one."""
    try:
        user_id = _signer().loads(request.cookies.get(_name(), ""))
    except BadData:
        return None
    return user_id if isinstance(user_id, str) else None


def _name() -> str:
    return "portal-known" if services.config.test_mode else "__Host-portal-known"


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(services.config.secret_key, salt="known browser")
