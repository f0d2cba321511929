"""A portal whose platform is Google Workspace, and its users."""

from dataclasses import dataclass

from portal import clock
from portal.audit.act import Act
from portal.audit.models import Actor
from portal.google import workspace
from portal.google.models import Application
from portal.users import passwords
from tests.google import at_google
from tests.google.at_google import CLIENT_ID, CLIENT_SECRET, DOMAIN, PRIYA, Google
from tests.support.environments import PortalEnvironment, address_on
from tests.support.raw_rows import raw
from tests.support.visitors import Visitor
from tests.users import people
from tests.users.people import PASSWORD

APPLICATION = Application(CLIENT_ID, CLIENT_SECRET, DOMAIN)
ALEX = Actor(id="alex", name="Alex Berg")


@dataclass(frozen=True)
class Environment(PortalEnvironment):
    google: Google

    def turn_on(self) -> None:
        services, now = self.services, clock.utc_now()
        workspace.enter(
            Act(services.rows, ALEX, now),
            services.vault,
            APPLICATION,
        )
        workspace.enable(
            Act(services.rows, ALEX, now),
        )

    def person(self, name: str, *, subject: str, role: str = "member") -> str:
        """Add a user who signs in with Google. Returns the user id."""
        new = people.person(
            name,
            role=role,
            now=clock.utc_now(),
            tenant_id=self.google.issuer,
            object_id=subject,
        )
        people.add(self.rows, new)
        return new.id

    def admin(self) -> Visitor:
        """A browser of Alex, who has a local account and signed in a minute ago."""
        alex = people.person(
            "Alex Berg",
            role="admin",
            now=clock.utc_now(),
            tenant_id=None,
            object_id=None,
            password_hash=passwords.hashed(
                PASSWORD, name="Alex Berg", address="alex@northwind.example"
            ),
        )
        people.add(self.rows, alex)
        return self.visitor(alex.id)

    def leave(self, browser: Visitor, page: str = "/signin", path: str = "/signin/google") -> str:
        """The address at Google to which the button on this page leads."""
        return address_on(browser.press(page, path))

    def make_stale(self) -> None:
        with self.rows.write():
            raw(self.rows).execute("update sessions set fresh_at = null")

    def audited(self) -> list[tuple[str, str, str]]:
        rows = raw(self.rows).query(
            "select action, result, new_value from audit_log order by rowid"
        )
        return [(row["action"], row["result"], row["new_value"]) for row in rows]


def sign_in(env: Environment, browser: Visitor, account: str = PRIYA) -> str:
    """Sign in with Google. Returns the address at which it ends."""
    answer = browser.get(at_google.came_back(env.leave(browser), account))
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def is_signed_out(browser: Visitor) -> bool:
    return browser.get("/settings/personal-info").status_code == 303
