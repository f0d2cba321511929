"""Tests that cannot run are announced, or fail where everything must run."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import needs

NO_BROWSER = "no Chromium was found; install it, or name it in CHROMIUM"
TESTS = """
import pytest

@pytest.mark.browser
def test_in_a_browser(): ...

def test_anywhere(): ...
"""


def run(tmp_path: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run pytest with our conftest, as on a machine without a browser."""
    (tmp_path / "test_example.py").write_text(TESTS)
    own = ("CHROMIUM", "PORTAL_REQUIRE_ALL")
    environment = {name: value for name, value in os.environ.items() if name not in own}
    environment |= {"PATH": "", "PYTHONPATH": str(needs.ROOT), **more}
    command = [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-m", "", "--rootdir"]
    return subprocess.run(
        [*command, str(tmp_path), "-c", str(needs.ROOT / "pyproject.toml"), str(tmp_path)],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_missing_browser_is_announced_in_one_line(tmp_path: Path) -> None:
    ran = run(tmp_path)

    lines = [line for line in ran.stdout.splitlines() if line.startswith("NOT RUN")]
    assert lines == [f"NOT RUN: 1 tests, because {NO_BROWSER}."]
    assert ran.returncode == 0


def test_missing_browser_fails_where_everything_must_run(tmp_path: Path) -> None:
    ran = run(tmp_path, PORTAL_REQUIRE_ALL="1")

    assert "The browser tests must run here" in ran.stdout
    assert ran.returncode == 1


def test_chromium_may_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROMIUM", "/opt/chromium")

    assert needs.chromium() == "/opt/chromium"


def test_announcement_counts_each_reason() -> None:
    line = needs.announcement(["it rains", "it is late", "it rains"])

    assert line == "NOT RUN: 2 tests, because it rains; 1 tests, because it is late."


def test_nothing_skipped_is_not_announced() -> None:
    assert needs.announcement([]) is None
