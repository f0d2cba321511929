"""Addresses below /me and /users/{id}, where Graph shows a mailbox."""

import re
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import quote

from flask import Blueprint

from sandbox.database import Row

# The paths that Exchange answers, for every owner of a mailbox.
MAILBOX = re.compile(
    r"^/v1\.0/(?:me|users/(?P<user>[^/]+)|groups/(?P<group>[^/]+))"
    r"/(?:mail|message|calendar|event|sendMail)"
)

Rule = TypeVar("Rule", bound=Callable[..., Any])


def below_mailbox(
    bp: Blueprint, *paths: str, methods: tuple[str, ...] = ("GET",)
) -> Callable[[Rule], Rule]:
    """Route the same view under /me and /users/{id}. `user` is None under /me."""

    def decorate(function: Rule) -> Rule:
        for path in paths:
            bp.add_url_rule(
                f"/me/{path}", view_func=function, methods=methods, defaults={"user": None}
            )
            bp.add_url_rule(f"/users/<user>/{path}", view_func=function, methods=methods)
        return function

    return decorate


def where(owner: Row) -> str:
    return f"users('{owner['id']}')"


def key(name: str) -> str:
    """Write a key within a context address."""
    return f"('{quote(name, safe='')}')"
