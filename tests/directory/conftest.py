"""An organization that consented, behind a portal that has read nothing yet."""

from pathlib import Path

import pytest

from portal.config import MicrosoftConfig
from tests.directory.world import Tenant
from tests.support.sandbox_server import CLIENT_ID, CLIENT_SECRET, TENANT_ID, Sandbox
from tests.support.visiting import portal_in


@pytest.fixture
def tenant(sandbox: Sandbox, instance: Path) -> Tenant:
    microsoft = MicrosoftConfig(
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        tenant=TENANT_ID,
        authority=sandbox.url,
        graph=sandbox.url,
    )
    world = Tenant(portal_in(instance, microsoft=microsoft), sandbox)
    world.consent()
    return world
