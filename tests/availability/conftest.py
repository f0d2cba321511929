"""A portal whose people have calendars in the practice tenant."""

import pytest

from tests.availability.calendars import Calendars
from tests.microsoft365.conftest import env, microsoft
from tests.microsoft365.environment import Environment

__all__ = ["env", "microsoft"]


@pytest.fixture
def calendars(env: Environment) -> Calendars:
    return Calendars(env)
