"""A portal with a small team: Priya recruits, Kim is limited."""

from pathlib import Path

import pytest
from flask import Flask
from sqlite_utils import Database

from tests.email import kept
from tests.visiting import Visitor, portal_in, visitor


@pytest.fixture
def app(db: Database, instance: Path) -> Flask:
    """Opens the same file as `db`."""
    kept.person(db, "Priya Kaur")
    kept.person(db, "Kim Lund", role="limited")
    return portal_in(instance)


@pytest.fixture
def priya(app: Flask) -> Visitor:
    return visitor(app, "priya")


@pytest.fixture
def kim(app: Flask) -> Visitor:
    return visitor(app, "kim")
