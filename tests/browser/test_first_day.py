"""From an empty portal to a connected organization, as its administrator sees it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from demo.environment import CLIENT_SECRET
from tests.browser import administrators as admin
from tests.browser import steps
from tests.browser.conftest import OpenPage
from tests.browser.demo import RunningDemo, raw_message, running_new

pytestmark = pytest.mark.browser
PRIYA = "priya@northwind.example"
ROSA = "rosa.ortega@mail.example"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDemo]:
    with running_new(tmp_path_factory.mktemp("instance")) as demo:
        yield demo


def test_first_day(demo: RunningDemo, open_page: OpenPage) -> None:
    page = open_page()
    admin.become_first_admin(page, demo)

    main = admin.open_integration(page)
    admin.enter_application(page, secret="wrong")
    expect(main).to_contain_text("Microsoft refuses this secret or certificate")
    page.get_by_label("Client secret", exact=True).fill(CLIENT_SECRET)
    page.get_by_role("button", name="Try it out and save").click()
    expect(main).to_contain_text("Microsoft accepts the application")
    page.get_by_role("button", name="Enable").click()
    expect(main).to_contain_text("Connect the whole organization")

    admin.consent(page, demo, decision="Cancel")
    expect(steps.heading(page)).to_have_text("Nothing was connected")
    page.get_by_role("link", name="Microsoft 365 integration").click()
    admin.consent(page, demo)
    expect(steps.heading(page)).to_have_text("The integration has been enabled")

    demo.deliver(PRIYA, raw_message(ROSA, PRIYA, "Before anybody came", "Hello, it is Rosa."))
    admin.add_candidate(page, demo, "Rosa Ortega", ROSA)
    admin.import_people(page, demo)
    priya = open_page()
    mail_arrives_without_a_connection(priya, demo)
    session_ends_with_the_account(page, priya, demo)
    google_card_is_unavailable(page, demo)


def mail_arrives_without_a_connection(priya: Page, demo: RunningDemo) -> None:
    steps.sign_in(priya, demo)
    priya.goto(f"{demo.portal}/settings/microsoft-365")
    expect(priya.get_by_role("main")).to_contain_text("You need not connect an account for email")
    steps.open_candidate(priya, demo)
    steps.reload_until(priya, priya.get_by_role("main"), "Before anybody came")
    demo.deliver(PRIYA, raw_message(ROSA, PRIYA, "While she looks", "And again."))
    expect(steps.feed(priya)).to_contain_text("While she looks")


def session_ends_with_the_account(page: Page, priya: Page, demo: RunningDemo) -> None:
    """A person is deleted in the tenant, and their session ends without an administrator."""
    demo.change_person(PRIYA, deleted=True)
    page.goto(f"{demo.portal}{admin.PAGE}")
    page.get_by_role("button", name="Sync now").click()

    steps.reload_until(priya, priya.get_by_role("main"), "Sign in with Microsoft")


def google_card_is_unavailable(page: Page, demo: RunningDemo) -> None:
    """The Google card says why it cannot be enabled now."""
    page.goto(f"{demo.portal}/admin/integrations/marketplace")
    card = page.get_by_role("article", name="Google Workspace")
    expect(card).to_contain_text("disable Microsoft 365 first")
    expect(card).to_contain_text("Unavailable")
