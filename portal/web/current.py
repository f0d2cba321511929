"""The request's user, services, peer and id."""

from typing import Any, Protocol, TypeVar, cast

import flask_login
from flask import current_app, g, request
from werkzeug.local import LocalProxy

from portal.audit.models import Actor
from portal.services import Services

T = TypeVar("T")


class CurrentUser(Protocol):
    """The signed-in person as pages use them."""

    @property
    def is_authenticated(self) -> bool: ...
    @property
    def id(self) -> str: ...
    @property
    def display_name(self) -> str: ...
    @property
    def initials(self) -> str: ...
    @property
    def address(self) -> str: ...
    @property
    def role(self) -> str: ...
    @property
    def is_admin(self) -> bool: ...
    @property
    def is_member(self) -> bool: ...
    @property
    def time_zone(self) -> str: ...
    @property
    def has_time_zone(self) -> bool: ...
    @property
    def tenant_id(self) -> str | None: ...
    @property
    def object_id(self) -> str | None: ...
    @property
    def user_name(self) -> str | None: ...


class Nobody:
    """A visitor who has not signed in: no name, no rights."""

    is_authenticated = False
    is_active = False
    is_anonymous = True
    id = ""
    display_name = ""
    initials = ""
    address = ""
    role = ""
    is_admin = False
    is_member = False
    time_zone = "UTC"
    has_time_zone = False
    tenant_id = None
    object_id = None
    user_name = None

    def get_id(self) -> None:
        """Flask-Login asks for it."""
        return


current_user: CurrentUser = cast(CurrentUser, flask_login.current_user)


def _services() -> Services:
    built: Services = current_app.extensions["portal"]
    return built


services: Services = cast(Services, LocalProxy(_services))


def wired(kind: type[T]) -> T:
    """The one object of this type that create_app() put into the app."""
    found: T = current_app.extensions[kind.__name__]
    return found


def peer() -> str:
    """The client's address, or the one that the trusted proxy names."""
    return request.remote_addr or "unknown"


def request_id() -> str:
    """The request's id, shown on error pages and in the log."""
    name: Any = g.get("request_id", "")
    return str(name)


def actor() -> Actor:
    """The person at this page, as the audit log names them."""
    return Actor(
        id=current_user.id or None,
        name=current_user.display_name or "Not signed in",
        peer=peer(),
        request_id=request_id(),
        tenant_id=current_user.tenant_id,
    )
