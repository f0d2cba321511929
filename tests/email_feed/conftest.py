"""Priya and Alex, whose mailboxes are synced, and two candidates."""

from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask

from portal import clock
from portal.storage.rows import Rows
from tests.email.conftest import connected_app, connected_priya, env, visit_connected
from tests.email_feed import hidden
from tests.support import builders
from tests.support.visitors import portal_in

__all__ = ["connected_app", "connected_priya", "env", "visit_connected"]


@pytest.fixture
def people(rows: Rows, now: datetime) -> None:
    for name in ("Priya Kaur", "Alex Berg"):
        builders.mailbox(rows, builders.user(rows, name))
    builders.alias(rows, "priya", "priya@northwind.example", is_primary=1, is_included=1)
    builders.alias(rows, "priya", "talent@northwind.example", is_included=1)
    builders.candidate(rows, "Rosa Ortega", "rosa.ortega@mail.example", now=now)
    builders.candidate(rows, "Mei Tan", "mei@mail.example", now=now)


@pytest.fixture
def app(rows: Rows, instance: Path) -> Flask:
    return portal_in(instance)


@pytest.fixture
def team(rows: Rows) -> Rows:
    """Priya has hidden a conversation with Rosa from Ben and Alex."""
    now = clock.utc_now()
    hidden.hire(rows, now)
    hidden.keep_mail(rows, now)
    hidden.hide(rows, now)
    return rows
