"""Access to Graph: the caller of a request, and the permissions that each view requires."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Literal, ParamSpec, TypeVar

from flask import g, request

from sandbox import quirks
from sandbox.database import Row, State, current_state
from sandbox.directory.resource import upn_of
from sandbox.entra import applications
from sandbox.entra.tokens import read_access_token
from sandbox.errors import GraphError, unauthorized
from sandbox.groups import references
from sandbox.mail import folders
from sandbox.mailbox_paths import MAILBOX
from sandbox.rights import access as rights
from sandbox.rights.senders import Writer

P = ParamSpec("P")
R = TypeVar("R")

# Exchange and the directory word their refusals differently.
EXCHANGE = re.compile(
    r"/conversations$|/mailFolders|/messages|Mail|/mailboxSettings|/calendar|/events|/places(/|$)"
)
NO_ACCESS = "Access is denied. Check credentials and try again."
NO_ODATA = "Access to OData is disabled."
NOT_IN_THE_CLOUD = "The mailbox is either inactive, soft-deleted, or is hosted on-premise."


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
            g.wanted = wanted
            return view(*args, **kwargs)

        return checked

    return decorate


def _is_covered(wanted: tuple[str, ...], granted: frozenset[str]) -> bool:
    is_mailbox = bool(MAILBOX.match(request.path))
    found = rights.covers_own(granted) if is_mailbox else {name.lower() for name in granted}
    return bool({name.lower() for name in wanted} & found)


def _refusal() -> tuple[str, str]:
    if EXCHANGE.search(request.path):
        return "ErrorAccessDenied", NO_ACCESS
    return (
        "Authorization_RequestDenied",
        "Insufficient privileges to complete the operation.",
    )


def caller() -> Caller:
    """Read the caller from the bearer token. Answers 401 if the token is missing or invalid."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise unauthorized("Access token is empty.")
    state = current_state()
    claims = read_access_token(state, token)
    roles = claims.get("roles") or []
    scopes = str(claims.get("scp", "")).split()
    is_app = claims.get("idtyp") == "app"
    return Caller(
        kind="app" if is_app else "person",
        oid=None if is_app else claims["oid"],
        client_id=claims["appid"],
        permissions=frozenset(
            (*roles, *applications.roles_in_exchange(state, claims["appid"])) if is_app else scopes
        ),
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
    state = current_state()
    row = state.row(
        "select * from users where (id = ? or lower(upn) = lower(?)) and deleted_at is null",
        (reference, upn_of(state, reference)),
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
    state = current_state()
    owner: dict[str, Any] = caller_user() if reference is None else _require_owner(reference)
    is_another = g.caller.kind == "person" and owner["id"] != g.caller.oid
    if is_another and not rights.may_open(
        state, owner["id"], g.caller.oid, granted=g.caller.permissions, wanted=g.wanted
    ):
        raise GraphError(403, "ErrorAccessDenied", NO_ACCESS)
    require_open_mailbox(state, owner)
    folders.ensure_mailbox(state, owner["id"])
    return owner


def _require_owner(reference: str) -> Row:
    """Find the owner of a mailbox. The mail of a group is in its conversations, never here."""
    try:
        return require_user(reference)
    except GraphError:
        if references.group(current_state(), reference) is None:
            raise
    raise GraphError(404, "ErrorInvalidUser", f"The requested user '{reference}' is invalid.")


def writer_at(owner: Row) -> Writer:
    """Find the writer at a mailbox: the person of the token, or its owner for an application."""
    if g.caller.kind == "app":
        return Writer(owner)
    return Writer(require_user(g.caller.oid), rights.may_write_for_others(g.caller.permissions))


def require_open_mailbox(state: State, owner: Row) -> None:
    """Refuse a mailbox that Exchange keeps from the application, or that is not in its cloud."""
    if g.caller.kind == "app" and owner["is_fenced"]:
        # An access policy in Exchange keeps applications out, whatever Entra has granted.
        is_scope = quirks.RBAC_SCOPE.is_on(state)
        raise GraphError(403, "ErrorAccessDenied", NO_ACCESS if is_scope else NO_ODATA)
    if g.caller.kind == "app" and applications.waits_for_exchange(state, g.caller.client_id):
        raise GraphError(403, "ErrorAccessDenied", NO_ACCESS)
    if owner["is_on_premises"] and _is_odd_request(state):
        # The same mailbox was seen to answer both codes in turn.
        raise GraphError(404, "ResourceNotFound", "Resource could not be discovered.")
    if owner["is_on_premises"] or not owner["has_mailbox"]:
        raise GraphError(404, "MailboxNotEnabledForRESTAPI", NOT_IN_THE_CLOUD)


def _is_odd_request(state: State) -> bool:
    row = state.row("select coalesce(max(id), 0) % 2 as odd from requests")
    return bool(row and row["odd"])
