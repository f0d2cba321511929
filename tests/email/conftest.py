"""The office that tests of the sync work in, and the portal that tests of its pages look at."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlite_utils import Database

from tests.email import kept
from tests.email.office import Office, open_office
from tests.visiting import Visitor, portal_in, visitor


@pytest.fixture
def office(instance: Path) -> Iterator[Office]:
    """Each test has one of its own."""
    with open_office(instance) as opened:
        yield opened


@pytest.fixture
def app(db: Database, instance: Path) -> Flask:
    """Opens the same file as `db`; Priya recruits, and Kim is limited."""
    kept.person(db, "Priya Kaur")
    kept.person(db, "Kim Lund", role="limited")
    return portal_in(instance)


@pytest.fixture
def visit_priya(app: Flask) -> Visitor:
    return visitor(app, "priya")


@pytest.fixture
def visit_kim(app: Flask) -> Visitor:
    return visitor(app, "kim")
