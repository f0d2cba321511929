"""From an empty portal to an organization that is connected, as its administrator meets it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from demo.environment import CLIENT_SECRET
from tests.browser import administering as admin
from tests.browser import steps
from tests.browser.conftest import OpenPage
from tests.browser.world import World, raw_message, running_new

pytestmark = pytest.mark.browser
PRIYA = "priya@northwind.example"
ROSA = "rosa.ortega@mail.example"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with running_new(tmp_path_factory.mktemp("instance")) as world:
        yield world


def test_first_day(world: World, open_page: OpenPage) -> None:
    page = open_page()
    admin.become_first_admin(page, world)

    main = admin.open_integration(page)
    admin.enter_application(page, secret="wrong")
    expect(main).to_contain_text("Microsoft did not accept this")
    page.get_by_label("Client secret", exact=True).fill(CLIENT_SECRET)
    page.get_by_role("button", name="Try it out and save").click()
    expect(main).to_contain_text("Microsoft accepts the application")
    page.get_by_role("button", name="Enable").click()
    expect(main).to_contain_text("Connect the whole organization")

    admin.consent(page, world, decision="Cancel")
    expect(steps.heading(page)).to_have_text("Nothing was connected")
    page.get_by_role("link", name="Microsoft 365 integration").click()
    admin.consent(page, world)
    expect(steps.heading(page)).to_have_text("The integration has been enabled")

    world.deliver(PRIYA, raw_message(ROSA, PRIYA, "Before anybody came", "Hello, it is Rosa."))
    admin.add_candidate(page, world, "Rosa Ortega", ROSA)
    admin.import_people(page, world)
    priya = open_page()
    mail_arrives_without_a_connection(priya, world)
    session_ends_with_the_account(page, priya, world)
    google_is_in_nobodys_way(page, world)


def mail_arrives_without_a_connection(priya: Page, world: World) -> None:
    steps.sign_in(priya, world)
    priya.goto(f"{world.portal}/settings/microsoft-365")
    expect(priya.get_by_role("main")).to_contain_text("You need not connect an account for email")
    steps.open_candidate(priya, world)
    steps.reload_until(priya, priya.get_by_role("main"), "Before anybody came")
    world.deliver(PRIYA, raw_message(ROSA, PRIYA, "While she looks", "And again."))
    expect(steps.feed(priya)).to_contain_text("While she looks")


def session_ends_with_the_account(page: Page, priya: Page, world: World) -> None:
    """Removed in the tenant; no administrator of the portal does anything."""
    world.change_person(PRIYA, deleted=True)
    page.goto(f"{world.portal}{admin.PAGE}")
    page.get_by_role("button", name="Sync now").click()

    steps.reload_until(priya, priya.get_by_role("main"), "Sign in with Microsoft")


def google_is_in_nobodys_way(page: Page, world: World) -> None:
    """The card says why it cannot be chosen now; the database would refuse it too."""
    page.goto(f"{world.portal}/admin/integrations/marketplace")
    card = page.get_by_role("article", name="Google Workspace")
    expect(card).to_contain_text("disable Microsoft 365 first")
    expect(card).to_contain_text("Unavailable")
