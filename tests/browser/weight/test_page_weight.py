"""Every page is light: few bytes and few requests on a first visit, also with many rows."""

import pytest
from playwright.sync_api import Request

from tests.browser.conftest import OpenPage
from tests.browser.served import signed_in
from tests.browser.weight.filled import Filled
from tests.pages import HEAVIEST, PAGES, REQUESTS_AT_MOST, fetched_with
from tests.support.page_statements import ASKING

# Real servers name themselves and the time in each answer.
HEADERS_OF_A_SERVER = 250
SAMPLE = ("/admin/users", "/settings/email", "/interviews/planned/reschedule")


def test_every_page_is_light(filled: Filled) -> None:
    weights = {path: filled.weight(path) for path in PAGES if path not in ASKING}

    assert {path: each for path, each in weights.items() if each.bytes > HEAVIEST} == {}
    assert {path: each for path, each in weights.items() if each.requests > REQUESTS_AT_MOST} == {}


@pytest.mark.browser
@pytest.mark.parametrize("path", SAMPLE)
def test_browser_fetches_no_more(filled: Filled, open_page: OpenPage, path: str) -> None:
    person = PAGES[path]
    assert person
    page = open_page(signed_in=signed_in(filled.app, person))
    requests: list[Request] = []
    page.on("requestfinished", lambda each: requests.append(each))

    page.goto(f"{filled.address}{path}", wait_until="load")

    # A headless browser shows no icon, and parts of a page that go on are read again later.
    first = [each for each in requests if each.resource_type != "fetch"]
    sizes = [each.sizes() for each in first]
    measured = sum(each["responseBodySize"] + each["responseHeadersSize"] for each in sizes)
    ours = filled.weight(path)
    assert len(first) == ours.requests - 1
    assert abs(measured - ours.bytes) < HEADERS_OF_A_SERVER * ours.requests + 800
    assert measured <= HEAVIEST


def test_addresses_of_a_page_are_found() -> None:
    page = '<link href="/a.css"><script src="/b.js"></script><img src="/c.png"><use href="#d">'

    assert fetched_with(page) == {"/a.css", "/b.js", "/c.png"}
