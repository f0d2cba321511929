"""Sign-in, connection and sync leave no secret in the log, even at debug level."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from portal.config import Config
from portal.microsoft365 import connections
from portal.microsoft365.permissions import Feature
from portal.services import Services, build_services
from portal.vault import SEALED_COLUMNS, Where
from sandbox.mail import delivery
from tests.browser.demo import free_ports
from tests.email.environment import PRIYA, ROSA, raw_message
from tests.support import builders
from tests.support.needs import ROOT
from tests.support.raw_rows import raw
from tests.support.sandbox_server import Sandbox
from tests.support.walk import Person
from tests.users.people import add, person

BODY = "a sentence that only Rosa wrote"
PATIENCE = 60
# The queries of these addresses hold secrets.
SECRET_QUERIES = ("code", "state", "nonce", "code_challenge", "session_state")


@contextmanager
def running(program: str, *words: str, settings: dict[str, str], log: Path) -> Iterator[None]:
    with log.open("ab") as output:
        started = subprocess.Popen(
            [sys.executable, "-m", "tests.support.loud", program, *words],
            cwd=ROOT, env={"PATH": os.environ["PATH"], **settings},
            stdout=output, stderr=subprocess.STDOUT,
        )  # fmt: skip  # one to a line says no more
    try:
        yield
    finally:
        started.terminate()
        started.wait(30)


@pytest.fixture
def port() -> int:
    (port,) = free_ports(1)
    return port


@pytest.fixture
def settings(settings: dict[str, str], sandbox: Sandbox, port: int) -> dict[str, str]:
    return {
        **settings,
        "PORTAL_BASE_URL": f"http://localhost:{port}",
        "MICROSOFT_AUTHORITY": sandbox.url,
        "MICROSOFT_GRAPH": sandbox.url,
    }


@pytest.fixture
def services(settings: dict[str, str], sandbox: Sandbox, now: datetime) -> Services:
    """Priya may sign in, Rosa is a candidate, and a message from her waits in the mailbox."""
    services = build_services(Config.from_environment(settings))
    tenant, oid = settings["MICROSOFT_TENANT"], sandbox.oid(PRIYA)
    add(
        services.rows,
        person("Alex Berg", role="admin", now=now),
        person("Priya Kaur", tenant_id=tenant, object_id=oid, now=now),
    )
    builders.candidate(services.rows, "Rosa Ortega", ROSA, now=now)
    delivery.deliver(sandbox.state, PRIYA, raw_message("Hello", text=BODY))
    sandbox.control("PATCH", "tenant", {"redirectUris": redirects(settings)})
    return services


def redirects(settings: dict[str, str]) -> list[str]:
    return [f"{settings['PORTAL_BASE_URL']}/oauth/microsoft/callback"]


def flows(services: Services) -> set[str]:
    """Verifier and nonce of every open flow."""
    return {
        services.vault.open(row[column], where=Where("flows", column, row["state_hash"], ""))
        for row in raw(services.rows).query("select state_hash, verifier, nonce from flows")
        for table, column in SEALED_COLUMNS
        if table == "flows" and row[column]  # wiped once it was used
    }


def seen(browser: Person) -> set[str]:
    """Secrets in the addresses, cookies and forms of the visited pages."""
    found = set(browser.session.cookies.get_dict().values())
    for answer in (*browser.answer.history, browser.answer):
        query = parse_qs(urlsplit(answer.url).query)
        found |= {value for name in SECRET_QUERIES for value in query.get(name, [])}
        found |= set(re.findall(r'name="csrf_token" value="([^"]+)"', answer.text))
    return found


def walk(browser: Person, address: str, services: Services) -> set[str]:
    """Sign in and connect. Returns every secret seen."""
    found: set[str] = set()
    browser.open(f"{address}/signin").press("Sign in with Microsoft")
    found |= flows(services) | seen(browser)
    browser.follow(
        "Continue to Microsoft" if "Continue to Microsoft" in browser.html else "Continue"
    )
    browser.press("Priya Kaur")
    if "Permissions requested" in browser.html:
        browser.press("Accept")
    found |= seen(browser)
    browser.open(f"{address}/settings/microsoft-365").press("Connect with Microsoft 365")
    found |= flows(services) | seen(browser)
    browser.follow("Continue to Microsoft")
    browser.press("Accept")
    return found | seen(browser)


def tokens(services: Services) -> set[str]:
    with services.rows.write():
        connection = connections.usable(services.rows, "priya", Feature.EMAIL_SYNC)
    found = (connections.access_token, connections.refresh_token)
    return {token for each in found if (token := each(services.vault, connection))}


def wait(until: str, services: Services) -> None:
    deadline = time.monotonic() + PATIENCE
    while not raw(services.rows)[until].count:
        assert time.monotonic() < deadline, f"nothing in {until}"
        time.sleep(0.1)


def wait_for(address: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            assert requests.get(f"{address}/healthz", timeout=5).status_code == 200
            return
        except requests.ConnectionError:
            assert time.monotonic() < deadline
            time.sleep(0.1)


def test_loudest_log_is_json_without_secrets(
    settings: dict[str, str], services: Services, port: int, tmp_path: Path
) -> None:
    address, web, work = settings["PORTAL_BASE_URL"], tmp_path / "web.log", tmp_path / "work.log"
    with running("web", "--bind", f"127.0.0.1:{port}", settings=settings, log=web):
        wait_for(address)
        found = walk(Person(), address, services)
        found |= tokens(services)
        with running("worker", settings=settings, log=work):
            wait("messages", services)
        requests.get(f"{address}/oauth/microsoft/callback?code=abc1234&state=xyz1234", timeout=9)
    files = [services.config.instance / name for name in ("token.keys", "secret.key")]
    found |= {file.read_text().strip() for file in files} | {"abc1234", "xyz1234"}
    found |= {settings["MICROSOFT_CLIENT_SECRET"], BODY}

    for log, expected in ((web, "gunicorn.access"), (work, "urllib3.connectionpool")):
        lines = [json.loads(line) for line in log.read_text().splitlines()]
        assert expected in {line["logger"] for line in lines}  # the log was at debug level
        assert all({"at", "level", "logger", "message"} <= line.keys() for line in lines)
        assert any(line.get("request_id") for line in lines)
        written = log.read_text()
        assert [secret for secret in found if secret and secret in written] == []
    assert len(found) > 15
