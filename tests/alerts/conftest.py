"""An office whose mail really goes out, with Alex, who administers, and Priya, who is connected."""

import pytest

from tests.alerts.needs import NeedsOffice
from tests.email.conftest import connected_app, env
from tests.email.environment import EmailEnvironment

__all__ = ["connected_app", "env"]


@pytest.fixture
def office(env: EmailEnvironment, monkeypatch: pytest.MonkeyPatch) -> NeedsOffice:
    return NeedsOffice.opened(env, monkeypatch)
