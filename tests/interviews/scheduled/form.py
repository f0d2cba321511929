"""The form of both steps as a browser sends it."""

from typing import Any

from werkzeug.test import TestResponse

from portal.interviews.plan.draft import Draft
from tests.interviews.scheduled.conftest import Desk
from tests.support import builders
from tests.support.visitors import Visitor

PATH = "/candidates/rosa/interviews/new"


def press(person: Visitor, draft: Draft, do: str, **more: str | list[str]) -> TestResponse:
    """Press a button of the form that a draft fills in. A list replaces its field."""
    fields: dict[str, Any] = {}
    for name, value in draft.fields():
        fields.setdefault(name, []).append(value)
    fields |= {"do": do, **more}
    return person.post(PATH, fields)


def interviews(desk: Desk) -> list[str]:
    return builders.ids(desk.rows, "interviews")
