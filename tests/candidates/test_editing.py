"""Add and change candidates."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlite_utils import Database

from portal.audit.log import Actor
from portal.candidates import editing, store
from portal.candidates.editing import Draft, checked_addresses
from portal.candidates.models import Candidate, Sharer
from portal.errors import Conflict, Invalid, NotFound
from portal.storage.database import IntegrityError
from tests.support import builders

ROSA = Draft("Rosa Ortega", "Product designer", "rosa.ortega@mail.example\nrosa@work.example")


@pytest.fixture(autouse=True)
def _priya(db: Database) -> None:
    builders.user(db, "Priya Kaur")


def add(db: Database, draft: Draft, now: datetime, *, candidate_id: str = "rosa") -> Candidate:
    return editing.add(db, draft, candidate_id=candidate_id, by="priya", now=now)


def test_added_candidate_is_found(db: Database, now: datetime) -> None:
    added = add(db, ROSA, now)

    assert store.candidate(db, "rosa") == added
    assert added.addresses == ("rosa.ortega@mail.example", "rosa@work.example")
    assert added.initials == "RO"


def test_form_sent_twice_adds_one(db: Database, now: datetime) -> None:
    first = add(db, ROSA, now)

    second = add(db, ROSA, now + timedelta(seconds=5))

    assert second == first
    assert store.candidates(db).total == 1


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ("", "Enter at least one email address."),
        (" \n , ;", "Enter at least one email address."),
        ("rosa@mail.example\nROSA@mail.example", "ROSA@mail.example is there twice; leave one"),
        ("rosa@mail.example\nrosa", "“rosa” is not an email address: an email address must have"),
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


def test_unchanged_address_keeps_its_time(db: Database, now: datetime) -> None:
    add(db, ROSA, now)
    later = now + timedelta(hours=1)

    changed = editing.change(
        db,
        "rosa",
        replace(ROSA, addresses="new@mail.example\nrosa.ortega@mail.example"),
        seen=now,
        now=later,
    )

    rows = db.query("select address, added_at from candidate_addresses order by position")
    assert [(row["address"], row["added_at"]) for row in rows] == [
        ("new@mail.example", "2026-11-24T15:00:00Z"),
        ("rosa.ortega@mail.example", "2026-11-24T14:00:00Z"),
    ]
    assert changed.updated_at == later


def test_empty_change_leaves_the_row(db: Database, now: datetime) -> None:
    added = add(db, ROSA, now)

    unchanged = editing.change(db, "rosa", ROSA, seen=now, now=now + timedelta(hours=1))

    assert unchanged == added


def test_older_form_is_refused(db: Database, now: datetime) -> None:
    add(db, ROSA, now)
    later = now + timedelta(minutes=1)
    editing.change(db, "rosa", replace(ROSA, name="Rosa O."), seen=now, now=later)

    with pytest.raises(Conflict) as refused:
        editing.change(db, "rosa", replace(ROSA, name="R. Ortega"), seen=now, now=later)

    assert str(refused.value) == editing.CHANGED
    assert store.candidate(db, "rosa").name == "Rosa O."


def test_missing_candidate_cannot_be_changed(db: Database, now: datetime) -> None:
    with pytest.raises(NotFound):
        editing.change(db, "nobody", ROSA, seen=now, now=now)


def test_other_holder_of_an_address_is_named(db: Database, now: datetime) -> None:
    add(db, ROSA, now)
    twin = replace(ROSA, name="Rosa's twin", addresses="ROSA.Ortega@mail.example")

    add(db, twin, now, candidate_id="twin")

    shared = store.sharers(db, ["rosa.ortega@MAIL.example"], besides="twin")
    assert shared == [Sharer("rosa", "Rosa Ortega", "rosa.ortega@mail.example")]


def told(db: Database) -> list[tuple[str, str, str, str | None, str | None]]:
    return [
        (row["actor_name"], row["action"], row["target"], row["old_value"], row["new_value"])
        for row in db.query("select * from audit_log order by rowid")
    ]


def test_adding_and_changing_are_recorded_once(db: Database, now: datetime) -> None:
    priya = Actor("priya", "Priya Kaur")
    for _ in range(2):
        editing.add(db, ROSA, candidate_id="rosa", by="priya", actor=priya, now=now)
    moved = replace(ROSA, headline="", addresses="rosa@work.example\nnew@mail.example")

    for _ in range(2):
        editing.change(db, "rosa", moved, seen=now, actor=priya, now=now + timedelta(hours=1))

    both = f"{ROSA.name}; {ROSA.headline}; rosa.ortega@mail.example; rosa@work.example"
    old = "Rosa Ortega; Product designer; rosa.ortega@mail.example"
    assert told(db) == [
        ("Priya Kaur", "candidate added", "Rosa Ortega", None, both),
        ("Priya Kaur", "candidate changed", "Rosa Ortega", old, "Rosa Ortega; new@mail.example"),
    ]


def test_candidate_without_an_audit_entry_is_not_added(db: Database, now: datetime) -> None:
    db.execute("create trigger full before insert on audit_log begin select raise(abort, 'x'); end")

    with pytest.raises(IntegrityError):
        add(db, ROSA, now)

    assert store.candidates(db).total == 0
