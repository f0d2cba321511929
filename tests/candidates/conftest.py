"""A portal with a small team: Priya recruits, Kim is limited."""

from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlite_utils import Database

from tests.email import kept
from tests.email.kept import Letter
from tests.support.visiting import Visitor, portal_in, visitor


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


@pytest.fixture
def rosa(db: Database, app: Flask, now: datetime) -> str:
    """A candidate with one message, from Priya."""
    kept.mailbox(db, "priya")
    candidate_id = kept.candidate(db, "Rosa Ortega", "rosa.ortega@mail.example", now=now)
    kept.keep(db, Letter("letter"), now=now)
    return candidate_id
