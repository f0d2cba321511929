"""A crew of recruiters, their group at Microsoft, and a worker that reads its calendar."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.email.conftest import env
from tests.email.environment import open_environment
from tests.group_calendars.roster.crew import Crew

__all__ = ["env"]


@pytest.fixture
def crew(instance: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Crew]:
    with open_environment(instance) as env:
        crew = Crew(env, monkeypatch)
        crew.open()
        yield crew
