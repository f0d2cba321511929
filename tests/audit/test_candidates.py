"""Candidates in the audit log: an id in the rows, a name on the page while they exist."""

import ast
import csv
import io
from datetime import datetime
from pathlib import Path

import pytest

from portal.audit import store
from portal.audit.act import Act
from portal.audit.actions import Action
from portal.audit.models import CANDIDATE, Actor, AuditedCandidate, Wanted
from portal.candidates import edits
from portal.candidates import store as candidates
from portal.candidates.edits import Draft
from portal.candidates.models import ClosedAs
from portal.email import removal
from portal.storage.rows import Rows
from tests.architecture.sources import Module, modules
from tests.audit import named_candidates
from tests.support import builders
from tests.support.raw_rows import raw
from tests.support.visitors import Visitor, portal_in, visitor

PAGE = "/admin/audit-log"
NAME, ADDRESS = "Rosa Ortega", "rosa.ortega@mail.example"
# Each of these acts is about a candidate, so its row has their id.
ABOUT = {
    *(each for each in Action if each.startswith(("candidate ", "message ", "conversation "))),
    *(each for each in Action if each.startswith(("interview ", "outside change "))),
    Action.DELETED_CANDIDATE_FORGOTTEN,
    Action.SUGGESTED_ADDRESS_DECLINED,
} - {each for each in Action if each.startswith("interview kind ")}


@pytest.fixture
def alex(rows: Rows, instance: object, now: datetime) -> Visitor:
    builders.user(rows, "Alex Berg", role="admin")
    builders.user(rows, "Priya Kaur")
    builders.candidate(rows, NAME, ADDRESS, now=now)
    return visitor(portal_in(instance), "alex")  # type: ignore[arg-type]  # a Path by its fixture


def record(rows: Rows, now: datetime, action: Action, text: str, *words: str) -> None:
    with rows.write():
        Act(rows, Actor.system("program"), now).record(
            action, text, old=text, new=text, candidate=AuditedCandidate("rosa", words)
        )


def test_rows_of_every_act_keep_no_name_and_no_address(
    rows: Rows, alex: Visitor, now: datetime
) -> None:
    text = f"Call with {NAME} ({ADDRESS.upper()}), once Rosa Diaz."
    for action in ABOUT:
        record(rows, now, action, text, "Rosa Diaz")

    about = list(raw(rows).query("select * from audit_log where old_value is not null"))
    hidden = f"Call with {CANDIDATE} ({CANDIDATE}), once {CANDIDATE}."
    assert {each["action"] for each in about} == {str(each) for each in ABOUT}
    for each in about:
        assert [each[name] for name in ("target", "old_value", "new_value")] == [hidden] * 3
        assert each["candidate_id"] == "rosa"
    assert f"Call with {NAME} ({NAME})" in alex.get(PAGE).text


def test_deleted_candidate_is_named_nowhere(rows: Rows, alex: Visitor, now: datetime) -> None:
    record(rows, now, Action.INTERVIEW_SCHEDULED, f"Call with {NAME}")
    before = alex.get(f"{PAGE}?q=ortega").text

    removal.delete_candidate(
        Act(rows, Actor.system("program"), now), candidates.candidate(rows, "rosa")
    )

    assert f"Call with {NAME}" in before
    page, file = alex.get(PAGE).text, alex.post(f"{PAGE}/export").text
    for each in (page, file):
        assert "Call with a deleted candidate" in each
        assert NAME not in each
        assert ADDRESS not in each
    rows_of_file = list(csv.DictReader(io.StringIO(file.removeprefix("\ufeff"))))
    assert {each["candidate"] for each in rows_of_file} == {"rosa"}
    assert "Call with" not in alex.get(f"{PAGE}?q=ortega").text


def test_changes_name_the_fields_alone(rows: Rows, alex: Visitor, now: datetime) -> None:
    act = Act(rows, Actor.system("program"), now)
    known = candidates.candidate(rows, "rosa")

    edits.change(
        act,
        "rosa",
        Draft("Rosa Diaz", known.headline, "rosa@diaz.example", known.time_zone),
        seen=known.updated_at,
    )
    edits.close(act, "rosa", ClosedAs.HIRED)

    found = {
        each.action: (each.target, each.old, each.new) for each in store.entries(rows, Wanted())
    }
    assert found == {
        "candidate added": ("Rosa Diaz", None, "1 address"),
        "candidate changed": ("Rosa Diaz", None, "name, 1 address added, 1 address removed"),
        "candidate closed": ("Rosa Diaz", None, "Hired"),
    }
    every = str([*raw(rows)["audit_log"].rows])
    assert [each for each in (NAME, ADDRESS, "Rosa Diaz", "rosa@diaz") if each in every] == []


def test_name_inside_another_word_stays(rows: Rows, alex: Visitor, now: datetime) -> None:
    record(rows, now, Action.INTERVIEW_ASKS, "Also Al asks", "Al")

    assert "Also \u27e8candidate\u27e9 asks" in str([*raw(rows)["audit_log"].rows])


def test_check_after_each_test_finds_a_name(rows: Rows, alex: Visitor, now: datetime) -> None:
    with rows.write():
        Act(rows, Actor.system("program"), now).record(Action.ALIAS_TESTED, f"to {ADDRESS}")

    file = Path(next(raw(rows).query("pragma database_list"))["file"])
    assert named_candidates.found_in(file) == [f"alias tested says {ADDRESS}"]
    raw(rows).execute("delete from candidate_addresses")


def records(module: Module) -> list[ast.Call]:
    return [
        node
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("record")
    ]


def test_each_act_about_a_candidate_is_recorded_with_them() -> None:
    names = {each.name for each in ABOUT}
    missing = [
        f"{module.path}:{call.lineno}"
        for module in modules("portal")
        if "record(" in module.text
        for call in records(module)
        for action in [ast.unparse(call.args[0]) if call.args else ""]
        if action.startswith("Action.") and names & set(action.replace(" ", ".").split("."))
        if "candidate" not in {each.arg for each in call.keywords}
    ]

    assert missing == []
