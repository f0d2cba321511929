"""A portal with a small team: Priya recruits, Kim is limited."""

from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlite_utils import Database

from tests.email import messages
from tests.email.messages import Message
from tests.support import builders
from tests.support.visiting import Visitor, portal_in, visitor


@pytest.fixture
def app(db: Database, instance: Path) -> Flask:
    """A portal on the file of `db`."""
    builders.user(db, "Priya Kaur")
    builders.user(db, "Kim Lund", role="limited")
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
    builders.mailbox(db, "priya")
    candidate_id = builders.candidate(db, "Rosa Ortega", "rosa.ortega@mail.example", now=now)
    messages.keep(db, Message("portfolio"), now=now)
    return candidate_id
