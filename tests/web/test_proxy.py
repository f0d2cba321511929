"""Forwarded headers are trusted from the configured proxy alone."""

from typing import Any

import pytest

from portal.web.requests import TrustedProxy

FORWARDED = {
    "HTTP_X_FORWARDED_FOR": "198.51.100.7, 203.0.113.5",
    "HTTP_X_FORWARDED_PROTO": "https",
    "HTTP_X_FORWARDED_HOST": "portal.example.com",
    "HTTP_X_FORWARDED_PREFIX": "/evil",
    "HTTP_FORWARDED": "for=198.51.100.7",
}


def seen_through(proxy: str | None, peer: str) -> dict[str, Any]:
    """A request as Portal sees it."""
    told: dict[str, Any] = {}

    def portal(environ: dict[str, Any], _: Any) -> list[bytes]:
        told.update(environ)
        return []

    environ = {
        "REMOTE_ADDR": peer,
        "HTTP_HOST": "inside",
        "wsgi.url_scheme": "http",
        "SCRIPT_NAME": "",
        "SERVER_NAME": "inside",
        "SERVER_PORT": "8000",
        **FORWARDED,
    }
    list(TrustedProxy(portal, proxy)(environ, None))
    return told


def test_proxy_names_the_last_address_it_saw() -> None:
    told = seen_through("192.0.2.1", "192.0.2.1")

    assert told["REMOTE_ADDR"] == "203.0.113.5"
    assert told["wsgi.url_scheme"] == "https"
    assert told["HTTP_HOST"] == "portal.example.com"
    assert told["SCRIPT_NAME"] == ""


@pytest.mark.parametrize(
    ("proxy", "peer"),
    [
        ("192.0.2.1/32", "192.0.2.1"),
        ("172.18.0.0/16", "172.18.0.5"),
        ("127.0.0.1/32", "::ffff:127.0.0.1"),
        ("::1/128", "::1"),
        ("unix", ""),
    ],
)
def test_proxy_is_known_by_its_network_or_socket(proxy: str, peer: str) -> None:
    assert seen_through(proxy, peer)["REMOTE_ADDR"] == "203.0.113.5"


@pytest.mark.parametrize(
    ("proxy", "peer"),
    [
        (None, "192.0.2.1"),
        (None, ""),
        ("192.0.2.1", "192.0.2.2"),
        ("172.18.0.0/16", "172.19.0.5"),
        ("192.0.2.1", ""),
        ("192.0.2.1", "::1"),
        ("unix", "127.0.0.1"),
        ("192.0.2.1", "nonsense"),
    ],
)
def test_headers_of_strangers_are_removed(proxy: str | None, peer: str) -> None:
    told = seen_through(proxy, peer)

    assert told["REMOTE_ADDR"] == peer
    assert told["wsgi.url_scheme"] == "http"
    assert told["HTTP_HOST"] == "inside"
    assert [name for name in told if "FORWARDED" in name] == []
