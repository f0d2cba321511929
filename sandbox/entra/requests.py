"""One request to authorize: read, checked as Entra checks it, and answered."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from sandbox.database import State
from sandbox.entra import store
from sandbox.errors import EntraFault

BASIC = frozenset({"openid", "profile", "email", "offline_access"})
GRAPH = "https://graph.microsoft.com/"


@dataclass(frozen=True)
class AuthorizeRequest:
    """What an application asks for when it sends somebody here."""

    client_id: str
    redirect_uri: str
    scopes: frozenset[str]
    state: str | None
    nonce: str | None
    challenge: str | None
    challenge_method: str
    prompt: str
    login_hint: str | None
    response_mode: str

    @property
    def permissions(self) -> frozenset[str]:
        """The Graph permissions among the scopes: what somebody has to consent to."""
        return self.scopes - BASIC

    def answer(self, **members: str) -> str:
        """The redirect that carries `members` back to the application."""
        if self.state is not None:
            members["state"] = self.state
        mark = "#" if self.response_mode == "fragment" else "?"
        if mark == "?" and urlsplit(self.redirect_uri).query:
            mark = "&"
        return f"{self.redirect_uri}{mark}{urlencode(members)}"

    def error(self, error: str, aadsts: int, message: str, **members: str) -> str:
        fault = EntraFault(error, aadsts, message)
        return self.answer(error=error, error_description=fault.description, **members)


def read(state: State, arguments: Mapping[str, str]) -> AuthorizeRequest:
    """Refuses what must not be answered by a redirect: unknown application, foreign address."""
    client_id = arguments.get("client_id", "")
    application = store.application(state, client_id)
    if application is None:
        raise EntraFault(
            "unauthorized_client",
            700016,
            f"Application with identifier '{client_id}' was not found in the directory.",
        )
    redirect_uri = arguments.get("redirect_uri", "")
    if not is_registered(redirect_uri, application["redirect_uris"]):
        raise EntraFault(
            "invalid_request",
            50011,
            f"The redirect URI '{redirect_uri}' specified in the request does not match the"
            f" redirect URIs configured for the application '{client_id}'.",
        )
    return AuthorizeRequest(
        client_id=client_id,
        redirect_uri=redirect_uri,
        scopes=frozenset(scope_names(arguments.get("scope", ""))),
        state=arguments.get("state"),
        nonce=arguments.get("nonce"),
        challenge=arguments.get("code_challenge"),
        challenge_method=arguments.get("code_challenge_method", "plain"),
        prompt=arguments.get("prompt", ""),
        login_hint=arguments.get("login_hint"),
        response_mode=arguments.get("response_mode", "query"),
    )


def is_registered(address: str, registered: list[str]) -> bool:
    """Exactly one of the registered ones; a registered localhost without a port fits any port."""
    if address in registered:
        return True
    asked = urlsplit(address)
    if asked.hostname != "localhost":
        return False
    return any(
        (one.scheme, one.hostname, one.path) == (asked.scheme, "localhost", asked.path)
        and one.port is None
        for one in map(urlsplit, registered)
    )


def scope_names(scope: str) -> set[str]:
    """Permission names without Graph's prefix."""
    return {name.removeprefix(GRAPH) for name in scope.split() if name}


def fault_of(asked: AuthorizeRequest, response_type: str) -> str | None:
    """A redirect that says what is wrong with an otherwise trustworthy request."""
    if response_type != "code":
        return asked.error(
            "unsupported_response_type",
            700054,
            f"response_type '{response_type}' is not enabled for the application.",
        )
    if not asked.scopes:
        return asked.error("invalid_request", 900144, "The request must contain a 'scope'.")
    if asked.challenge and asked.challenge_method not in ("S256", "plain"):
        return asked.error("invalid_request", 501491, "Invalid code challenge method.")
    if asked.prompt == "select_account" and asked.login_hint:
        return asked.error(
            "invalid_request", 90023, "login_hint cannot be combined with select_account."
        )
    return None


def verifies(verifier: str | None, facts: Mapping[str, str | None]) -> bool:
    """PKCE, RFC 7636 section 4.6."""
    challenge = facts.get("challenge")
    if not challenge:
        return verifier is None
    if not verifier:
        return False
    if facts.get("challenge_method") == "plain":
        return verifier == challenge
    digest = hashlib.sha256(verifier.encode("ascii", "replace")).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=") == challenge
