"""The audit log page: its filters and its CSV export."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from portal.audit.act import Act
from portal.audit.actions import Action
from portal.audit.models import Actor
from portal.storage.rows import Rows
from tests.support import builders
from tests.support.raw_rows import raw
from tests.support.visitors import Visitor, portal_in, visitor

PAGE = "/admin/audit-log"


@pytest.fixture
def app(rows: Rows, instance: object, now: datetime) -> Flask:
    builders.user(rows, "Alex Berg", role="admin")
    for days, action, result in (
        (0, Action.SIGNED_IN, "ok"),
        (1, Action.ALIAS_INCLUDED, "ok"),
        (2, Action.SIGNED_IN, "refused"),
    ):
        with rows.write():
            Act(rows, Actor(None, "=Priya"), now - timedelta(days=days)).record(
                action,
                f"target {days}",
                result=result,
            )
    return portal_in(instance)  # type: ignore[arg-type]  # a Path by its fixture


@pytest.fixture
def alex(app: Flask) -> Visitor:
    return visitor(app, "alex")


@pytest.mark.parametrize(
    ("query", "targets"),
    [
        ("", ["target 0", "target 1", "target 2"]),
        ("q=priya", ["target 0", "target 1", "target 2"]),
        ("action=signed+in", ["target 0", "target 2"]),
        ("result=refused", ["target 2"]),
        ("first=2026-11-23", ["target 0", "target 1"]),
        ("last=2026-11-23", ["target 1", "target 2"]),
        ("first=2026-11-23&last=2026-11-23", ["target 1"]),
        ("first=tomorrow&last=9999-12-31", ["target 0", "target 1", "target 2"]),
        ("action=signed+in&result=ok&q=target", ["target 0"]),
    ],
)
def test_page_and_export_filter_alike(alex: Visitor, query: str, targets: list[str]) -> None:
    page = alex.get(f"{PAGE}?{query}").text

    fields = dict(each.split("=") for each in query.replace("+", " ").split("&") if each)
    listed = exported(alex, fields)

    assert [each for each in ("target 0", "target 1", "target 2") if each in page] == targets
    assert [each["target"] for each in listed if each["who"] == "'=Priya"] == targets


def exported(alex: Visitor, fields: dict[str, str]) -> list[dict[str, str]]:
    answer = alex.post(f"{PAGE}/export", fields)
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))


def test_export_is_recorded(alex: Visitor, rows: Rows) -> None:
    exported(alex, {"action": "signed in"})

    row = list(raw(rows).query("select * from audit_log order by rowid"))[-1]
    assert (row["action"], row["new_value"]) == ("audit log exported", "action: signed in")


def test_export_is_for_administrators(app: Flask, rows: Rows) -> None:
    builders.user(rows, "Priya Kaur")

    assert visitor(app, "priya").post(f"{PAGE}/export").status_code == 403


def test_switches_show_both_values_and_people_are_links(alex: Visitor, rows: Rows) -> None:
    with rows.write():
        act = Act(rows, Actor(None, "Priya"), datetime.now(UTC))
        act.record(Action.EMAIL_SYNC_TURNED_OFF, "Kim Lund <kim@northwind.example>")

    page = alex.get(PAGE).text
    (off,) = exported(alex, {"action": "email sync turned off"})

    assert (off["old value"], off["new value"]) == ("on", "off")
    assert re.search(r"<bdi>on</bdi> →\s*<bdi>off</bdi>", page)
    assert 'href="/admin/users?q=kim@northwind.example"' in page
    assert "<bdi>left out</bdi> →" in page
