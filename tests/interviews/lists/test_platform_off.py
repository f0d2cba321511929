"""Interviews while Microsoft 365 is not enabled: nothing is said to happen that cannot."""

from datetime import datetime

import pytest

from portal.storage.rows import Rows
from tests.interviews.plan.form import filled
from tests.support import builders
from tests.support.raw_rows import raw
from tests.support.visitors import Visitor

PAGE = "/interviews/first"
WAITS = "This interview waits for Microsoft 365"


@pytest.fixture(autouse=True)
def _off(rows: Rows, at: datetime) -> None:
    builders.interview(rows, "first", at=at, panel=["sam"])
    builders.interview_event(rows, "first")
    raw(rows).execute("update platforms set is_enabled = 0")


@pytest.mark.parametrize("state", ["writing", "changing"])
def test_what_is_to_be_written_waits(rows: Rows, priya: Visitor, state: str) -> None:
    raw(rows).execute("update interviews set state = ?", [state])

    text = priya.text(PAGE)

    assert WAITS in text
    assert "Portal goes on once an administrator enables Microsoft 365 again." in text
    assert "being written" not in text


def test_what_is_scheduled_is_not_watched(priya: Visitor) -> None:
    text = priya.text(PAGE)

    assert "Portal does not watch it while Microsoft 365 is not enabled." in text


@pytest.mark.parametrize("change", ["cancel", "find-time"])
def test_a_change_is_saved_and_nobody_is_said_to_hear_of_it(priya: Visitor, change: str) -> None:
    form = filled(priya.get(f"{PAGE}/{change}"))

    answer = priya.post(f"{PAGE}/{change}", form)
    text = priya.text(PAGE)

    assert answer.status_code == 303
    assert (
        "The change of Interview with Rosa Ortega is saved. Nobody hears of it while "
        "Microsoft 365 is not enabled."
    ) in text
    assert WAITS in text


def test_so_is_another_panel(priya: Visitor) -> None:
    form = filled(priya.get(f"{PAGE}/panel"))

    priya.post(f"{PAGE}/panel", form | {"panel": ["priya"], "do": ["save"]})

    assert "Nobody hears of it while Microsoft 365 is not enabled." in priya.text(PAGE)
