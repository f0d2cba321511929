"""The settings pages work with the keyboard alone."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import keyboard, steps
from tests.browser.conftest import OpenPage
from tests.browser.demo import RunningDemo

pytestmark = pytest.mark.browser

SETTINGS = ("/settings/personal-info", "/settings/microsoft-365", "/settings/email")


@pytest.fixture
def page(demo: RunningDemo, open_page: OpenPage) -> Page:
    """The settings page of Priya, signed in and connected."""
    page = open_page()
    steps.sign_in(page, demo)
    page.goto(f"{demo.portal}/settings/microsoft-365")
    if page.get_by_role("button", name="Connect with Microsoft 365").count():
        steps.connect(page, demo)
        steps.watch_first_sync(page, demo)
    return page


@pytest.mark.parametrize("path", SETTINGS)
def test_every_control_is_reached_with_a_visible_focus(
    demo: RunningDemo, page: Page, path: str
) -> None:
    page.goto(f"{demo.portal}{path}")

    assert keyboard.unreachable(page) == []


def test_skip_link_leads_past_the_menu(demo: RunningDemo, page: Page) -> None:
    page.goto(f"{demo.portal}/settings/email")

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.get_by_role("main")).to_be_focused()


def test_sync_is_turned_off_and_on(demo: RunningDemo, page: Page) -> None:
    page.goto(f"{demo.portal}/settings/email")
    switch = page.get_by_role("switch", name="Sync my email with candidates")
    keyboard.tab_to(page, "Sync my email with candidates")

    page.keyboard.press("Space")
    expect(steps.heading(page)).to_have_text("Turn email sync off")
    keyboard.tab_to(page, "Turn email sync off")
    page.keyboard.press("Enter")
    expect(switch).to_have_attribute("aria-checked", "false")
    keyboard.tab_to(page, "Sync my email with candidates")
    page.keyboard.press("Enter")

    expect(switch).to_have_attribute("aria-checked", "true")
    expect(switch).to_be_focused()


def test_alias_is_turned_on(demo: RunningDemo, page: Page) -> None:
    page.goto(f"{demo.portal}/settings/email")
    keyboard.tab_to(page, "p.kaur@northwind.example")

    page.keyboard.press("Space")
    expect(steps.heading(page)).to_have_text("Include p.kaur@northwind.example")
    keyboard.tab_to(page, "New email only")
    page.keyboard.press("Enter")

    switch = page.get_by_role("switch", name="p.kaur@northwind.example")
    expect(switch).to_have_attribute("aria-checked", "true")
