"""Access markers. Every route has exactly one."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

from flask import Flask

View = TypeVar("View", bound=Callable[..., Any])
MARK = "portal_access"


class Access(StrEnum):
    PUBLIC = "public"
    SIGNED_IN = "signed in"
    MEMBER_ONLY = "member only"
    ADMIN_ONLY = "admin only"
    WEBHOOK = "webhook"

    @property
    def needs_person(self) -> bool:
        return self in (Access.SIGNED_IN, Access.MEMBER_ONLY, Access.ADMIN_ONLY)


class Unmarked(RuntimeError):
    """A route has no marker, or two. Portal does not start."""


def _marker(access: Access) -> Callable[[View], View]:
    def mark(view: View) -> View:
        if hasattr(view, MARK):
            raise Unmarked(f"{view.__name__} wears two markers.")
        setattr(view, MARK, access)
        return view

    return mark


public = _marker(Access.PUBLIC)
signed_in = _marker(Access.SIGNED_IN)
member_only = _marker(Access.MEMBER_ONLY)
admin_only = _marker(Access.ADMIN_ONLY)
webhook = _marker(Access.WEBHOOK)


def require_markers(app: Flask) -> None:
    """Check every registered route. A missing marker stops the start."""
    for endpoint, view in app.view_functions.items():
        if not isinstance(getattr(view, MARK, None), Access):
            raise Unmarked(f"The route {endpoint} says nothing about who may open it.")


def access_of(app: Flask, endpoint: str) -> Access:
    access: Access = getattr(app.view_functions[endpoint], MARK)
    return access
