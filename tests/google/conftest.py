"""A portal that signs people in at an independent OpenID provider."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.google.at_google import Google, running_google
from tests.google.environment import Environment
from tests.support.databases import put_database
from tests.support.visitors import portal_in


@pytest.fixture(scope="module")
def shared_google() -> Iterator[Google]:
    """One provider for each file. No test leaves state in it."""
    with running_google() as google:
        yield google


@pytest.fixture
def off(instance: Path, shared_google: Google) -> Environment:
    """A portal with no platform yet."""
    put_database(instance)
    return Environment(portal_in(instance, google_issuer=shared_google.issuer), shared_google)


@pytest.fixture
def env(off: Environment) -> Environment:
    """A portal with Google Workspace enabled."""
    off.turn_on()
    return off
