"""Candidates whom nobody wrote with for long are proposed for deletion, and deleted if ticked."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from portal.audit.act import Act
from portal.audit.models import Actor
from portal.privacy_settings import retention
from portal.privacy_settings.flash_texts import PrivacyFlash
from portal.storage.rows import Rows
from tests.claims.checks import claims
from tests.email import messages
from tests.email.messages import Message
from tests.support import builders
from tests.support.raw_rows import raw
from tests.support.visitors import portal_in, visitor

RETENTION = "/admin/privacy/retention"


@pytest.fixture
def team(rows: Rows, now: datetime) -> Rows:
    """Rosa wrote yesterday, Kai was added a year ago and silent since, Noa was added today."""
    builders.user(rows, "Alex Berg", role="admin")
    builders.user(rows, "Priya Kaur")
    builders.mailbox(rows, "priya")
    for name, days in (("Rosa Ortega", 400), ("Kai Sund", 365), ("Noa Levi", 0)):
        address = f"{builders.first_name(name)}@mail.example"
        builders.candidate(rows, name, address, now=now - timedelta(days=days))
    messages.keep(rows, Message("portfolio", minutes_ago=1440), now=now)
    return rows


def act(rows: Rows, now: datetime) -> Act:
    return Act(rows, Actor.system("test"), now)


def names(rows: Rows, now: datetime) -> list[str]:
    return [each.name for each in retention.proposed(rows, now=now)]


def test_nobody_is_proposed_until_a_time_is_chosen(team: Rows, now: datetime) -> None:
    before = names(team, now)
    retention.set_months(act(team, now), 6)

    assert before == []
    assert names(team, now) == ["Kai Sund"]


def test_time_is_counted_from_the_last_contact(team: Rows, now: datetime) -> None:
    retention.set_months(act(team, now), 3)

    later = [names(team, now + timedelta(days=days)) for days in (0, 89, 93)]

    assert later == [
        ["Kai Sund"],
        ["Kai Sund"],
        ["Kai Sund", "Rosa Ortega", "Noa Levi"],
    ]


def test_only_those_still_proposed_are_deleted(team: Rows, now: datetime) -> None:
    retention.set_months(act(team, now), 6)

    count = retention.delete(act(team, now), ["kai", "kai", "rosa", "nobody"])

    assert count == 1
    assert {each["name"] for each in raw(team)["candidates"].rows} == {"Rosa Ortega", "Noa Levi"}


def test_candidate_whom_another_administrator_deletes_is_skipped(team: Rows, now: datetime) -> None:
    later = now + timedelta(days=92)
    retention.set_months(act(team, now), 3)

    def ticked() -> Iterator[str]:
        yield "kai"
        raw(team).execute("delete from candidates where id = 'kai'")
        yield "rosa"

    count = retention.delete(act(team, later), ticked())

    assert count == 1
    assert {each["id"] for each in raw(team)["candidates"].rows} == {"noa"}


def test_choice_is_recorded_once(team: Rows, now: datetime) -> None:
    for _ in range(2):
        retention.set_months(act(team, now), 6)

    told = [
        (each["old_value"], each["new_value"])
        for each in raw(team)["audit_log"].rows
        if each["old_value"]
    ]
    assert told == [("off", "6 months")]


@claims(PrivacyFlash.CANDIDATES_DELETED, PrivacyFlash.SPARED)
def test_administrator_chooses_looks_through_and_deletes(team: Rows, instance: Path) -> None:
    raw(team).execute("update candidates set created_at = '2020-01-01T00:00:00Z' where id = 'kai'")
    alex = visitor(portal_in(instance), "alex")

    saved = alex.post(RETENTION, {"months": "12"})
    page = alex.text(saved.location)
    deleted = alex.post(f"{RETENTION}/deletion", {"candidate": ["kai"]})
    said = alex.text(deleted.location)
    again = alex.post(f"{RETENTION}/deletion", {"candidate": ["kai"]})

    assert "Kai Sund" in page
    assert "Noa Levi" not in page
    assert "Deleted: 1 candidate." in said
    assert "no longer proposed" not in said
    assert "1 ticked candidate is no longer proposed" in alex.text(again.location)
    assert {each["id"] for each in raw(team)["candidates"].rows} == {"rosa", "noa"}


@pytest.mark.parametrize("path", [RETENTION, f"{RETENTION}/deletion"])
def test_members_may_not(team: Rows, instance: Path, path: str) -> None:
    priya = visitor(portal_in(instance), "priya")

    assert priya.post(path, {"months": "3", "candidate": ["kai"]}).status_code == 403
    assert raw(team)["candidates"].count == 3
