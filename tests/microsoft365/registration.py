"""A portal without an application in its settings, and an administrator who enters one."""

from pathlib import Path

import pytest

from portal.config import MicrosoftConfig
from tests.microsoft365.environment import Environment
from tests.support.databases import put_database
from tests.support.sandbox_server import CLIENT_ID, CLIENT_SECRET, TENANT_ID, Sandbox
from tests.support.visitors import Visitor, portal_in

FORM = "/admin/integrations/microsoft-365/application"
PAGE = "/admin/integrations/microsoft-365"
SECRET_ID = "aaaaaaaa-0000-4000-8000-000000000001"
RIGHT = {
    "client_id": CLIENT_ID,
    "tenant": TENANT_ID,
    "cloud": "global",
    "client_secret": CLIENT_SECRET,
    "expires_on": "2099-01-31",
}


@pytest.fixture
def env(instance: Path, sandbox: Sandbox) -> Environment:
    """A portal whose settings name Microsoft's address but no application."""
    put_database(instance)
    nothing = MicrosoftConfig(authority=sandbox.url, graph=sandbox.url)
    return Environment(portal_in(instance, microsoft=nothing), sandbox)


@pytest.fixture
def alex(env: Environment) -> Visitor:
    return env.visitor(env.person("alex", has_account=False))


def entered(alex: Visitor, **changed: str) -> None:
    assert alex.post(FORM, {**RIGHT, **changed}).status_code == 303
