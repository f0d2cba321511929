"""Eight bombs that are opened at once leave the sign-in page to others."""

import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest
import requests
from flask import Flask

from portal.storage.rows import Rows
from tests.browser.demo import free_ports
from tests.corpus.environment import settings_for
from tests.email import messages
from tests.email.messages import Message
from tests.email_feed.bombs import BOMBS, LONGEST
from tests.support.commands import running
from tests.support.visitors import COOKIE, visitor

AT_ONCE = 8
ROUNDS = 3
SIGN_IN_AT_MOST = 2.0


@pytest.fixture
def session_id(app: Flask, team: Rows, now: datetime) -> str:
    """Priya has each of the bombs in Rosa's feed, and is signed in."""
    for number, piece in enumerate(BOMBS.values()):
        body = (piece * (LONGEST // len(piece) + 1))[:LONGEST]
        messages.keep(team, Message(f"bomb{number}", body=body), now=now)
    cookie = visitor(app, "priya").client.get_cookie(COOKIE, domain="localhost")
    assert cookie is not None
    return cookie.value


@pytest.fixture
def home(tmp_path: Path, instance: Path, session_id: str) -> Iterator[str]:
    """Gunicorn as its unit starts it: two processes of four threads."""
    (port,) = free_ports(1)
    home = f"http://localhost:{port}"
    settings = settings_for(instance, "http://localhost:9")
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "wsgi:app"]
    log = tmp_path / "gunicorn.log"
    with running(command, log, port, **settings | {"PORTAL_BASE_URL": home}):
        requests.get(f"{home}/signin", timeout=30)
        yield home


@pytest.mark.alone
def test_sign_in_page_is_quick_beside_eight_bombs(home: str, session_id: str) -> None:
    def opened(number: int) -> int:
        path = f"/candidates/rosa/messages/bomb{number % len(BOMBS)}"
        return requests.get(home + path, cookies={COOKIE: session_id}, timeout=60).status_code

    taken: list[float] = []
    with ThreadPoolExecutor(AT_ONCE) as people:
        waiting = [people.submit(opened, number) for number in range(AT_ONCE * ROUNDS)]
        while not taken or not all(each.done() for each in waiting):
            begun = time.monotonic()
            assert requests.get(f"{home}/signin", timeout=60).status_code == 200
            taken.append(time.monotonic() - begun)

    assert [each.result() for each in waiting] == [200] * AT_ONCE * ROUNDS
    assert max(taken) < SIGN_IN_AT_MOST
