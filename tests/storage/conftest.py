"""A database as an older portal left it."""

from pathlib import Path

import pytest

from portal.storage import database
from tests.storage.made_up import make_older


@pytest.fixture(autouse=True)
def commits_wait_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for the disk at each commit, as the product does."""
    monkeypatch.setattr(database, "DURABLE", "FULL")


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """Everything but the last migration, and one row."""
    path = tmp_path / "portal.db"
    make_older(path)
    return path
