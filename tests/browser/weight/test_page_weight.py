"""Every page is light: few bytes and few requests on a first visit, also with many rows."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Request
from werkzeug.test import TestResponse

from portal import clock, create_app
from portal.config import Config
from tests.browser.conftest import OpenPage
from tests.browser.demo import free_ports
from tests.browser.served import served, signed_in
from tests.pages import HEAVIEST, PAGES, REQUESTS_AT_MOST, fetched_with
from tests.support import many_rows
from tests.support.browser import browser as browser_of
from tests.support.page_statements import ASKING
from tests.support.visitors import portal_in

ROWS = 20
BROWSERS = {"Accept-Encoding": "gzip, deflate, br, zstd"}
# Real servers name themselves and the time in each answer.
HEADERS_OF_A_SERVER = 250
SAMPLE = ("/admin/users", "/settings/email", "/interviews/planned/reschedule")


@dataclass(frozen=True)
class Weight:
    bytes: int
    requests: int


@dataclass(frozen=True)
class Filled:
    """A portal with many rows of each kind."""

    app: Flask
    address: str

    def weight(self, path: str) -> Weight:
        client = browser_of(self.app, PAGES[path])
        page = self._fetched(client, path)
        assert page.status_code == (404 if path == "/no/such-page" else 200), page.text
        assert page.headers["Content-Encoding"] == "br"
        linked = fetched_with(brotli.decompress(page.data).decode())
        parts = [page, *(self._fetched(client, each) for each in sorted(linked))]
        return Weight(sum(map(_length, parts)), len(parts))

    def _fetched(self, client: FlaskClient, path: str) -> TestResponse:
        answer = client.get(path, base_url=self.address, headers=BROWSERS)
        assert answer.status_code in (200, 404), path
        return answer


def _length(answer: TestResponse) -> int:
    return len(answer.data) + len(str(answer.headers).encode())


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    app = portal_in(tmp_path_factory.mktemp("portal") / "instance")
    many_rows.fill(app.extensions["portal"].rows, ROWS, now=clock.utc_now())
    (port,) = free_ports(1)
    config: Config = app.extensions["portal"].config
    at_port = create_app(replace(config, base_url=f"http://localhost:{port}"))
    with served(at_port, port) as address:
        yield Filled(at_port, address)


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
