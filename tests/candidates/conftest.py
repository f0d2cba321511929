"""A portal with a small team: Priya recruits, Kim is limited."""

from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask

from portal.storage.rows import Rows
from tests.email import messages
from tests.email.messages import Message
from tests.support import builders
from tests.support.visitors import Visitor, portal_of_two, visitor


@pytest.fixture
def app(rows: Rows, instance: Path) -> Flask:
    return portal_of_two(rows, instance)


@pytest.fixture
def priya(app: Flask) -> Visitor:
    return visitor(app, "priya")


@pytest.fixture
def kim(app: Flask) -> Visitor:
    return visitor(app, "kim")


@pytest.fixture
def rosa(rows: Rows, app: Flask, now: datetime) -> str:
    """A candidate with one message, from Priya."""
    builders.mailbox(rows, "priya")
    candidate_id = builders.candidate(rows, "Rosa Ortega", "rosa.ortega@mail.example", now=now)
    messages.keep(rows, Message("portfolio"), now=now)
    return candidate_id
