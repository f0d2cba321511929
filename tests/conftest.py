"""Fixtures for all tests. Tests connect to this machine only and inherit no settings."""

import gc
import os
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask import Flask

from demo.environment import CLIENT_ID, CLIENT_SECRET
from portal.config import Config
from portal.storage import database
from portal.storage.rows import Rows
from portal.storage.sqlite_rows import SqliteRows
from tests.audit import named_candidates
from tests.postgres.recording import record_into
from tests.support import compiled_once, needs, network, quirk_turns
from tests.support.databases import put_database

if TYPE_CHECKING:
    from tests.support.sandbox_server import Sandbox

# Tests ignore the settings and proxies of the person who runs them.
FOREIGN = ("PORTAL_", "MICROSOFT_", "GOOGLE_", "SANDBOX_")
PROXIES = ("http_proxy", "https_proxy", "all_proxy", "requests_ca_bundle", "curl_ca_bundle")
OURS = ("PORTAL_REQUIRE_ALL", "PORTAL_SHARED")
for name in [*os.environ]:
    if name not in OURS and (name.startswith(FOREIGN) or name.lower() in PROXIES):
        del os.environ[name]
network.stay_inside()
compiled_once.compile_once()
# No test outlives a power cut. Those of the storage wait for the disk as the product does.
database.DURABLE = "OFF"
# `make tests` names the folder; the check after the tests reads it.
if "STATEMENTS_FOLDER" in os.environ:
    record_into(Path(os.environ["STATEMENTS_FOLDER"]))


def pytest_runtest_setup(item: pytest.Item) -> None:
    missing = needs.missing_for(mark.name for mark in item.iter_markers())
    if missing is None:
        return
    mark, reason = missing
    if needs.REQUIRE_ALL and mark in needs.MUST_RUN:
        pytest.fail(f"The {mark} tests must run here, but {reason}.", pytrace=False)
    pytest.skip(reason)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = terminalreporter.stats.get("skipped", [])
    reasons = [report.longrepr[2].removeprefix("Skipped: ") for report in skipped]
    line = needs.announcement(reasons)
    if line is not None:
        terminalreporter.write_line(line, yellow=True, bold=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Collect what clients and browsers leave open before the next test.

    Its fixtures hold on to it until the whole protocol of the test is over.
    """
    done = yield
    if item.get_closest_marker("clients") or item.get_closest_marker("browser"):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            gc.collect()
    return done


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 11, 24, 14, 0, tzinfo=UTC)


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[Path]:
    """The instance folder of one portal. After the test, its audit log names no candidate."""
    folder = tmp_path / "instance"
    folder.mkdir(mode=0o700)
    yield folder
    assert named_candidates.found_in(folder / "portal.db") == []


@pytest.fixture
def rows(instance: Path) -> Iterator[Rows]:
    """A migrated, empty database: the file that a portal in `instance` opens."""
    rows = SqliteRows(put_database(instance))
    yield rows
    rows.close()


@pytest.fixture
def settings(instance: Path) -> dict[str, str]:
    """The environment of a portal in test mode. No server answers at its Microsoft addresses."""
    return {
        "PORTAL_INSTANCE": str(instance),
        "PORTAL_BASE_URL": "http://localhost",
        "PORTAL_TEST_MODE": "1",
        "MICROSOFT_CLIENT_ID": CLIENT_ID,
        "MICROSOFT_CLIENT_SECRET": CLIENT_SECRET,
        "MICROSOFT_TENANT": "7c3c0d5e-0000-4000-8000-0000000000aa",
        "MICROSOFT_AUTHORITY": "http://localhost:9",
        "MICROSOFT_GRAPH": "http://localhost:9",
    }


@pytest.fixture
def config(settings: dict[str, str]) -> Config:
    return Config.from_environment(settings)


@pytest.fixture
def app(config: Config, rows: Rows) -> Flask:
    """A portal that opens the same file as `db`."""
    from portal import create_app  # a broken page must not stop all other tests

    return create_app(config)


@pytest.fixture
def sandbox(request: pytest.FixtureRequest) -> Iterator["Sandbox"]:
    """The practice tenant on its own port, in memory, with the quirks whose turn it is."""
    from tests.support.sandbox_server import running_sandbox  # as above

    with running_sandbox() as tenant:
        quirk_turns.begin(request.node, tenant.state)
        yield tenant
