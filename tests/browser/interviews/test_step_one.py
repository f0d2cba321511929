"""Step 1 of scheduling: by keyboard, on a phone in the dark, and without JavaScript."""

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, StorageState, expect

from portal.storage.sqlite_rows import SqliteRows
from tests.browser import steps
from tests.browser.accessibility import complaints
from tests.browser.conftest import OpenPage
from tests.browser.demo import RunningDemo

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def priya(demo: RunningDemo, browser: Browser) -> StorageState:
    """Priya is connected, and her own calendar was read once by her Calendar page."""
    context = browser.new_context()
    page = context.new_page()
    steps.sign_in(page, demo)
    steps.connect(page, demo)
    state = context.storage_state()
    context.close()
    return state


def _main(page: Page) -> Locator:
    return page.get_by_role("main")


def _open(page: Page, demo: RunningDemo) -> None:
    steps.open_candidate(page, demo)
    page.get_by_role("link", name="Schedule interview").click()
    expect(steps.heading(page)).to_have_text("Schedule an interview with Rosa")


def _choose_panel(page: Page) -> None:
    page.get_by_role("group", name="Panel").get_by_label("Priya Kaur", exact=True).check()


def _update(page: Page) -> None:
    page.get_by_role("button", name="Update free times").click()
    expect(page.get_by_role("table")).to_be_visible()


def test_a_day_is_shown_on_a_phone_without_javascript(
    demo: RunningDemo, open_page: OpenPage, priya: StorageState
) -> None:
    page = open_page(is_phone=True, javascript=False, signed_in=priya)
    _open(page, demo)
    expect(_main(page)).to_contain_text("Choose the panel")
    _choose_panel(page)
    page.get_by_label("time zone").fill("Buenos Aires")
    _update(page)

    rows = page.get_by_role("row")
    expect(rows.first).to_contain_text("Priya")
    expect(rows.nth(1)).to_contain_text("09:00")
    expect(_main(page)).to_contain_text("time in Buenos Aires")
    title = page.get_by_role("heading", level=3).first.inner_text()
    page.locator("button[name=day]").last.click()
    expect(page.get_by_role("heading", level=3).first).not_to_have_text(title)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_start_is_chosen_by_keyboard_and_enter_only_looks(
    demo: RunningDemo, open_page: OpenPage, priya: StorageState
) -> None:
    page = open_page(signed_in=priya)
    _open(page, demo)
    page.get_by_label("Name of the interview").fill("A talk")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Name of the interview")).to_have_value("A talk")
    panel = page.get_by_role("group", name="Panel").get_by_label("Priya Kaur", exact=True)
    panel.focus()
    page.keyboard.press("Space")
    expect(panel).to_be_checked()
    _update(page)

    starts = page.get_by_role("table").get_by_role("radio")
    starts.first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    expect(starts.nth(1)).to_be_checked()
    page.keyboard.press("Enter")
    expect(starts.nth(1)).to_be_checked()
    expect(steps.heading(page)).to_have_text("Schedule an interview with Rosa")


def test_a_calendar_is_read_once_somebody_plans_with_its_owner(
    demo: RunningDemo, open_page: OpenPage, priya: StorageState
) -> None:
    rows = SqliteRows(demo.environment.folder / "portal.db")
    with rows.write():
        rows.execute("delete from calendar_reads")
    rows.close()
    page = open_page(signed_in=priya)
    _open(page, demo)
    _choose_panel(page)
    page.get_by_label("Name of the interview").fill("A long talk")
    _update(page)
    expect(_main(page)).to_contain_text("Portal is reading the calendar of Priya Kaur.")
    expect(_main(page)).to_contain_text("It is not known when these are free.")
    expect(page.get_by_label("Name of the interview")).to_have_value("A long talk")
    page.get_by_label("Another start on").fill("21:45")
    page.get_by_role("button", name="Use this start").click()
    expect(page.get_by_role("row", name=re.compile("21:45"))).to_be_visible()


@pytest.mark.parametrize("is_phone", [False, True])
def test_step_one_has_no_barriers(
    demo: RunningDemo, open_page: OpenPage, priya: StorageState, *, is_phone: bool
) -> None:
    page = open_page(is_phone=is_phone, signed_in=priya)
    _open(page, demo)
    assert complaints(page) == []
    _choose_panel(page)
    _update(page)
    assert complaints(page) == []
    page.get_by_label("Name of the interview").fill("")
    _update(page)
    expect(_main(page)).to_contain_text("Please fill in “Name of the interview”.")
    assert complaints(page) == []
