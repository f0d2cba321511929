"""Callers of the group routes, and the ids of groups."""

from collections.abc import Callable

import pytest

from tests.sandbox.callers import Caller, application
from tests.support.sandbox_server import Sandbox

EVENTUAL = {"ConsistencyLevel": "eventual"}


@pytest.fixture
def reader(tenant: Sandbox) -> Caller:
    """The application as Portal reads groups: their members, and everybody's profile."""
    return application(tenant, "GroupMember.Read.All", "User.Read.All")


@pytest.fixture
def group_id(tenant: Sandbox) -> Callable[[str], str]:
    listed = tenant.control("GET", "groups")["value"]
    return {one["displayName"]: str(one["id"]) for one in listed}.__getitem__
