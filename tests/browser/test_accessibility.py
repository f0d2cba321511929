"""Accessibility of every page: low vision, screen readers and phones.

The pages of a shared mailbox need one: the walk in test_shared_mailbox.py checks them.
"""

import pytest
from playwright.sync_api import Browser, Page, StorageState

from tests.browser import steps
from tests.browser.accessibility import barriers_in_every_view, complaints
from tests.browser.conftest import OpenPage
from tests.browser.demo import RunningDemo

pytestmark = pytest.mark.browser

PUBLIC = ("/signin", "/no/such-page", "/oauth/microsoft/admin-consent")
PRIYAS = (
    "/settings/personal-info",
    "/settings/sign-in",
    "/settings/microsoft-365",
    "/settings/microsoft-365/approval",
    "/settings/microsoft-365/revocation",
    "/settings/calendar",
    "/settings/email",
    "/settings/email/sync",
    "/settings/email/why",
    "/settings/email/never-sync",
    "/settings/email/candidates",
    "/settings/email/earlier-mail",
    "/settings/signatures",
    "/settings/templates",
    "/settings/templates/new",
    "/settings/needs-you",
    "/candidates",
    "/candidates/new",
    "/interviews",
    "/interviews?when=past",
    "/candidates?search=nobody+at+all",
)
ALEXS = (
    "/admin/users",
    "/admin/audit-log",
    "/admin/scheduling",
    "/admin/scheduling/kinds",
    "/admin/scheduling/kinds/new",
    "/admin/scheduling/kinds/interview",
    "/admin/privacy",
    "/admin/sending",
    "/admin/privacy/shared-mailboxes",
    "/admin/jobs",
    "/settings/microsoft-365",
    "/settings/needs-you",
    "/admin/integrations/microsoft-365/rooms",
    "/admin/integrations/microsoft-365/rooms/delegate",
    "/admin/integrations/microsoft-365/group-calendars",
    "/admin/integrations/microsoft-365/rooms/deputy",
    "/admin/integrations/microsoft-365/group-calendars/new",
)

PRACTICE = ("/", "/outlook/priya@northwind.example", "/outside", "/admin-center")


@pytest.fixture(scope="module")
def people(demo: RunningDemo, browser: Browser) -> dict[str, StorageState]:
    """Signed-in browsers: Priya is connected and synced, Alex and Kim have only signed in."""
    states = {}
    for name in ("Priya Kaur", "Alex Berg", "Kim Lund"):
        context = browser.new_context()
        page = context.new_page()
        steps.sign_in(page, demo, name)
        if name == "Priya Kaur":
            steps.connect(page, demo)
            steps.watch_first_sync(page, demo)
        states[name] = context.storage_state()
        context.close()
    return states


@pytest.fixture
def priya(open_page: OpenPage, people: dict[str, StorageState]) -> Page:
    return open_page(signed_in=people["Priya Kaur"])


@pytest.fixture
def alex(open_page: OpenPage, people: dict[str, StorageState]) -> Page:
    return open_page(signed_in=people["Alex Berg"])


@pytest.mark.parametrize("path", PUBLIC)
def test_public_page_has_no_barriers(demo: RunningDemo, open_page: OpenPage, path: str) -> None:
    page = open_page()
    page.goto(f"{demo.portal}{path}")

    assert complaints(page) == []


@pytest.mark.parametrize("path", PRIYAS)
def test_page_of_a_member_has_no_barriers(demo: RunningDemo, priya: Page, path: str) -> None:
    priya.goto(f"{demo.portal}{path}")

    assert complaints(priya) == []


@pytest.mark.parametrize("path", ALEXS)
def test_page_of_an_admin_has_no_barriers(demo: RunningDemo, alex: Page, path: str) -> None:
    alex.goto(f"{demo.portal}{path}")

    assert complaints(alex) == []


def test_page_of_a_candidate_has_no_barriers(demo: RunningDemo, priya: Page) -> None:
    steps.open_candidate(priya, demo)
    priya.locator("summary").first.click()

    assert complaints(priya) == []


def test_edit_page_has_no_barriers(demo: RunningDemo, priya: Page) -> None:
    steps.open_candidate(priya, demo)
    priya.get_by_role("link", name="Edit").click()

    assert complaints(priya) == []


def test_refused_form_has_no_barriers(demo: RunningDemo, priya: Page) -> None:
    priya.goto(f"{demo.portal}/candidates/new")
    priya.get_by_label("Name").fill("Nobody")
    priya.get_by_label("Email addresses").fill("not an address")
    priya.get_by_role("button", name="Add candidate").click()

    assert complaints(priya) == []


def test_page_of_an_alias_has_no_barriers(demo: RunningDemo, priya: Page) -> None:
    priya.goto(f"{demo.portal}/settings/email")
    priya.get_by_role("switch", name="talent@northwind.example").click()
    steps.heading(priya).get_by_text("Include").wait_for()

    assert complaints(priya) == []


def test_leaving_page_has_no_barriers(demo: RunningDemo, alex: Page) -> None:
    steps.start_connecting(alex, demo)

    assert complaints(alex) == []


def test_page_about_another_account_has_no_barriers(demo: RunningDemo, alex: Page) -> None:
    alex.goto(f"{demo.portal}/oauth/microsoft/outcome/wrong-account")
    alex.get_by_role("button", name="Choose another account").click()
    steps.go_on_to_microsoft(alex)
    steps.choose_account(alex, "Sam Reed")

    assert steps.heading(alex).inner_text() == "That is another Microsoft account"
    assert complaints(alex) == []


def test_page_about_declining_has_no_barriers(demo: RunningDemo, alex: Page) -> None:
    steps.start_connecting(alex, demo)
    steps.go_on_to_microsoft(alex)
    alex.get_by_role("button", name="Cancel").click()

    assert steps.heading(alex).inner_text() == "Nothing was connected"
    assert complaints(alex) == []


def test_page_about_approval_has_no_barriers(
    demo: RunningDemo, open_page: OpenPage, people: dict[str, StorageState]
) -> None:
    kim = open_page(signed_in=people["Kim Lund"])
    demo.tenant.switch(adminConsentRequired=True)
    try:
        steps.start_connecting(kim, demo)
        steps.go_on_to_microsoft(kim)
        kim.get_by_role("button", name="Return to the application").click()
    finally:
        demo.tenant.switch(adminConsentRequired=False)

    assert kim.get_by_label("Link for an administrator of your Microsoft 365").is_visible()
    assert complaints(kim) == []


@pytest.mark.parametrize("path", PRACTICE)
def test_practice_tenant_has_no_barriers(demo: RunningDemo, open_page: OpenPage, path: str) -> None:
    page = open_page()
    page.goto(f"{demo.sandbox}{path}")

    assert barriers_in_every_view(page) == []
