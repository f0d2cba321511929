"""Fixtures shared with the tests of users."""

from tests.users.conftest import actor, alex, kim, people, priya

__all__ = ["actor", "alex", "kim", "people", "priya"]
