"""Priya with two addresses and a shared mailbox, connected and allowed to send, writes to Rosa."""

from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask

from portal.config import MicrosoftConfig
from portal.storage.rows import Rows
from tests.email import messages
from tests.email.messages import Message
from tests.outbox import mails
from tests.support import builders
from tests.support.visitors import Visitor, portal_in, visitor

SCOPES = "User.Read Mail.Read Mail.Send Mail.Send.Shared"
# No server answers there: what goes out is tested with the outbox.
MICROSOFT = MicrosoftConfig(
    client_id="portal",
    client_secret="secret",  # a test's own
    tenant="northwind",
    authority="http://localhost:9",
    graph="http://localhost:9",
)


@pytest.fixture
def app(rows: Rows, instance: Path) -> Flask:
    return portal_in(instance, microsoft=MICROSOFT)


@pytest.fixture
def ready(rows: Rows, app: Flask, now: datetime) -> Rows:  # the app enables Microsoft 365
    mails.cast(rows)
    builders.connection(rows, "priya", scopes=SCOPES)
    messages.keep(rows, Message("portfolio"), now=now)
    return rows


@pytest.fixture
def priya(ready: Rows, app: Flask) -> Visitor:  # the rows are there first
    return visitor(app, "priya")
