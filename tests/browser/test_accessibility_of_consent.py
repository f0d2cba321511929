"""Accessibility of the pages of an organization that has consented."""

import pytest
from playwright.sync_api import Browser, Page, StorageState

from tests.browser import administrators as admin
from tests.browser import steps
from tests.browser.accessibility import complaints
from tests.browser.conftest import OpenPage
from tests.browser.demo import RunningDemo

pytestmark = pytest.mark.browser

ADMINS = (
    "/admin/integrations/marketplace",
    "/admin/integrations/google-workspace",
    admin.PAGE,
    f"{admin.PAGE}/application",
    f"{admin.PAGE}/checks",
    f"{admin.PAGE}/consent-receipt",
    f"{admin.PAGE}/user-sync",
    f"{admin.PAGE}/rooms",
    "/admin/users",
    "/admin/audit-log",
    "/settings/microsoft-365",
    "/oauth/microsoft/admin-consent/partly",
    "/oauth/microsoft/admin-consent/not-allowed",
)


@pytest.fixture(scope="module")
def consented(demo: RunningDemo, browser: Browser) -> StorageState:
    """An organization for which Alex consented and imported the people."""
    context = browser.new_context()
    page = context.new_page()
    steps.sign_in(page, demo, admin.ALEX)
    admin.open_integration(page)
    admin.consent(page, demo)
    admin.import_people(page, demo)
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def alex(open_page: OpenPage, consented: StorageState) -> Page:
    return open_page(signed_in=consented)


@pytest.mark.parametrize("path", ADMINS)
def test_page_has_no_barriers(demo: RunningDemo, alex: Page, path: str) -> None:
    alex.goto(f"{demo.portal}{path}")

    assert complaints(alex) == []


def test_leaving_page_for_consent_has_no_barriers(demo: RunningDemo, alex: Page) -> None:
    alex.goto(f"{demo.portal}{admin.PAGE}")
    assert alex.get_by_role("button", name="Connect to Microsoft 365").count() == 0
    alex.goto(f"{demo.portal}/oauth/microsoft/admin-consent/declined")
    alex.get_by_role("button", name="Connect to Microsoft 365").click()
    steps.confirm_if_asked(alex, admin.ALEX)

    assert steps.heading(alex).inner_text() == "Continue to Microsoft"
    assert complaints(alex) == []


def test_results_of_the_checks_have_no_barriers(demo: RunningDemo, alex: Page) -> None:
    alex.goto(f"{demo.portal}{admin.PAGE}/checks")
    alex.get_by_role("button", name="Check now").click()
    alex.get_by_label("What Microsoft said").fill("AADSTS50105")

    assert complaints(alex) == []
