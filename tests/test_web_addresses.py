"""One reading of addresses: no host is judged that the request library does not call."""

import pytest
import requests

from portal.web_addresses import WebAddress, web_address

READ = {
    "https://graph.example/v1.0/me?$select=id#x": (
        *("https", "graph.example", 443), "/v1.0/me", "$select=id",
    ),
    "HTTP://LocalHost:8000": ("http", "localhost", 8000, "", ""),
    "http://[::1]:5/a/../b": ("http", "::1", 5, "/a/../b", ""),
    "https://b\u00fccher.example": ("https", "xn--bcher-kva.example", 443, "", ""),
    "https://mail.example./": ("https", "mail.example.", 443, "/", ""),
    "https://mail.example?q=a@b": ("https", "mail.example", 443, "", "q=a@b"),
    "http://localhost:": ("http", "localhost", 80, "", ""),
}  # fmt: skip  # parts of an address
HOSTILE = (
    *("http://evil.example\\@localhost", "http://a:b@localhost", "http://@localhost"),
    *("http://local\thost", " http://localhost", "http://localhost\n", "http://localhost\x00"),
    *("http://localhost%00", "http://[::1", "http://[::1%25eth0]", "http://localhost:99999"),
    *("http://localhost:0", "http://localhost:x", "http://", "", "localhost", "//localhost"),
    *("http:localhost", "http:/localhost", "javascript:alert(1)", "file:///etc/passwd"),
    *("http://*.example", "http://.example", "http://\u2488example", "http://loc\u200balhost"),
)


@pytest.mark.parametrize(("text", "parts"), READ.items())
def test_ordinary_address_is_read(text: str, parts: tuple[str, str, int, str, str]) -> None:
    assert web_address(text) == WebAddress(*parts)


@pytest.mark.parametrize("text", HOSTILE)
def test_address_that_readers_disagree_about_is_none(text: str) -> None:
    assert web_address(text) is None


@pytest.mark.parametrize("text", READ)
def test_request_goes_to_the_host_that_was_judged(text: str) -> None:
    found = web_address(text)
    asked = requests.Request("GET", text).prepare().url or ""

    again = web_address(asked)

    assert found is not None
    assert again is not None
    assert found.origin == again.origin
