"""Tests cannot connect to other machines."""

import socket

import pytest
import requests

from tests.support import network


def test_other_addresses_are_refused() -> None:
    with socket.socket() as door, pytest.raises(network.Outside):
        door.connect(("192.0.2.1", 80))


def test_other_names_are_not_resolved() -> None:
    with pytest.raises(network.Outside):
        requests.get("https://graph.microsoft.com/v1.0/me", timeout=1)


def test_this_machine_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        client = socket.create_connection(server.getsockname(), timeout=5)
        peer = client.getpeername()
        client.close()

        assert peer == server.getsockname()


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1", "localhost", b"localhost", None])
def test_loopback_is_recognised(host: object) -> None:
    assert network.is_loopback(host)


@pytest.mark.parametrize("host", ["10.0.0.1", "::", "localhost.example", b"example.org"])
def test_other_hosts_are_recognised(host: object) -> None:
    assert not network.is_loopback(host)
