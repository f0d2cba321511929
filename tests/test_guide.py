"""The guide leads from an empty machine to a portal in use, backed up and restored."""

import dataclasses
import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from dotenv import dotenv_values

from portal.config import Config
from portal.errors import Misconfigured
from portal.microsoft365 import addresses
from sandbox.entra.applications import PATHS
from tests.browser.demo import free_ports
from tests.support.guide import PATIENCE, Machine, blocks, machine, wait_until_it_answers
from tests.support.sandbox_server import CLIENT_ID, CLIENT_SECRET, TENANT_ID, Sandbox
from tests.support.walk import Person

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
CODE = re.compile(r"enter this code: ([A-Z0-9-]+)")
PRACTICE_TENANT = "http://localhost:8365"
REGISTERED = [f"http://localhost:8000{path}" for path in PATHS]
ALEX = {"address": "alex@northwind.example", "password": "a long walk by the harbour"}


@pytest.fixture
def address() -> str:
    (port,) = free_ports(1)
    return f"http://localhost:{port}"


@pytest.fixture
def first(tmp_path: Path, sandbox: Sandbox, address: str) -> Machine:
    """The first machine. In its settings the practice tenant stands in for Microsoft."""
    sandbox.control("PATCH", "tenant", {"redirectUris": [f"{address}/oauth/microsoft/callback"]})
    settings = {
        "PORTAL_TEST_MODE": "1",
        "PORTAL_BASE_URL": address,
        "MICROSOFT_CLIENT_ID": CLIENT_ID,
        "MICROSOFT_CLIENT_SECRET": CLIENT_SECRET,
        "MICROSOFT_TENANT": TENANT_ID,
        "MICROSOFT_AUTHORITY": sandbox.url,
        "MICROSOFT_GRAPH": sandbox.url,
        "GUNICORN_CMD_ARGS": f"--bind 127.0.0.1:{address.rpartition(':')[2]}",
    }
    return machine(tmp_path / "first", tmp_path / "backups", settings)


def settings_in(file: Path) -> dict[str, str]:
    return {name: value or "" for name, value in dotenv_values(file).items()}


def second_machine(first: Machine, folder: Path) -> Machine:
    """A second empty machine, with the keys of the first."""
    second = dataclasses.replace(first, folder=folder)
    folder.mkdir()
    second.install()
    shutil.copy2(first.portal / "instance" / "token.keys", second.portal / "instance")
    return second


def printed_code(said: Callable[[], str]) -> str:
    """The code, which the first process prints. Another one may answer before."""
    deadline = time.monotonic() + PATIENCE
    while (code := CODE.search(said())) is None:
        assert time.monotonic() < deadline, said()
        time.sleep(0.1)
    return code[1]


def set_up(address: str, code: str) -> Person:
    """Set up Alex with the printed code."""
    browser = send(Person(), f"{address}/setup", {"code": code, "name": "Alex Berg", **ALEX})
    assert "/setup" not in browser.url, browser.html
    return browser


def sign_in(address: str) -> Person:
    return send(Person(), f"{address}/signin", ALEX)


def send(browser: Person, page: str, fields: dict[str, str]) -> Person:
    """Fill in and send the form of this page."""
    token = TOKEN.search(browser.open(page).html)
    assert token is not None, browser.html
    browser.answer = browser.session.post(
        page,
        data={"csrf_token": token[1], **fields},
        headers={"Origin": page.rpartition("/")[0]},
        timeout=60,
    )
    return browser


def wait_for_worker(browser: Person, address: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while "No worker is running" in browser.open(f"{address}/admin/jobs").html:
        assert time.monotonic() < deadline, browser.html
        time.sleep(0.2)


def test_guide_leads_to_a_portal_that_is_used_and_restored(
    first: Machine, address: str, tmp_path: Path
) -> None:
    first.install()
    first.run("settings")
    with first.running("web") as said, first.running("worker") as worker_said:
        wait_until_it_answers(address, said)
        browser = set_up(address, printed_code(said))
        people = browser.open(f"{address}/admin/users")
        assert people.answer.status_code == 200
        assert "Alex Berg" in people.html
        wait_for_worker(browser, address)
        assert said().count("enter this code") == 1
        assert "enter this code" not in worker_said()
        assert "Worker: 1 alive" in first.run("doctor")
        assert "The keys are not in it" in first.run("backup")
        for step in ("new key", "rotate", "remove old key"):
            first.run(step)
        assert "Alex Berg" in browser.open(f"{address}/admin/users").html

    second = second_machine(first, tmp_path / "second")
    assert "holds the rows" in second.run("restore")
    with second.running("web") as said:
        wait_until_it_answers(address, said)
        assert "/signin" in Person().open(f"{address}/admin/users").url
        people = sign_in(address).open(f"{address}/admin/users")
        assert people.answer.status_code == 200
        assert "Alex Berg" in people.html
        assert CODE.search(said()) is None  # there is an administrator already


def test_settings_of_the_guide_are_accepted(first: Machine, tmp_path: Path) -> None:
    first.portal.mkdir()

    first.run("settings")

    written = first.portal / ".env"
    values = {**settings_in(written), "PORTAL_INSTANCE": str(tmp_path / "instance")}
    assert written.stat().st_mode & 0o777 == 0o600
    with pytest.raises(Misconfigured, match="MICROSOFT_CLIENT_ID is still the example"):
        Config.from_environment(values)
    values["MICROSOFT_CLIENT_ID"] = CLIENT_ID
    with pytest.raises(Misconfigured, match="MICROSOFT_TENANT is still the example"):
        Config.from_environment(values)
    config = Config.from_environment({**values, "MICROSOFT_TENANT": TENANT_ID})
    assert config.base_url.startswith("https://")
    assert config.microsoft.is_configured
    assert not config.test_mode


def test_trial_of_the_guide_names_the_practice_tenant(first: Machine, tmp_path: Path) -> None:
    first.portal.mkdir()

    first.run("trial")

    values = settings_in(first.portal / ".env")
    assert values.pop("PORTAL_INSTANCE") == "instance/trial"
    config = Config.from_environment({**values, "PORTAL_INSTANCE": str(tmp_path / "instance")})
    app = config.microsoft
    assert (app.tenant, app.client_id, app.client_secret) == (TENANT_ID, CLIENT_ID, CLIENT_SECRET)
    assert (config.test_mode, app.graph, app.authority) == (True, PRACTICE_TENANT, PRACTICE_TENANT)
    assert addresses.redirect_uri(config) in REGISTERED


def test_each_block_of_the_guide_is_tried() -> None:
    assert set(blocks()) == {
        "install",
        "settings",
        "web",
        "worker",
        "doctor",
        "trial",
        "backup",
        "restore",
        "new key",
        "rotate",
        "remove old key",
    }
