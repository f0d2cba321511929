"""A database as an older portal left it."""

from pathlib import Path

import pytest

from tests.storage.made_up import make_older


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """Everything but the last migration, and one row."""
    path = tmp_path / "portal.db"
    make_older(path)
    return path
