"""A portal with a shared mailbox: Priya decides for jobs@, Alex administers, Kim is limited."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal import create_app
from portal.services import Services
from portal.storage.rows import Rows
from tests.email.conftest import env
from tests.email.environment import ALEX, PRIYA, EmailEnvironment, config
from tests.shared_mailboxes.environment import GRANTED
from tests.support import builders
from tests.support.browser import browser
from tests.support.raw_rows import raw
from tests.support.visitors import services_of

__all__ = ["env"]


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
def portal(env: EmailEnvironment, instance: Path) -> Flask:
    """Portal of the office, with the practice tenant behind it."""
    return create_app(replace(config(instance, env.sandbox), base_url="http://localhost"))


@pytest.fixture
def admin(env: EmailEnvironment, portal: Flask) -> FlaskClient:
    """Alex administers, Priya recruits, and the organization has consented."""
    env.hire(PRIYA)
    raw(env.rows).execute("update users set role = 'admin' where id = ?", [env.hire(ALEX)])
    env.consent(*GRANTED)
    return browser(portal, "alex")


@pytest.fixture
def priya(app: Flask, team: Rows) -> FlaskClient:
    return browser(app, "priya")
