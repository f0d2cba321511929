"""Priya and Ben recruit, Alex administers, and Kim is limited. Rosa and Mei are candidates."""

from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask

from portal import clock
from portal.storage.rows import Rows
from tests.email.conftest import connected_app, connected_priya, env, visit_connected
from tests.email.environment import EmailEnvironment
from tests.email_feed import hidden
from tests.outbox.office import Office
from tests.support import builders
from tests.support.visitors import portal_in

__all__ = ["connected_app", "connected_priya", "env", "visit_connected"]


@pytest.fixture
def office(env: EmailEnvironment, monkeypatch: pytest.MonkeyPatch) -> Office:
    """Priya may write by the organization's consent."""
    opened = Office(env, monkeypatch)
    opened.open()
    opened.consent()
    return opened


@pytest.fixture
def team(rows: Rows) -> Rows:
    """The team with Priya's addresses, and Jobs, a shared mailbox that Priya and Ben own."""
    now: datetime = clock.utc_now()
    hidden.hire(rows, now)
    builders.alias(rows, "priya", "priya@northwind.example", is_primary=1, is_included=1)
    builders.alias(rows, "priya", "talent@northwind.example", is_included=1)
    builders.shared_mailbox(rows, "Jobs", owners=["priya", "ben"])
    return rows


@pytest.fixture
def app(rows: Rows, instance: Path) -> Flask:
    return portal_in(instance)
