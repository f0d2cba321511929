"""The person behind a request, for the tenant's own records of what was done in calendars."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import g, has_request_context, request

from sandbox.access import caller
from sandbox.database import Row, current_state
from sandbox.directory import store as people
from sandbox.errors import GraphError

GRAPH, OUTLOOK, CONTROL, TENANT = "graph", "outlook", "control", "tenant"


@dataclass(frozen=True)
class Act:
    """An act: the address of its person, `app` for an application, or nobody; and its way."""

    by: str
    through: str


AUTOMATIC = Act("", TENANT)


def by_person(person: Row) -> None:
    """Say that a person does this request at a page of the small Outlook."""
    g.act = Act(person["upn"], OUTLOOK)


@contextmanager
def automatic() -> Iterator[None]:
    """Say that nobody does what happens here, as when a room answers."""
    before = g.get("act")
    g.act = AUTOMATIC
    try:
        yield
    finally:
        g.act = before


def present() -> Act:
    """Say whose act the present one is. Control may name a person, who is then in Outlook."""
    if not has_request_context():
        return AUTOMATIC
    if known := g.get("act"):
        found: Act = known
        return found
    if request.path.startswith("/v1.0"):
        return _at_graph()
    named = request.args.get("by", "")
    return Act(named, OUTLOOK if named else CONTROL)


def _at_graph() -> Act:
    try:
        who = caller()
    except GraphError:
        return Act("", GRAPH)
    person = people.person(current_state(), who.oid) if who.oid else None
    return Act(person["upn"] if person else who.kind, GRAPH)
