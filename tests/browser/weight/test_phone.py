"""On a phone, every page with many rows fits the screen, and no text is pressed into a column."""

import pytest
from playwright.sync_api import Page

from tests.browser.accessibility import crushed, overflow
from tests.browser.conftest import OpenPage
from tests.browser.served import signed_in
from tests.browser.weight.filled import Filled
from tests.pages import PAGES
from tests.support.page_statements import ASKING

PHONE = 390
PEOPLE = sorted({person or "" for person in PAGES.values()})

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("person", PEOPLE)
def test_pages_fit_a_phone(filled: Filled, open_page: OpenPage, person: str) -> None:
    page = open_page(is_phone=True, signed_in=signed_in(filled.app, person) if person else None)

    faults = {
        path: found
        for path, whose in PAGES.items()
        if (whose or "") == person and path not in ASKING
        for found in [_faults(page, f"{filled.address}{path}")]
        if found
    }

    assert faults == {}


def _faults(page: Page, address: str) -> list[str]:
    page.goto(address)
    return [*overflow(page, PHONE), *crushed(page, PHONE)]


def test_crushed_text_is_reported(open_page: OpenPage) -> None:
    page = open_page(is_phone=True)
    page.set_content(
        "<main><p style='width: 1ch; overflow-wrap: anywhere'>Rosa Ortega</p>"
        "<p>Mei Tanaka</p></main>"
    )

    assert crushed(page, PHONE) == [f"{PHONE}: a column of letters: Rosa Ortega"]
