"""The checks that a subscription must pass: its members, its endpoints, its expiry."""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

import requests
from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

from sandbox.database import State
from sandbox.errors import GraphError, not_implemented
from sandbox.subscriptions.notifications import HANDSHAKE_SECONDS

REFUSED = "Notification endpoint must respond with 200 OK to validation request."
MAX_SPAN = timedelta(minutes=10080)
MIN_SPAN = timedelta(minutes=45)


def check(asked: dict[str, Any]) -> None:
    needed = ("changeType", "notificationUrl", "expirationDateTime", "resource")
    for name in (*needed, "clientState", "lifecycleNotificationUrl"):
        if name in needed and not asked.get(name):
            raise GraphError(400, "InvalidRequest", f"Missing required property {name}.")
        if not isinstance(asked.get(name) or "", str):
            raise GraphError(400, "InvalidRequest", f"{name} must be a string.")
    if asked.get("includeResourceData"):
        raise not_implemented("includeResourceData of a subscription")
    if set(asked["changeType"].lower().split(",")) - {"created", "updated", "deleted"}:
        raise GraphError(400, "InvalidRequest", "changeType has an unknown value.")
    if len(asked.get("clientState") or "") > 128:
        raise GraphError(400, "InvalidRequest", "clientState is longer than 128 characters.")
    for name in ("notificationUrl", "lifecycleNotificationUrl"):
        if asked.get(name) and not is_local(asked[name]):
            raise GraphError(
                400,
                "InvalidRequest",
                f"{name} is not on this computer, and the practice tenant calls nobody else.",
            )


def is_local(address: str) -> bool:
    """Whether a request would stay on this computer. The library that sends it reads it here."""
    try:
        found = parse_url(address)
    except LocationParseError:
        return False
    is_plain = not any(character <= " " or character in "\\@" for character in address)
    own = ("localhost", "127.0.0.1", "[::1]")
    return is_plain and found.scheme in ("http", "https") and found.host in own


def require_handshake(address: str) -> None:
    """Require the token back as text/plain within ten seconds."""
    token = f"Validation: Testing client application reachability {secrets.token_urlsafe(24)}"
    try:
        with requests.Session() as session:
            session.trust_env = False
            answer = session.post(
                address,
                params={"validationToken": token},
                headers={"Content-Type": "text/plain; charset=utf-8"},
                timeout=HANDSHAKE_SECONDS,
                verify=False,  # loopback only
                allow_redirects=False,
            )
        problem = None if _echoes(answer, token) else REFUSED
    except requests.RequestException:
        problem = "The operation has timed out."
    if problem:
        raise GraphError(
            400, "ValidationError", f"Subscription validation request failed. {problem}"
        )


def _echoes(answer: requests.Response, token: str) -> bool:
    is_plain = answer.headers.get("Content-Type", "").startswith("text/plain")
    return answer.status_code == 200 and answer.text == token and is_plain


def expiry(state: State, text: str) -> str:
    """Read an expiry. It is raised to 45 minutes, and refused beyond 10,080."""
    try:
        given = datetime.fromisoformat(text)
        wanted = given if given.tzinfo else given.replace(tzinfo=UTC)
        wanted = wanted.astimezone(UTC)
    except (ValueError, TypeError, OverflowError) as error:
        raise GraphError(400, "InvalidRequest", "expirationDateTime is no date.") from error
    if wanted <= state.now():
        raise GraphError(
            400, "InvalidRequest", "Subscription expiration date must be in the future."
        )
    if wanted > state.now() + MAX_SPAN + timedelta(minutes=1):
        raise GraphError(
            400,
            "InvalidRequest",
            "Subscription expiration can only be 10080 minutes in the future.",
        )
    return max(wanted, state.now() + MIN_SPAN).strftime("%Y-%m-%dT%H:%M:%S.0000000Z")
