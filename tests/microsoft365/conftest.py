"""A portal registered at its own practice tenant."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.config import MicrosoftConfig
from tests.microsoft365.environment import Environment
from tests.support.sandbox_server import CLIENT_ID, CLIENT_SECRET, Sandbox, running_sandbox
from tests.support.visiting import portal_in


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with running_sandbox() as sandbox:
        yield sandbox


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
def env(
    instance: Path, migrated: Path, sandbox: Sandbox, microsoft: MicrosoftConfig
) -> Environment:
    shutil.copy(migrated, instance / "portal.db")
    return Environment(portal_in(instance, microsoft=microsoft), sandbox)
