"""Access to Graph: the caller of a request, and the permissions that each view requires."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Literal, ParamSpec, TypeVar

from flask import g, request

from sandbox.database import Row, current_state
from sandbox.entra.tokens import read_access_token
from sandbox.errors import GraphError, unauthorized
from sandbox.mail import folders

P = ParamSpec("P")
R = TypeVar("R")

# Exchange and the directory word their refusals differently.
EXCHANGE = re.compile(r"/mailFolders|/messages|Mail|/mailboxSettings|/calendar|/places(/|$)")


@dataclass(frozen=True)
class Caller:
    """The caller named by an access token. `oid` is None for an application."""

    kind: Literal["person", "app"]
    oid: str | None
    client_id: str
    permissions: frozenset[str]


def needs(
    *, delegated: tuple[str, ...] = (), application: tuple[str, ...] = ()
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Require one of the named permissions. With none named, that kind of caller is refused."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def checked(*args: P.args, **kwargs: P.kwargs) -> R:
            g.caller = caller()
            if g.caller.kind == "app" and request.path.split("/")[2:3] == ["me"]:
                raise no_user_for_me()
            wanted = delegated if g.caller.kind == "person" else application
            if not _is_covered(wanted, g.caller.permissions):
                raise GraphError(403, *_refusal())
            return view(*args, **kwargs)

        return checked

    return decorate


def _is_covered(wanted: tuple[str, ...], granted: frozenset[str]) -> bool:
    return bool({name.lower() for name in wanted} & {name.lower() for name in granted})


def _refusal() -> tuple[str, str]:
    if EXCHANGE.search(request.path):
        return "ErrorAccessDenied", "Access is denied. Check credentials and try again."
    return (
        "Authorization_RequestDenied",
        "Insufficient privileges to complete the operation.",
    )


def caller() -> Caller:
    """Read the caller from the bearer token. Answers 401 if the token is missing or invalid."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise unauthorized("Access token is empty.")
    claims = read_access_token(current_state(), token)
    roles = claims.get("roles") or []
    scopes = str(claims.get("scp", "")).split()
    is_app = claims.get("idtyp") == "app"
    return Caller(
        kind="app" if is_app else "person",
        oid=None if is_app else claims["oid"],
        client_id=claims["appid"],
        permissions=frozenset(roles if is_app else scopes),
    )


def caller_user() -> Row:
    """Return the directory row behind /me."""
    if g.caller.kind == "app":
        raise no_user_for_me()
    return require_user(g.caller.oid)


def no_user_for_me() -> GraphError:
    """Refuse /me to an application, whatever its permissions."""
    return GraphError(
        400, "BadRequest", "/me request is only valid with delegated authentication flow."
    )


def require_user(reference: str) -> Row:
    """Find a directory row by object id or user principal name."""
    row = current_state().row(
        "select * from users where (id = ? or lower(upn) = lower(?)) and deleted_at is null",
        (reference, reference),
    )
    if row is None:
        raise GraphError(
            404,
            "Request_ResourceNotFound",
            f"Resource '{reference}' does not exist or one of its queried reference-property"
            " objects are not present.",
        )
    return row


def mailbox_of(reference: str | None) -> Row:
    """Find the owner of a mailbox (None: /me), and refuse a caller who may not open it."""
    owner: dict[str, Any] = caller_user() if reference is None else require_user(reference)
    if g.caller.kind == "person" and owner["id"] != g.caller.oid:
        raise GraphError(
            403, "ErrorAccessDenied", "Access is denied. Check credentials and try again."
        )
    if g.caller.kind == "app" and owner["is_fenced"]:
        # An access policy in Exchange keeps applications out, whatever Entra has granted.
        raise GraphError(403, "ErrorAccessDenied", "Access to OData is disabled.")
    if not owner["has_mailbox"]:
        raise GraphError(
            404,
            "MailboxNotEnabledForRESTAPI",
            "The mailbox is either inactive, soft-deleted, or is hosted on-premise.",
        )
    folders.ensure_mailbox(current_state(), owner["id"])
    return owner
