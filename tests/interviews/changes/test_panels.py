"""The panel changes in one transaction, which holds the time of those who join."""

import pytest

from portal.errors import Conflict, Invalid
from portal.interviews.changes.checks import Outdated
from portal.interviews.changes.panels import change_panel
from portal.interviews.claims import Taken
from portal.interviews.models import State
from tests.interviews.changes.conftest import HOUR, Desk


def test_who_joins_is_held_and_who_leaves_stays_held_until_told(desk: Desk) -> None:
    wanted = [desk.panelist("sam"), desk.panelist("noa", is_required=False)]
    change_panel(desk.act, "first", version=1, panel=wanted)
    assert desk.panel == wanted
    assert (desk.interview.state, desk.interview.version) == (State.CHANGING, 2)
    assert desk.held() == {("sam", desk.at), ("kim", desk.at), ("noa", desk.at)}
    assert desk.is_due
    assert desk.audited[-1] == "interview panel changed"


def test_the_same_panel_changes_nothing(desk: Desk) -> None:
    change_panel(desk.act, "first", version=1, panel=desk.panel)
    assert desk.interview.version == 1


def test_somebody_who_is_booked_may_join_after_a_second_look(desk: Desk) -> None:
    desk.other(desk.at, person="noa")
    wanted = [*desk.panel, desk.panelist("noa")]
    with pytest.raises(Taken, match="Noa Levi was just booked"):
        change_panel(desk.act, "first", version=1, panel=wanted)
    change_panel(desk.act, "first", version=1, panel=wanted, override=True)
    assert desk.panel == wanted


def test_without_a_time_nobody_is_held(desk: Desk) -> None:
    desk.change(state="needs_time", goal="needs_time")
    change_panel(desk.act, "first", version=1, panel=[desk.panelist("noa")])
    assert desk.interview.state is State.NEEDS_TIME
    assert ("noa", desk.at) not in desk.held()


def test_panelist_with_the_candidates_address_is_refused(desk: Desk) -> None:
    desk.change(candidate_address="NOA@northwind.example")
    with pytest.raises(Invalid, match="Rosa Ortega's address is Noa Levi's") as refusal:
        change_panel(desk.act, "first", version=1, panel=[desk.panelist("noa")])
    assert refusal.value.status == 422
    assert desk.interview.version == 1


def test_older_forms_and_empty_panels_are_refused(desk: Desk) -> None:
    with pytest.raises(Outdated):
        change_panel(desk.act, "first", version=3, panel=[desk.panelist("noa")])
    with pytest.raises(Invalid):
        change_panel(desk.act, "first", version=1, panel=[])
    desk.change(state="cancelled")
    with pytest.raises(Conflict):
        change_panel(desk.act, "first", version=1, panel=[desk.panelist("noa")])


def test_nobody_joins_an_interview_that_runs(desk: Desk) -> None:
    desk.change(starts_at=desk.act.now - HOUR, ends_at=desk.act.now + HOUR)
    with pytest.raises(Conflict, match="has begun"):
        change_panel(desk.act, "first", version=1, panel=[desk.panelist("noa")])
