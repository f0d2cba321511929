"""A portal with its people: Alex administers, Priya recruits, Kim is limited."""

from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.audit.models import Actor
from portal.services import Services
from portal.storage.rows import Rows
from portal.users import setup
from tests.support.browser import browser
from tests.support.visitors import services_of
from tests.users.people import LOCAL, PASSWORD, add, person


@pytest.fixture
def actor() -> Actor:
    return Actor(id="alex", name="Alex Berg", peer="192.0.2.1", request_id="r1")


@pytest.fixture
def people(rows: Rows, now: datetime) -> Rows:
    add(
        rows,
        person("Alex Berg", role="admin", now=now),
        person("Priya Kaur", now=now),
        person("Kim Lund", role="limited", now=now),
    )
    return rows


@pytest.fixture
def services(app: Flask, people: Rows) -> Services:
    return services_of(app)


@pytest.fixture
def local(people: Rows, now: datetime) -> str:
    """Lo Cal, an administrator who signs in with a password. The id."""
    first = setup.FirstAdmin("Lo Cal", LOCAL, PASSWORD)
    return setup.make_admin(people, first, now=now)[0].id


@pytest.fixture
def alex(app: Flask, people: Rows) -> FlaskClient:
    return browser(app, "alex")


@pytest.fixture
def priya(app: Flask, people: Rows) -> FlaskClient:
    return browser(app, "priya")


@pytest.fixture
def kim(app: Flask, people: Rows) -> FlaskClient:
    return browser(app, "kim")
