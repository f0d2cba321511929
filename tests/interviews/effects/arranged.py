"""Claims and chores that tests of effects need, and what these leave."""

from datetime import datetime, timedelta

from flask import Flask

from portal import clock
from portal.storage.rows import Rows
from portal.worker.due import CHORES
from portal.worker.models import Chore
from tests.support import builders
from tests.support.raw_rows import raw
from tests.support.visitors import services_of


def claimed(rows: Rows, interview_id: str, *people: str, at: datetime) -> None:
    for person in people:
        builders.insert(
            rows,
            "slot_claims",
            {
                "interview_id": interview_id,
                "kind": "person",
                "subject": person,
                "starts_at": at,
                "ends_at": at + timedelta(hours=1),
            },
        )


def chore(app: Flask, name: str) -> None:
    """Let a worker do one chore now."""
    found: Chore = next(each for each in CHORES if each.name == name)
    found.run(services_of(app), clock.utc_now())


def acts(rows: Rows, *actions: str) -> list[tuple[str, str, str | None, str | None]]:
    return [
        (each["action"], each["target"], each["old_value"], each["new_value"])
        for each in raw(rows)["audit_log"].rows
        if each["action"] in actions
    ]


def due(rows: Rows) -> list[str]:
    return sorted(each["id"] for each in raw(rows)["interview_work"].rows)
