"""Import candidates from a CSV file on a phone: a broken file, a valid one, then its progress."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.conftest import OpenPage
from tests.browser.demo import RunningDemo, raw_message

pytestmark = pytest.mark.browser

PHONE = 390
PRIMARY = "priya@northwind.example"
ADA = "ada.lovelace@a-rather-long-name.mail.example"
BROKEN = f"name,headline,email\nAda Lovelace,Engineer,{ADA}\n,Nobody,x@mail.example\nMei Tan,,mei\n"
RIGHT = f"name,headline,email\nAda Lovelace,Engineer,{ADA}\nMei Tan,,mei.tan@mail.example\n"


def test_broken_file_is_fixed_and_imported_on_a_phone(
    demo: RunningDemo, open_page: OpenPage
) -> None:
    page = open_page()
    page.set_viewport_size({"width": PHONE, "height": 844})
    steps.sign_in(page, demo)
    steps.connect(page, demo)
    demo.deliver(PRIMARY, raw_message(ADA, PRIMARY, "Analytical engines", "Before I was known."))
    steps.watch_first_sync(page, demo)

    choose_file(page, demo, BROKEN)
    expect(page.get_by_role("main")).to_contain_text("1 of 3 rows can be imported.")
    lines = page.get_by_role("region", name="Lines to fix")
    expect(lines).to_contain_text(re.compile(r"Line 3.*The name is missing", re.DOTALL))
    expect(lines).to_contain_text(re.compile(r"Line 4.*“mei” is not an email", re.DOTALL))
    require_no_sideways_scrolling(page)
    page.goto(f"{demo.portal}/candidates")
    expect(page.get_by_role("main")).not_to_contain_text("Ada Lovelace")

    choose_file(page, demo, RIGHT)
    expect(steps.heading(page)).to_have_text("Import preview")
    expect(page.get_by_role("region", name="Would be added")).to_contain_text(ADA)
    require_no_sideways_scrolling(page)
    demo.delay("search", seconds=2)
    page.get_by_role("button", name="Import 2 candidates").click()
    watch_earlier_correspondence(page)

    page.get_by_role("link", name="Show candidates").click()
    page.get_by_role("link", name="Ada Lovelace").click()
    expect(steps.feed(page)).to_contain_text("Analytical engines")
    require_no_sideways_scrolling(page)


def choose_file(page: Page, demo: RunningDemo, content: str) -> None:
    """Choose a file, starting from the list of candidates."""
    page.goto(f"{demo.portal}/candidates")
    page.get_by_role("link", name="Import").click()
    page.get_by_label("CSV file").set_input_files(
        {"name": "people.csv", "mimeType": "text/csv", "buffer": content.encode()}
    )
    page.get_by_role("button", name="Show preview").click()


def watch_earlier_correspondence(page: Page) -> None:
    """Wait until the progress bar reaches its end without a reload."""
    expect(steps.heading(page)).to_have_text("Candidates imported")
    expect(page.get_by_role("main")).to_contain_text("2 candidates were added.")
    bar = page.get_by_role("progressbar", name="Searches finished")
    expect(bar).to_have_attribute("max", "2")
    require_no_sideways_scrolling(page)
    expect(page.get_by_role("main")).to_contain_text("Portal imported all of it.", timeout=60_000)


def require_no_sideways_scrolling(page: Page) -> None:
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE, f"{page.url} is {width} wide."
