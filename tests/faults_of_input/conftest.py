"""Environments for bad input and for failures of Microsoft."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.config import MicrosoftConfig
from portal.graph import client as graph
from tests.email.environment import EmailEnvironment, open_environment
from tests.microsoft365.environment import Environment
from tests.support import quirk_turns
from tests.support.databases import put_database
from tests.support.sandbox_server import CLIENT_ID, CLIENT_SECRET, Sandbox
from tests.support.visitors import portal_in


@pytest.fixture
def email_env(
    request: pytest.FixtureRequest, instance: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[EmailEnvironment]:
    """Each call is tried once, since retries have their own tests."""
    monkeypatch.setattr(graph, "TRIES", 1)
    with open_environment(instance) as opened:
        quirk_turns.begin(request.node, opened.sandbox.state)
        yield opened


@pytest.fixture
def env(instance: Path, sandbox: Sandbox) -> Environment:
    put_database(instance)
    microsoft = MicrosoftConfig(
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        tenant="northwind.example",
        authority=sandbox.url,
        graph=sandbox.url,
    )
    return Environment(portal_in(instance, microsoft=microsoft), sandbox)
