"""A portal registered at its own practice tenant."""

from pathlib import Path

import pytest

from portal.config import MicrosoftConfig
from tests.microsoft365.environment import Environment
from tests.support.databases import put_database
from tests.support.sandbox_server import CLIENT_ID, CLIENT_SECRET, Sandbox
from tests.support.visitors import portal_in


@pytest.fixture
def microsoft(sandbox: Sandbox) -> MicrosoftConfig:
    return MicrosoftConfig(
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        tenant="northwind.example",
        authority=sandbox.url,
        graph=sandbox.url,
    )


@pytest.fixture
def env(instance: Path, sandbox: Sandbox, microsoft: MicrosoftConfig) -> Environment:
    put_database(instance)
    return Environment(portal_in(instance, microsoft=microsoft), sandbox)
