"""A portal with its people, for what all pages share."""

from tests.users.conftest import actor, alex, kim, people, priya

__all__ = ["actor", "alex", "kim", "people", "priya"]
