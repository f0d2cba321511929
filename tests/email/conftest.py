"""The office that tests of the sync share in shape: each has one of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.email.office import Office, open_office


@pytest.fixture
def office(instance: Path) -> Iterator[Office]:
    with open_office(instance) as opened:
        yield opened
