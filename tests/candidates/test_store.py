"""The lookup of candidates by address."""

from datetime import datetime

import pytest

from portal.audit.act import Act
from portal.audit.models import Actor
from portal.candidates import edits, store
from portal.candidates.edits import Draft
from portal.storage.rows import Rows
from tests.support import builders


@pytest.fixture(autouse=True)
def _people(rows: Rows, now: datetime) -> None:
    priya = builders.user(rows, "Priya Kaur")
    people = (
        ("Rosa Ortega", "Product designer", "rosa.ortega@mail.example"),
        ("José Álvarez", "100% remote", "jose_a@mail.example"),
        ("Mei Tan", "Front end", "mei+jobs@mail.example"),
    )
    for name, headline, address in people:
        draft = Draft(name, headline, address)
        edits.add(
            Act(rows, Actor.system("program"), now),
            draft,
            candidate_id=name.split()[0].lower(),
            by=priya,
        )


@pytest.mark.parametrize(
    ("written", "candidates"),
    [
        ("ROSA.ORTEGA@mail.example", ["rosa"]),
        ("rosa.ortega+x@mail.example", ["rosa"]),
        ("mei@mail.example", []),
        ("mei+other@mail.example", []),
        ("ortega@mail.example", []),
    ],
)
def test_addresses_match(rows: Rows, written: str, candidates: list[str]) -> None:
    found = store.matching_addresses(rows, {written})

    assert [each.candidate_id for each in found] == candidates


def test_thousands_of_recipients_are_looked_up(rows: Rows) -> None:
    crowd = {f"r{number}@mail.example" for number in range(5000)}

    found = store.matching_addresses(rows, crowd | {"rosa.ortega@mail.example"})

    assert [each.candidate_id for each in found] == ["rosa"]
