"""Google Workspace as the platform, against an independent OpenID provider."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

from portal import clock, create_app
from portal.config import Config
from portal.users import passwords
from portal.users.models import User
from tests.browser.accessibility import barriers_in_every_view
from tests.browser.conftest import OpenPage
from tests.browser.demo import free_ports
from tests.browser.steps import heading
from tests.google.at_google import CLIENT_ID, CLIENT_SECRET, DOMAIN, running_google
from tests.users import people
from tests.users.people import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.oidc]
PAGE = "/admin/integrations/google-workspace"


@dataclass(frozen=True)
class RunningPortal:
    """A running portal with a local administrator and no platform."""

    portal: str

    def sign_in(self, page: Page) -> None:
        page.goto(f"{self.portal}/signin")
        # Folded once Google is the ordinary way in.
        folded = page.locator("details:not([open]) > summary", has_text="Use a password")
        if folded.count():
            folded.click()
        page.get_by_label("Email address").fill("alex@northwind.example")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_url(f"{self.portal}/candidates")

    def enable(self, page: Page) -> None:
        """Enable Google Workspace unless it is enabled: the tests run in any order."""
        page.goto(f"{self.portal}{PAGE}")
        if page.locator("summary", has_text="Disable").count():
            return
        page.get_by_label("Client ID").fill(CLIENT_ID)
        page.get_by_label("Client secret").fill(CLIENT_SECRET)
        page.get_by_label("Domains of your organization").fill(DOMAIN)
        page.get_by_role("button", name="Check with Google and save").click()
        page.get_by_role("button", name="Enable").click()
        expect(page.get_by_role("main")).to_contain_text("Google Workspace is enabled.")

    def invite(self, page: Page) -> str:
        page.goto(f"{self.portal}/admin/users")
        page.locator("summary", has_text="Invite somebody").click()
        page.get_by_role("button", name="Make an invitation").click()
        return page.get_by_label("Link").input_value()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPortal]:
    folder: Path = tmp_path_factory.mktemp("portal") / "instance"
    folder.mkdir(mode=0o700)
    (port,) = free_ports(1)
    portal = f"http://localhost:{port}"
    with running_google(portal) as google:
        app = create_app(
            Config(
                instance=folder,
                base_url=portal,
                secret_key=bytes(range(64)),
                test_mode=True,
                google_issuer=google.issuer,
            )
        )
        people.add(app.extensions["portal"].rows, _alex())
        server = make_server("localhost", port, app, threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield RunningPortal(portal)
        server.shutdown()
        server.server_close()


def _alex() -> User:
    own = passwords.hashed(PASSWORD, name="Alex Berg", address="alex@northwind.example")
    nobody = {"tenant_id": None, "object_id": None}
    return people.person(
        "Alex Berg", role="admin", now=clock.utc_now(), password_hash=own, **nobody
    )


def test_google_is_set_up_until_a_person_signs_in(
    running: RunningPortal, open_page: OpenPage
) -> None:
    alex, priya = open_page(), open_page()
    running.sign_in(alex)
    running.enable(alex)
    link = running.invite(alex)

    priya.goto(link)
    priya.get_by_role("button", name="Accept with Google").click()
    expect(heading(priya)).to_have_text("Continue to Google")
    priya.get_by_role("link", name="Continue to Google").click()
    priya.get_by_role("button", name="Priya Kaur priya@northwind.example").first.click()
    priya.wait_for_url(f"{running.portal}/candidates")
    priya.get_by_role("button", name="Sign out").click()
    priya.get_by_role("button", name="Sign in with Google").click()
    expect(heading(priya)).to_have_text("Choose an account")
    priya.get_by_role("button", name="Priya Kaur priya@northwind.example").first.click()
    priya.wait_for_url(f"{running.portal}/candidates")

    for path in ("/settings/email", "/settings/microsoft-365"):
        priya.goto(f"{running.portal}{path}")
        expect(priya.get_by_role("main")).to_contain_text(
            "email, calendars and Teams interviews are not available while it is on"
        )
    alex.goto(f"{running.portal}{PAGE}")
    expect(alex.get_by_role("main")).to_contain_text("Proven by a sign-in")


def test_card_of_microsoft_says_why_it_cannot_be_enabled(
    running: RunningPortal, open_page: OpenPage
) -> None:
    alex = open_page()
    running.sign_in(alex)
    running.enable(alex)

    alex.goto(f"{running.portal}/admin/integrations/marketplace")

    microsoft = alex.get_by_role("article", name="Microsoft 365")
    expect(microsoft).to_contain_text("One platform at a time: disable Google Workspace first.")
    expect(microsoft).to_contain_text("Unavailable")
    expect(alex.get_by_role("article", name="Google Workspace")).to_contain_text("Enabled")


def test_account_of_another_organization_is_refused(
    running: RunningPortal, open_page: OpenPage
) -> None:
    alex, otto = open_page(), open_page()
    running.sign_in(alex)
    running.enable(alex)

    otto.goto(f"{running.portal}/signin")
    otto.get_by_role("button", name="Sign in with Google").click()
    otto.get_by_role("button", name="Otto Weiss").click()

    expect(heading(otto)).to_have_text("That account is of another organization")
    expect(otto.get_by_role("main")).to_contain_text("contoso.example")
    expect(otto.get_by_role("main")).to_contain_text(DOMAIN)
    assert barriers_in_every_view(otto) == []


def test_pages_have_no_barriers(running: RunningPortal, open_page: OpenPage) -> None:
    page = open_page()
    page.goto(f"{running.portal}/signin")
    assert barriers_in_every_view(page) == []
    running.sign_in(page)
    running.enable(page)
    page.goto(f"{running.portal}{PAGE}")

    assert barriers_in_every_view(page) == []


def test_disabling_asks_for_confirmation_and_ends_sign_in(
    running: RunningPortal, open_page: OpenPage
) -> None:
    alex = open_page(javascript=False)
    running.sign_in(alex)
    running.enable(alex)
    alex.goto(f"{running.portal}{PAGE}")

    alex.locator("summary", has_text="Disable").click()
    alex.get_by_role("button", name="Disable Google Workspace").click()

    expect(alex.get_by_role("main")).to_contain_text("Google Workspace is disabled")
    stranger = open_page()
    stranger.goto(f"{running.portal}/signin")
    expect(stranger.get_by_role("button", name="Sign in with Google")).to_have_count(0)
