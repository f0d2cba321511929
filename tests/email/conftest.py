"""An office for tests of the sync, and a portal for tests of its pages."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from portal import create_app
from portal.storage.rows import Rows
from tests.email.environment import (
    PRIYA,
    ROSA,
    EmailEnvironment,
    config,
    open_environment,
    skip_searches,
)
from tests.support.visitors import Visitor, portal_of_two, visitor


@pytest.fixture
def env(instance: Path) -> Iterator[EmailEnvironment]:
    """A new office for each test."""
    with open_environment(instance) as opened:
        yield opened


@pytest.fixture
def app(rows: Rows, instance: Path) -> Flask:
    return portal_of_two(rows, instance)


@pytest.fixture
def visit_priya(app: Flask) -> Visitor:
    return visitor(app, "priya")


@pytest.fixture
def connected_app(env: EmailEnvironment, instance: Path) -> Flask:
    """The portal of the office, with the practice tenant behind it."""
    return create_app(config(instance, env.sandbox))


@pytest.fixture
def connected_priya(env: EmailEnvironment) -> str:
    """Priya, connected and synced, with Rosa as a candidate."""
    env.candidate("Rosa Ortega", ROSA)
    user_id = env.connect(PRIYA)
    env.sync(user_id)
    skip_searches(env)
    return user_id


@pytest.fixture
def visit_connected(connected_app: Flask, connected_priya: str) -> Visitor:
    return visitor(connected_app, connected_priya)


@pytest.fixture
def visit_kim(app: Flask) -> Visitor:
    return visitor(app, "kim")
