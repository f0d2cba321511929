"""Requests to the authorize endpoint: read, checked and answered."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode, urlsplit

from sandbox.database import State
from sandbox.entra import permissions
from sandbox.entra.client_authentication import require_application
from sandbox.errors import EntraError

BASIC = frozenset({"openid", "profile", "email", "offline_access"})
GRAPH = "https://graph.microsoft.com/"
PROMPTS = frozenset({"", "login", "none", "consent", "select_account"})
RESPONSE_MODES = frozenset({"query", "fragment", "form_post"})


@dataclass(frozen=True)
class AuthorizeRequest:
    """A request to authorize, as the application sent it."""

    client_id: str
    application: str
    redirect_uri: str
    scopes: frozenset[str]
    state: str | None
    nonce: str | None
    challenge: str | None
    challenge_method: str
    prompt: str
    login_hint: str | None
    response_mode: str
    max_age: int | None = None

    def members(self, **members: str) -> dict[str, str]:
        """Add the application's own `state` to an answer."""
        return members if self.state is None else {**members, "state": self.state}

    def address(self, members: Mapping[str, str]) -> str:
        """Build the redirect that carries `members` to the application."""
        mark = "#" if self.response_mode == "fragment" else "?"
        if mark == "?" and urlsplit(self.redirect_uri).query:
            mark = "&"
        return f"{self.redirect_uri}{mark}{urlencode(members)}"


class ReturnedError(Exception):
    """An error that is returned to the application by a redirect."""

    def __init__(
        self, asked: AuthorizeRequest, error: str, aadsts: int, message: str, **more: str
    ) -> None:
        super().__init__(message)
        fault = EntraError(error, aadsts, message)
        self.asked = asked
        self.members = asked.members(error=error, error_description=fault.description, **more)


def read(state: State, arguments: Mapping[str, str]) -> AuthorizeRequest:
    """Read a request. An unknown application or redirect address is refused on the page."""
    client_id = arguments.get("client_id", "")
    if not client_id:
        raise EntraError(
            "invalid_request",
            900144,
            "The request body must contain the following parameter: 'client_id'.",
        )
    application = require_application(state, client_id)
    redirect_uri = arguments.get("redirect_uri", "")
    if not is_registered(redirect_uri, application["redirect_uris"]):
        raise EntraError(
            "invalid_request",
            50011,
            f"The redirect URI '{redirect_uri}' specified in the request does not match the"
            f" redirect URIs configured for the application '{client_id}'.",
        )
    return AuthorizeRequest(
        client_id=client_id,
        application=application["display_name"],
        redirect_uri=redirect_uri,
        scopes=frozenset(scope_names(state, arguments.get("scope", ""))),
        state=arguments.get("state"),
        nonce=arguments.get("nonce"),
        challenge=arguments.get("code_challenge"),
        challenge_method=arguments.get("code_challenge_method", "plain"),
        prompt=arguments.get("prompt", ""),
        login_hint=arguments.get("login_hint"),
        response_mode=arguments.get("response_mode", "query"),
        max_age=_seconds(arguments.get("max_age", "")),
    )


def _seconds(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else None


def is_registered(address: str, registered: list[str]) -> bool:
    """Whether an address is registered. For http on localhost the port is ignored.

    https://learn.microsoft.com/entra/identity-platform/reply-url, "Localhost exceptions".
    """
    return address in registered or any(
        _without_port(address) == _without_port(one) for one in registered if _is_localhost(one)
    )


def _is_localhost(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1")


def _without_port(address: str) -> tuple[str | None, ...]:
    parts = urlsplit(address)
    return (parts.scheme, parts.hostname, parts.path, parts.query, parts.username, parts.fragment)


def scope_names(state: State, scope: str) -> set[str]:
    """Strip Graph's prefix, or the practice tenant's, from the names of permissions."""
    here = f"{state.base_url}/"
    names = (name.removeprefix(GRAPH).removeprefix(here) for name in scope.split())
    return {permissions.scope_name(name) for name in names}


def check(asked: AuthorizeRequest, response_type: str) -> None:
    """Check the rest of a request. Its errors go to the application by a redirect."""
    if response_type != "code":
        raise ReturnedError(
            asked,
            "unsupported_response_type",
            700054,
            f"response_type '{response_type}' is not enabled for the application.",
        )
    if asked.response_mode not in RESPONSE_MODES:
        unknown = f"'{asked.response_mode}' is not a supported value for 'response_mode'."
        raise ReturnedError(
            replace(asked, response_mode="query"), "invalid_request", 70007, unknown
        )
    if not asked.scopes:
        raise ReturnedError(
            asked,
            "invalid_request",
            900144,
            "The request body must contain the following parameter: 'scope'.",
        )
    if asked.challenge and asked.challenge_method not in ("S256", "plain"):
        raise ReturnedError(asked, "invalid_request", 501491, "Invalid code challenge method.")
    _check_prompt(asked)
    _check_scopes(asked)


def _check_prompt(asked: AuthorizeRequest) -> None:
    if asked.prompt not in PROMPTS:
        raise ReturnedError(asked, "invalid_request", 90023, "Unsupported 'prompt' value.")
    if asked.prompt == "select_account" and asked.login_hint:
        together = "login_hint cannot be combined with prompt=select_account."
        raise ReturnedError(asked, "invalid_request", 90023, together)


def _check_scopes(asked: AuthorizeRequest) -> None:
    named = asked.scopes - BASIC
    if ".default" in named and len(named) > 1:
        mixed = ".default scope can't be combined with resource-specific scopes."
        raise ReturnedError(asked, "invalid_scope", 70011, mixed)
    for name in sorted(named - {".default"}):
        if not permissions.is_known(name):
            raise ReturnedError(
                asked,
                "invalid_client",
                650053,
                f"The application '{asked.application}' asked for scope '{name}' that doesn't"
                " exist on the resource '00000003-0000-0000-c000-000000000000'.",
            )


def is_verified(verifier: str | None, facts: Mapping[str, str | None]) -> bool:
    """Verify PKCE (RFC 7636, section 4.6)."""
    challenge = facts.get("challenge")
    if not challenge:
        return verifier is None
    if not verifier:
        return False
    if facts.get("challenge_method") == "plain":
        return verifier == challenge
    digest = hashlib.sha256(verifier.encode("ascii", "replace")).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=") == challenge
