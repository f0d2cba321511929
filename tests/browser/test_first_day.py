"""From an empty portal to an organization that is connected, as its administrator meets it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser import administering as admin
from tests.browser import steps
from tests.browser.conftest import OpenPage
from tests.browser.world import World, running_new

pytestmark = pytest.mark.browser


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
    page.get_by_label("Client secret", exact=True).fill(admin.CLIENT_SECRET)
    page.get_by_role("button", name="Try it out and save").click()
    expect(main).to_contain_text("Microsoft accepts the application")
    page.get_by_role("button", name="Enable").click()
    expect(main).to_contain_text("Connect the whole organization")

    admin.consent(page, world, decision="Cancel")
    expect(steps.heading(page)).to_have_text("Nothing was connected")
    page.get_by_role("link", name="Microsoft 365 integration").click()
    admin.consent(page, world)
    expect(steps.heading(page)).to_have_text("The integration has been enabled")
