"""A portal with interviews: Priya organizes, Sam and Kim are on panels, Alex administers."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from portal import clock
from portal.storage.rows import Rows
from tests.support import builders
from tests.support.visitors import Visitor, portal_of_two, visitor


@pytest.fixture
def app(rows: Rows, instance: Path) -> Flask:
    builders.user(rows, "Alex Berg", role="admin")
    builders.user(rows, "Sam Reed")
    app = portal_of_two(rows, instance)
    builders.group_calendar(rows, "Hiring", is_default=1)
    builders.candidate(rows, "Rosa Ortega", "rosa.ortega@mail.example", now=clock.utc_now())
    return app


@pytest.fixture
def alex(app: Flask) -> Visitor:
    return visitor(app, "alex")


@pytest.fixture
def tomorrow(app: Flask) -> datetime:
    return clock.utc_now() + timedelta(days=1)
