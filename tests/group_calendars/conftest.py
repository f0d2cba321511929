"""An administrator whose own connection opens group calendars of the practice tenant."""

from dataclasses import dataclass
from typing import Any

import pytest
from werkzeug.test import TestResponse

from portal.group_calendars import checks, store
from portal.group_calendars.models import CheckName, Checks, GroupCalendar, Outcome
from portal.microsoft365.permissions import Feature
from portal.users import store as users
from tests.microsoft365 import at_microsoft
from tests.microsoft365.conftest import env, microsoft
from tests.microsoft365.environment import PEOPLE, Environment
from tests.support.environments import address_on
from tests.support.visitors import Visitor

__all__ = ["env", "microsoft"]
BELOW = "/admin/integrations/microsoft-365/group-calendars"
NEW = f"{BELOW}/new"
HIRING = "hiring-team@northwind.example"


@dataclass(frozen=True)
class Admin:
    """Alex at the pages, and the groups at Microsoft."""

    env: Environment
    visitor: Visitor
    user_id: str

    def group(self, name: str = "Hiring Team", **facts: Any) -> str:
        """A group at Microsoft that meets every check, but for `facts`. Returns its id."""
        usual = {
            "displayName": name,
            "mail": f"{name.lower().replace(' ', '-')}@northwind.example",
            "groupTypes": ["Unified"],
            "visibility": "Public",
            "resourceProvisioningOptions": ["Team"],
            "allowExternalSenders": True,
            "members": ["alex@northwind.example"],
        }
        return str(self.env.sandbox.control("POST", "groups", usual | facts)["id"])

    def change(self, name: str = "Hiring Team", **facts: Any) -> None:
        self.env.sandbox.control("PATCH", f"groups/{name}", facts)

    def fault(self, path: str, **facts: Any) -> None:
        self.env.sandbox.control("POST", "faults", {"path": path, "times": 50, **facts})

    def checks(self, group_id: str) -> Checks:
        client = self.env.services.microsoft365.client_for(Feature.GROUP_CALENDARS, self.user_id)
        user = users.user(self.env.rows, self.user_id)
        return checks.check(client, group_id=group_id, user=user)

    def outcomes(self, group_id: str) -> dict[CheckName, Outcome]:
        return {each.name: each.outcome for each in self.checks(group_id).checks}

    def add(self, group_id: str, *confirmed: CheckName) -> TestResponse:
        sent = {"group_id": group_id, "confirmed": [each.value for each in confirmed]}
        return self.visitor.post(BELOW, sent)

    @property
    def calendars(self) -> list[GroupCalendar]:
        return store.calendars(self.env.rows)


def go_to_microsoft(env: Environment, visitor: Visitor, name: str = "alex") -> TestResponse:
    """Press "Add calendar" without the permission, and grant it at Microsoft."""
    address = address_on(visitor.post(f"{BELOW}/connection"))
    back = at_microsoft.came_back(env.sandbox, address, PEOPLE[name][0], everybody=True)
    return visitor.get(back)


@pytest.fixture
def admin(env: Environment) -> Admin:
    user_id = env.person("alex")
    visitor = env.visitor(user_id)
    answer = go_to_microsoft(env, visitor)
    assert answer.headers["Location"] == NEW, answer.text
    return Admin(env, visitor, user_id)
