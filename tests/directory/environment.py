"""A portal whose organization consented, and its directory. Tests run each sync by hand."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from portal import clock
from portal.audit.act import Act
from portal.audit.models import Actor
from portal.directory import jobs, recruits
from portal.directory import settings as user_sync
from portal.directory import store as directory_store
from portal.errors import PortalError
from portal.microsoft365.models import ConsentRoute
from portal.storage.claims import Claim
from portal.users import domain_store
from portal.worker.retry import setback
from tests.support import builders, consents
from tests.support.builders import Value
from tests.support.environments import PortalEnvironment
from tests.support.raw_rows import raw
from tests.support.sandbox_server import CLIENT_ID, TENANT_ID, Sandbox

ADMIN = Actor(id=None, name="Alex Berg")
NAMES = ("alex", "priya", "kim", "sam", "frontdesk")
NORTHWIND = {"Alex Berg", "Priya Kaur", "Kim Lund", "Sam Reed", "Front Desk"}


def never() -> bool:
    return False


@dataclass(frozen=True)
class Environment(PortalEnvironment):
    """Name people by the part of their address before the @."""

    sandbox: Sandbox

    def consent(self, *roles: str) -> None:
        """Consent at Microsoft and prove it. Without names: every permission in use."""
        body = {"roles": list(roles), "scopes": []} if roles else None
        self.sandbox.control("POST", "consent", body)
        consents.prove(self.services, route=ConsentRoute.HERE, actor=ADMIN)

    def know_domains(self, *names: str) -> None:
        """Replace the domains that sign-ins of admins have read."""
        with self.rows.write():
            domain_store.save(self.rows, TENANT_ID, names, now=clock.utc_now())

    def withdraw(self) -> None:
        self.sandbox.control("DELETE", f"consent/{CLIENT_ID}")

    def claim(self) -> Claim | None:
        with self.rows.write():
            directory_store.make_due(self.rows, now=clock.utc_now())
        return jobs.DIRECTORY.claim(self.services, "test", now=clock.utc_now())

    def sync(self, *, should_stop: Callable[[], bool] = never) -> None:
        """Claim and run user sync once, as a worker does."""
        claim = self.claim()
        assert claim is not None, "user sync may not run, or it is claimed"
        try:
            jobs.sync_directory(self.services, claim, should_stop)
        except PortalError as error:
            jobs.DIRECTORY.fail(self.services, claim, setback(error), now=clock.utc_now())
            raise

    def import_people(self, *recruits: str) -> None:
        """Sync, import the people, and apply the changes. Those named come as members."""
        self.sync()
        self.tick(*recruits)
        user_sync.import_people(
            Act(self.rows, ADMIN, clock.utc_now()),
        )
        self.sync()

    def tick(self, *names: str) -> None:
        """Tick "Recruits" for these people, on a page that shows them alone."""
        ids = [self.sandbox.oid(address(name)) for name in names]
        recruits.set_recruits(Act(self.rows, ADMIN, clock.utc_now()), shown=ids, ticked=ids)

    def set_switch(self, switch: str, *, on: bool) -> None:
        """Change a setting of user sync as the administrator."""
        user_sync.set_switch(Act(self.rows, ADMIN, clock.utc_now()), switch, on=on)

    def change(self, name: str, **facts: Any) -> None:
        """Change a person in the tenant's directory."""
        self.sandbox.control("PATCH", f"users/{address(name)}", facts)

    def arrives(self, name: str, **facts: Any) -> None:
        self.sandbox.control("POST", "users", {"userPrincipalName": address(name), **facts})

    def hire_many(self, count: int, prefix: str = "person") -> None:
        self.sandbox.control("POST", "users/bulk", {"count": count, "prefix": prefix})

    def invited(self, name: str, *, by_identity: bool = True, **columns: Value) -> str:
        """Add a user who was invited, with or without their Microsoft account."""
        oid = self.sandbox.oid(address(name)) if by_identity else None
        usual: dict[str, Value] = {
            "id": f"user-{name}",
            "tenant_id": TENANT_ID if oid else None,
            "object_id": oid,
            "address": address(name),
            "created_at": clock.utc_now(),
        }
        return builders.user(self.rows, name.title(), **(usual | columns))

    def user(self, name: str) -> dict[str, Any]:
        """The row of a user, found by their directory entry."""
        row = self.sandbox.state.row(
            "select id from users where upn = ? or mail = ?", (address(name), address(name))
        )
        assert row is not None, name
        found = list(raw(self.rows).query("select * from users where object_id = ?", [row["id"]]))
        assert len(found) == 1, f"{name}: {len(found)} users"
        return found[0]

    def names(self, where: str = "1") -> set[str]:
        """Display names of users."""
        rows = raw(self.rows).query(f"select * from users where {where}")  # noqa: S608  # the tests' own
        return {row["display_name"] for row in rows}

    def audited(self, action: str) -> list[str]:
        rows = raw(self.rows).query(
            "select target from audit_log where action = ? order by rowid", [action]
        )
        return [row["target"] for row in rows]


def address(name: str) -> str:
    return name if "@" in name else f"{name}@northwind.example"
