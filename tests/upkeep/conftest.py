"""A portal without pages, and a backup of one in which much was going on."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from portal.config import Config
from portal.services import Services, build_services
from portal.storage.rows import Rows
from portal.upkeep import backups
from tests.upkeep import rows


@pytest.fixture
def services(config: Config, rows: Rows) -> Services:
    return build_services(config)


@pytest.fixture
def backup(services: Services, tmp_path: Path, now: datetime) -> Path:
    """Of a portal with Priya, who is connected, signed in and being worked for."""
    rows.connect(services, "Priya Kaur", now=now)
    rows.claim_everything(services, until=now + timedelta(hours=1))
    rows.sign_in_and_invite(services, now=now)
    rows.start_flow(services, now=now)
    path = tmp_path / "backup.db"
    backups.back_up(services, path, now=now)
    return path
