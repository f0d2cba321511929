"""A portal that organizes interviews at the practice tenant."""

import pytest

from tests.interviews.microsoft.stage import Stage
from tests.microsoft365.conftest import env, microsoft
from tests.microsoft365.environment import Environment

__all__ = ["env", "microsoft"]


@pytest.fixture
def stage(env: Environment, monkeypatch: pytest.MonkeyPatch) -> Stage:
    made = Stage(env, monkeypatch)
    made.open()
    return made
