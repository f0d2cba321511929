"""A move or a panel that Microsoft refuses leaves an interview as it was."""

from collections import Counter
from dataclasses import replace

from portal.calendars import store as rooms
from portal.calendars.models import Room
from portal.interviews import store
from portal.interviews.changes.panels import change_panel
from portal.interviews.models import State
from tests.interviews.microsoft.later import (
    moved,
    scheduled,
)
from tests.interviews.microsoft.stage import (
    KIM,
    ROOM,
    ROSA,
    SAM,
    Stage,
    once,
)

AURORA = Room("aurora", "Aurora", ROOM)


def test_a_refused_move_leaves_everything_as_before(stage: Stage) -> None:
    with stage.rows.write():
        rooms.replace_rooms(stage.rows, [AURORA], now=stage.now)
    room = {"room_id": "aurora", "room_name": "Aurora", "room_address": ROOM}
    scheduled(stage, **room)
    before = stage.one
    moved(stage, room=None)
    stage.fault("/events", method="PATCH", status=400, code="ErrorInvalidRequest")

    assert stage.work() == ""

    one = stage.one
    assert (one.starts_at, one.room_id, one.room_name) == (before.starts_at, "aurora", "Aurora")
    assert (one.state, one.version) == (State.SCHEDULED, 3)
    assert one.reason == (
        "Microsoft refused the change, so everything is as before. "
        "Microsoft refused (ErrorInvalidRequest)."
    )
    assert stage.mails == Counter()
    assert {each.version for each in stage.ledger.values()} == {3}
    assert stage.claims == 3


def test_a_refused_panel_leaves_the_optional_optional(stage: Stage) -> None:
    scheduled(stage)
    sam, kim = store.panel(stage.rows, "first")
    change_panel(stage.act, "first", version=1, panel=[sam, replace(kim, is_required=False)])
    stage.work()
    change_panel(stage.act, "first", version=2, panel=[sam])
    stage.fault("/events", method="PATCH", status=400, code="ErrorInvalidRequest")

    assert stage.work() == ""

    back = {each.user_id: each.is_required for each in store.panel(stage.rows, "first")}
    assert back == {"sam": True, "kim": False}


def test_a_refused_move_before_the_invitations_keeps_panel_and_room(stage: Stage) -> None:
    stage.schedule(room_id="aurora", room_name="Aurora", room_address=ROOM)
    stage.fault("/events", method="PATCH", status=503)
    stage.work()
    moved(stage, room=AURORA)
    stage.fault("/events", method="PATCH", status=400, code="ErrorInvalidRequest")

    assert stage.work() == "Microsoft refused (ErrorInvalidRequest)."

    assert [each.user_id for each in store.panel(stage.rows, "first")] == ["sam", "kim"]
    assert stage.one.room_address == ROOM
    stage.pass_time(minutes=1, seconds=1)
    stage.work_until_done()
    assert stage.mails == once(SAM, KIM, ROSA, ROOM)
