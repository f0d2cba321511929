"""A portal with a shared mailbox: Priya decides for jobs@, Alex administers, Kim is limited."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.services import Services
from portal.storage.rows import Rows
from tests.support import builders
from tests.support.browser import browser
from tests.support.visitors import services_of


@pytest.fixture
def team(rows: Rows) -> Rows:
    builders.user(rows, "Alex Berg", role="admin")
    builders.user(rows, "Priya Kaur")
    builders.user(rows, "Kim Lund", role="limited")
    builders.shared_mailbox(rows, "Jobs", owners=["priya"])
    return rows


@pytest.fixture
def services(app: Flask, team: Rows) -> Services:
    return services_of(app)


@pytest.fixture
def alex(app: Flask, team: Rows) -> FlaskClient:
    return browser(app, "alex")


@pytest.fixture
def priya(app: Flask, team: Rows) -> FlaskClient:
    return browser(app, "priya")
