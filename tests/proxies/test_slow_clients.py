"""Clients that send a byte a second cost ordinary visitors nothing, and are ended."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.proxies.harness import EXAMPLES, Proxy, proxy
from tests.proxies.slow_clients import slow_clients

PAGE_AT_MOST = 2.0
HEADERS_AT_MOST = 2.0
BODIES_AT_MOST = 3.0
SWEEP = 2.0  # each client is read once a second
NGINX = {"client_header_timeout 10s": "client_header_timeout 2s",
         "worker_shutdown_timeout 5m": "worker_shutdown_timeout 3s",
         "lingering_time 10s": "lingering_time 2s"}  # fmt: skip  # one to a line says no more
CADDY = {"read_header 10s": "read_header 2s", "read_body 10s": "read_body 3s"}


@pytest.fixture
def nginx_front(tmp_path: Path, portal_port: int) -> Iterator[Proxy]:
    with proxy("nginx", tmp_path / "proxy", portal_port, sooner=NGINX) as started:
        yield started


def slowest_page(front: Proxy, *, asked: int = 5) -> float:
    taken = []
    for _ in range(asked):
        begun = time.monotonic()
        answer, _page = front.ask("GET", "/signin")
        taken.append(time.monotonic() - begun)
        assert answer.status < 400
    return max(taken)


def of_ten_addresses(number: int) -> str:
    return f"127.0.1.{1 + number % 10}"


@pytest.mark.nginx
def test_500_slow_clients_slow_nobody_down_and_are_ended_by_nginx(nginx_front: Proxy) -> None:
    begun = time.monotonic()
    with slow_clients(nginx_front, headers=250, bodies=250, peer=of_ten_addresses) as clients:
        assert len(clients.all) == 500
        assert slowest_page(nginx_front) < PAGE_AT_MOST
        clients.seconds_until_ended(
            is_body=False, since=time.monotonic(), patience=HEADERS_AT_MOST + SWEEP
        )
        # Nothing in nginx ends a body that goes on, so the timer has to.
        assert len(clients.open_ones(is_body=True)) == 250
        assert time.monotonic() - begun > HEADERS_AT_MOST

        nginx_front.reload()

        clients.seconds_until_ended(
            is_body=True, since=time.monotonic(), patience=BODIES_AT_MOST + SWEEP
        )
        assert slowest_page(nginx_front) < PAGE_AT_MOST


@pytest.mark.nginx
def test_one_address_holds_only_fifty_bodies_in_nginx(nginx_front: Proxy) -> None:
    with slow_clients(nginx_front, headers=0, bodies=70, peer=lambda _: "127.0.1.1") as clients:
        deadline = time.monotonic() + 2.0 + SWEEP
        while len(clients.open_ones(is_body=True)) > 50 and time.monotonic() < deadline:
            time.sleep(0.1)

        assert len(clients.open_ones(is_body=True)) == 50
        refused = [each for each in clients.all if each.ended_at is not None]
        assert all(each.answer.startswith(b"HTTP/1.1 503 ") for each in refused)


@pytest.mark.caddy
def test_slow_clients_slow_nobody_down_and_are_ended_by_caddy(
    tmp_path: Path, portal_port: int
) -> None:
    with (
        proxy("caddy", tmp_path / "proxy", portal_port, sooner=CADDY) as front,
        slow_clients(front, headers=30, bodies=30, peer=of_ten_addresses) as clients,
    ):
        begun = time.monotonic()

        assert slowest_page(front) < PAGE_AT_MOST
        clients.seconds_until_ended(is_body=False, since=begun, patience=HEADERS_AT_MOST + SWEEP)
        clients.seconds_until_ended(is_body=True, since=begun, patience=BODIES_AT_MOST + SWEEP)


def test_ten_minutes_are_what_the_timer_and_the_shutdown_make() -> None:
    timer = (EXAMPLES / "portal-nginx.timer").read_text("utf-8")
    outside = (EXAMPLES / "nginx-main.conf").read_text("utf-8")

    assert re.findall(r"^OnCalendar=(.+)$", timer, re.M) == ["*:0/5"]
    assert re.findall(r"^worker_shutdown_timeout (.+);$", outside, re.M) == ["5m"]
    assert "after ten minutes at most" in (EXAMPLES / "nginx.conf").read_text("utf-8")
