"""Add and change candidates."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from portal.audit.act import Act
from portal.audit.models import CANDIDATE, Actor
from portal.candidates import edits, store
from portal.candidates.edits import Draft, checked_addresses
from portal.candidates.models import Candidate, Sharer
from portal.errors import Conflict, Invalid, NotFound
from portal.storage.rows import ConstraintRefused, Rows
from tests.support import builders
from tests.support.raw_rows import raw

ROSA = Draft("Rosa Ortega", "Product designer", "rosa.ortega@mail.example\nrosa@work.example")


@pytest.fixture(autouse=True)
def _priya(rows: Rows) -> None:
    builders.user(rows, "Priya Kaur")


def add(rows: Rows, draft: Draft, now: datetime, *, candidate_id: str = "rosa") -> Candidate:
    return edits.add(
        Act(rows, Actor.system("program"), now),
        draft,
        candidate_id=candidate_id,
        by="priya",
    )


def test_added_candidate_is_found(rows: Rows, now: datetime) -> None:
    added = add(rows, ROSA, now)

    assert store.candidate(rows, "rosa") == added
    assert added.addresses == ("rosa.ortega@mail.example", "rosa@work.example")
    assert added.initials == "RO"


def test_form_sent_twice_adds_one(rows: Rows, now: datetime) -> None:
    first = add(rows, ROSA, now)

    second = add(rows, ROSA, now + timedelta(seconds=5))

    assert second == first
    assert raw(rows)["candidates"].count == 1


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ("", "Enter at least one email address."),
        (" \n , ;", "Enter at least one email address."),
        ("rosa@mail.example\nROSA@mail.example", "ROSA@mail.example is there twice; leave one"),
        ("rosa@mail.example\nrosa", "“rosa” is not an email address: an email address must have"),
        ("*@northwind.example", "“*@northwind.example” does not name one person. Enter an"),
        ("rosa@mail.example, r*@mail.example", "“r*@mail.example” does not name one person."),
        ("rosa@@mail.example", "“rosa@@mail.example” is not an email address"),
        ("Rosa <rosa@mail.example>", "“Rosa <rosa@mail.example>” is not an email address"),
        ("a" * 300 + "@mail.example", "“" + "a" * 80 + "” is not an email address"),
        ("\n".join(f"r{n}@mail.example" for n in range(21)), "Enter at most 20 addresses."),
    ],
)
def test_invalid_addresses_are_named(typed: str, refusal: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked_addresses(typed)

    assert str(refused.value).startswith(refusal)
    assert refused.value.field == "addresses"


def test_addresses_on_one_line_are_split() -> None:
    assert checked_addresses("a@mail.example, b@mail.example;c@mail.example") == (
        "a@mail.example",
        "b@mail.example",
        "c@mail.example",
    )


def test_unchanged_address_keeps_its_time(rows: Rows, now: datetime) -> None:
    add(rows, ROSA, now)
    later = now + timedelta(hours=1)

    changed = edits.change(
        Act(rows, Actor.system("program"), later),
        "rosa",
        replace(ROSA, addresses="new@mail.example\nrosa.ortega@mail.example"),
        seen=now,
    )

    found = raw(rows).query("select address, added_at from candidate_addresses order by position")
    assert [(row["address"], row["added_at"]) for row in found] == [
        ("new@mail.example", "2026-11-24T15:00:00Z"),
        ("rosa.ortega@mail.example", "2026-11-24T14:00:00Z"),
    ]
    assert changed.updated_at == later


def test_empty_change_leaves_the_row(rows: Rows, now: datetime) -> None:
    added = add(rows, ROSA, now)

    unchanged = edits.change(
        Act(rows, Actor.system("program"), now + timedelta(hours=1)),
        "rosa",
        ROSA,
        seen=now,
    )

    assert unchanged == added


def test_older_form_is_refused(rows: Rows, now: datetime) -> None:
    add(rows, ROSA, now)
    later = now + timedelta(minutes=1)
    edits.change(
        Act(rows, Actor.system("program"), later),
        "rosa",
        replace(ROSA, name="Rosa O."),
        seen=now,
    )

    with pytest.raises(Conflict) as refused:
        edits.change(
            Act(rows, Actor.system("program"), later),
            "rosa",
            replace(ROSA, name="R. Ortega"),
            seen=now,
        )

    assert str(refused.value) == edits.CHANGED
    assert store.candidate(rows, "rosa").name == "Rosa O."


def test_missing_candidate_cannot_be_changed(rows: Rows, now: datetime) -> None:
    with pytest.raises(NotFound):
        edits.change(
            Act(rows, Actor.system("program"), now),
            "nobody",
            ROSA,
            seen=now,
        )


def test_other_holder_of_an_address_is_named(rows: Rows, now: datetime) -> None:
    add(rows, ROSA, now)
    twin = replace(ROSA, name="Rosa's twin", addresses="ROSA.Ortega@mail.example")

    add(rows, twin, now, candidate_id="twin")

    shared = store.sharers(rows, ["rosa.ortega@MAIL.example"], besides="twin")
    assert shared == [Sharer("rosa", "Rosa Ortega", "rosa.ortega@mail.example")]


def told(rows: Rows) -> list[tuple[str, str, str, str | None, str | None]]:
    return [
        (row["actor_name"], row["action"], row["target"], row["old_value"], row["new_value"])
        for row in raw(rows).query("select * from audit_log order by rowid")
    ]


def test_adding_and_changing_are_recorded_once(rows: Rows, now: datetime) -> None:
    priya = Actor("priya", "Priya Kaur")
    for _ in range(2):
        edits.add(
            Act(rows, priya, now),
            ROSA,
            candidate_id="rosa",
            by="priya",
        )
    moved = replace(ROSA, headline="", addresses="rosa@work.example\nnew@mail.example")

    for _ in range(2):
        edits.change(
            Act(rows, priya, now + timedelta(hours=1)),
            "rosa",
            moved,
            seen=now,
        )

    fields = "headline, 1 address added, 1 address removed"
    assert told(rows) == [
        ("Priya Kaur", "candidate added", CANDIDATE, None, "2 addresses"),
        ("Priya Kaur", "candidate changed", CANDIDATE, None, fields),
    ]


def test_candidate_without_an_audit_entry_is_not_added(rows: Rows, now: datetime) -> None:
    raw(rows).execute(
        "create trigger full before insert on audit_log begin select raise(abort, 'x'); end"
    )

    with pytest.raises(ConstraintRefused):
        add(rows, ROSA, now)

    assert raw(rows)["candidates"].count == 0
