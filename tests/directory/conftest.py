"""An organization that consented, and a portal that has not synced yet."""

from pathlib import Path

import pytest

from portal.config import MicrosoftConfig
from tests.directory.environment import Environment
from tests.support.sandbox_server import CLIENT_ID, CLIENT_SECRET, TENANT_ID, Sandbox
from tests.support.visitors import portal_in


@pytest.fixture
def env(sandbox: Sandbox, instance: Path) -> Environment:
    microsoft = MicrosoftConfig(
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        tenant=TENANT_ID,
        authority=sandbox.url,
        graph=sandbox.url,
    )
    made = Environment(portal_in(instance, microsoft=microsoft), sandbox)
    made.consent()
    made.know_domains("northwind.example")
    return made
