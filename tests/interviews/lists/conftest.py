"""A team with interviews: Alex administers, Priya and Sam recruit, Kim and Noa are limited."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from portal import clock
from portal.storage import platforms
from portal.storage.platforms import Platform
from portal.storage.rows import Rows
from tests.support import builders
from tests.support.visitors import Visitor, portal_in, visitor


@pytest.fixture
def rows(rows: Rows) -> Rows:
    with rows.write():
        now = clock.utc_now()
        platforms.save(rows, Platform.MICROSOFT_365, is_enabled=True, changed_by="", now=now)
    builders.user(rows, "Alex Berg", role="admin")
    builders.user(rows, "Priya Kaur", time_zone="Europe/Stockholm")
    builders.user(rows, "Sam Reed", time_zone="Europe/Stockholm")
    builders.user(rows, "Kim Lund", role="limited", time_zone="Europe/Stockholm")
    builders.user(rows, "Noa Levi", role="limited")
    builders.candidate(rows, "Rosa Ortega", "rosa.ortega@mail.example", now=clock.utc_now())
    return rows


@pytest.fixture
def app(rows: Rows, instance: Path) -> Flask:
    return portal_in(instance)


@pytest.fixture
def at() -> datetime:
    """09:30 UTC in a week: on the clocks of Stockholm an hour or two later."""
    return (clock.utc_now() + timedelta(days=7)).replace(hour=9, minute=30, second=0)


@pytest.fixture
def priya(app: Flask, rows: Rows) -> Visitor:
    return visitor(app, "priya")


@pytest.fixture
def kim(app: Flask, rows: Rows) -> Visitor:
    return visitor(app, "kim")


@pytest.fixture
def noa(app: Flask, rows: Rows) -> Visitor:
    return visitor(app, "noa")
