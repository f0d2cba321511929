"""A portal and a practice tenant, and the people who use both."""

import re
from dataclasses import dataclass
from datetime import datetime

from werkzeug.test import TestResponse

from portal import clock
from portal.microsoft365 import store
from portal.microsoft365.models import Connection
from portal.storage.ids import new_id
from tests.microsoft365 import at_microsoft
from tests.support import builders
from tests.support.environments import PortalEnvironment, address_on
from tests.support.raw_rows import raw
from tests.support.sandbox_server import TENANT_ID, Sandbox
from tests.support.visitors import Visitor

PEOPLE = {
    "priya": ("priya@northwind.example", "Priya Kaur", "member"),
    "kim": ("kim@northwind.example", "Kim Lund", "limited"),
    "alex": ("alex@northwind.example", "Alex Berg", "admin"),
}


@dataclass(frozen=True)
class Environment(PortalEnvironment):
    sandbox: Sandbox

    def person(self, name: str, *, has_account: bool = True) -> str:
        """Add a user, with a Microsoft account or a local one. Returns the user id."""
        address, display_name, role = PEOPLE[name]
        user_id = new_id()
        oid = self.sandbox.oid(address) if has_account else None
        return builders.user(
            self.rows,
            display_name,
            id=user_id,
            tenant_id=TENANT_ID if oid else None,
            object_id=oid,
            address=address,
            role=role,
            created_at=clock.utc_now(),
        )

    def leave(self, browser: Visitor, **fields: str) -> str:
        """Press Connect. Returns the address to which the leaving page leads."""
        return address_on(browser.post("/settings/microsoft-365/connect", fields))

    def leave_to_sign_in(self, browser: Visitor) -> str:
        return address_on(browser.press("/signin", "/signin/microsoft"))

    def connect(self, name: str = "priya", *, decision: str = "accept") -> tuple[str, Visitor]:
        """Add a user and connect them through their own browser."""
        user_id = self.person(name)
        browser = self.visitor(user_id)
        self.come_back(browser, PEOPLE[name][0], decision=decision)
        return user_id, browser

    def come_back(self, browser: Visitor, upn: str, *, decision: str = "accept") -> TestResponse:
        address = self.leave(browser)
        answer = browser.get(at_microsoft.came_back(self.sandbox, address, upn, decision=decision))
        assert answer.status_code == 303, answer.text
        return answer

    def connection(self, user_id: str) -> Connection:
        found = store.connection_of(self.rows, user_id)
        assert found is not None
        return found

    def make_stale(self, user_id: str, at: datetime) -> None:
        """Make the access token look expired."""
        with self.rows.write():
            raw(self.rows).execute(
                "update connections set access_expires_at = ? where user_id = ?",
                [clock.text(at), user_id],
            )

    def audited(self) -> list[tuple[str, str, str]]:
        rows = raw(self.rows).query("select action, target, result from audit_log order by rowid")
        return [(row["action"], row["target"], row["result"]) for row in rows]

    def calls(self, path: str) -> list[str]:
        """Methods of the requests that the tenant received for this path."""
        found = self.sandbox.state.rows("select method, path from requests order by id")
        return [row["method"] for row in found if re.search(path, row["path"])]
