"""Priya and Alex, whose mailboxes are synced, and two candidates."""

from datetime import datetime

import pytest

from portal.storage.rows import Rows
from tests.email.conftest import connected_app, connected_priya, env, visit_connected
from tests.support import builders

__all__ = ["connected_app", "connected_priya", "env", "visit_connected"]


@pytest.fixture
def people(rows: Rows, now: datetime) -> None:
    for name in ("Priya Kaur", "Alex Berg"):
        builders.mailbox(rows, builders.user(rows, name))
    builders.alias(rows, "priya", "priya@northwind.example", is_primary=1, is_included=1)
    builders.alias(rows, "priya", "talent@northwind.example", is_included=1)
    builders.candidate(rows, "Rosa Ortega", "rosa.ortega@mail.example", now=now)
    builders.candidate(rows, "Mei Tan", "mei@mail.example", now=now)
