"""A portal with its people: Alex administers, Priya recruits, Kim is limited."""

from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlite_utils import Database

from portal.audit.log import Actor
from portal.config import MicrosoftConfig
from tests.browsing import browser
from tests.sandbox_server import CLIENT_ID, CLIENT_SECRET, TENANT_ID, Sandbox
from tests.users.directory_world import Tenant
from tests.users.people import add, person
from tests.visiting import portal_in


@pytest.fixture
def actor() -> Actor:
    return Actor(id="alex", name="Alex Berg", peer="192.0.2.1", request_id="r1")


@pytest.fixture
def people(db: Database, now: datetime) -> Database:
    add(
        db,
        person("Alex Berg", role="admin", now=now),
        person("Priya Kaur", now=now),
        person("Kim Lund", role="limited", now=now),
    )
    return db


@pytest.fixture
def alex(app: Flask, people: Database) -> FlaskClient:
    return browser(app, "alex")


@pytest.fixture
def priya(app: Flask, people: Database) -> FlaskClient:
    return browser(app, "priya")


@pytest.fixture
def kim(app: Flask, people: Database) -> FlaskClient:
    return browser(app, "kim")


@pytest.fixture
def tenant(sandbox: Sandbox, instance: Path) -> Tenant:
    """An organization that consented, behind a portal that has read nothing yet."""
    microsoft = MicrosoftConfig(
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        tenant=TENANT_ID,
        authority=sandbox.url,
        graph=sandbox.url,
    )
    world = Tenant(portal_in(instance, microsoft=microsoft), sandbox)
    world.consent()
    return world
