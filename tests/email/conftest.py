"""An office for tests of the sync, and a portal for tests of its pages."""

from collections.abc import Iterator
from pathlib import Path
from zlib import crc32

import pytest
from flask import Flask

from portal import create_app
from portal.storage.rows import Rows
from sandbox import quirks
from tests.email.environment import (
    PRIYA,
    ROSA,
    EmailEnvironment,
    config,
    open_environment,
    skip_searches,
)
from tests.support import quirk_turns
from tests.support.visitors import Visitor, portal_of_two, visitor

# Tests of what the sync does run three times: with a kind tenant, with one of its quirks after
# another, and with all of them at once. The other tests run once.
WITH_QUIRKS = ("test_sync", "test_walks")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    module = metafunc.module.__name__.rpartition(".")[2]
    if "env" in metafunc.fixturenames and module in WITH_QUIRKS:
        turn = crc32(metafunc.function.__name__.encode()) % len(quirks.NAMES)
        choices = {"kind": (), quirks.NAMES[turn]: (quirks.NAMES[turn],), "all": quirks.NAMES}
        metafunc.parametrize("env", choices.values(), ids=choices, indirect=True)


@pytest.fixture
def env(request: pytest.FixtureRequest, instance: Path) -> Iterator[EmailEnvironment]:
    """A new office for each test, in a tenant with the quirks that the test is run with."""
    with open_environment(instance) as opened:
        if hasattr(request, "param"):
            quirks.turn(opened.sandbox.state, dict.fromkeys(request.param, True))
        else:
            quirk_turns.begin(request.node, opened.sandbox.state)
        yield opened


@pytest.fixture
def app(rows: Rows, instance: Path) -> Flask:
    return portal_of_two(rows, instance)


@pytest.fixture
def visit_priya(app: Flask) -> Visitor:
    return visitor(app, "priya")


@pytest.fixture
def connected_app(env: EmailEnvironment, instance: Path) -> Flask:
    """Portal of the office, with the practice tenant behind it."""
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
