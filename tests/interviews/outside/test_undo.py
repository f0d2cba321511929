"""Undo writes the time before as a new version, once, and shows first what stands in the way."""

from datetime import timedelta

from portal.interviews import store
from portal.interviews.models import Claimed, State, Subject
from portal.interviews.outside.models import MoveSource, MoveState
from tests.interviews.outside.conftest import DAY, HOUR, PAGE, UNDO, Moved
from tests.support import builders
from tests.support.raw_rows import raw


def audited(moved: Moved) -> list[str]:
    return [row["action"] for row in raw(moved.rows)["audit_log"].rows]


def test_undo_writes_the_time_before_as_a_new_version(moved: Moved) -> None:
    assert "moves the interview back now" in moved.undo()
    one = moved.interview
    assert (one.starts_at, one.ends_at) == (moved.before, moved.before + HOUR)
    assert (one.version, one.state) == (3, State.CHANGING)
    back, outside = moved.moves
    assert (back.source, back.version, back.decided_by) == (MoveSource.UNDO, 3, "priya")
    assert (outside.state, outside.decided_by_name) == (MoveState.UNDONE, "Priya Kaur")
    assert builders.ids(moved.rows, "interview_work") == ["first"]
    assert audited(moved)[-1] == "interview moved"
    assert "was moved in Outlook" not in moved.page


def test_undo_waits_while_microsoft_365_is_not_enabled(moved: Moved) -> None:
    raw(moved.rows).execute("update platforms set is_enabled = 0")
    page = moved.undo()
    assert "Nobody hears of it while Microsoft 365 is not enabled." in page
    assert "moves the interview back now" not in page


def test_undo_can_be_undone(moved: Moved) -> None:
    moved.undo()
    path = f"{PAGE}/moves/{moved.moves[0].id}/undo"
    assert "Undo the move?" in moved.priya.text(path)
    moved.undo(moved.fields(path), path)
    assert moved.interview.starts_at == moved.at
    assert [each.source for each in moved.moves[:2]] == [MoveSource.UNDO, MoveSource.UNDO]


def test_two_tabs_undo_once(moved: Moved) -> None:
    fields = moved.fields()
    moved.undo(fields)
    page = moved.undo(fields)
    assert page.startswith("409")
    assert "That move cannot be undone any more." in page
    assert moved.interview.version == 3


def test_an_older_form_shows_the_difference_first(moved: Moved) -> None:
    fields = moved.fields()
    moved.change(version=3, room_name="Aurora")
    page = moved.undo(fields)
    assert page.startswith("409")
    assert "This interview changed after you opened this page." in page
    assert "Before Microsoft Teams Now Microsoft Teams, Aurora" in page
    assert moved.interview.starts_at == moved.at
    moved.change(room_name="")
    assert "moves the interview back now" in moved.undo(moved.fields(UNDO))


def test_people_who_were_told_since_are_shown_first(moved: Moved) -> None:
    moved.change(state="changing")
    fields = moved.fields()
    moved.change(state="scheduled")
    page = moved.undo(fields)
    assert page.startswith("409")
    assert "Before Being changed Now Scheduled" in page


def test_conflicts_are_shown_before_it_is_undone(moved: Moved) -> None:
    builders.calendar_time(moved.rows, "kim", "dentist", at=moved.before, ical_uid="dentist")
    page = moved.undo()
    assert page.startswith("409")
    assert "Kim is busy from 09:30 to 10:30" in page
    assert "Undo anyway" in page
    assert moved.interview.starts_at == moved.at
    assert "moves the interview back now" in moved.undo(moved.fields(UNDO))


def test_its_own_copy_at_the_time_before_is_no_conflict(moved: Moved) -> None:
    """In Outlook it was moved without an update, so everybody's copy is where it was."""
    uid = "uid-first-internal"
    builders.calendar_time(moved.rows, "kim", "copy", at=moved.before, ical_uid=uid)
    assert "moves the interview back now" in moved.undo()


def test_a_room_that_is_held_is_never_booked_twice(moved: Moved) -> None:
    room = "aurora@northwind.example"
    moved.change(room_name="Aurora", room_address=room, room_id="aurora")
    builders.interview(moved.rows, "other", at=moved.before + 30 * DAY)
    held = Claimed("other", Subject.ROOM, room, moved.before, moved.before + HOUR)
    with moved.rows.write():
        store.add_claims(moved.rows, [held])
    page = moved.undo(moved.fields() | {"override": "1"})
    assert page.startswith("409")
    assert "Aurora was just booked" in page
    assert "Undo anyway" not in page


def test_the_page_says_why_it_is_not_possible(moved: Moved) -> None:
    moved.change(starts_at="2026-01-01T10:00:00Z")
    answer = moved.priya.get(UNDO)
    assert "another time since that move" in moved.said(answer)
    assert moved.priya.get(f"{PAGE}/moves/none/undo").status_code == 404
    builders.interview(moved.rows, "other", at=moved.at)
    assert moved.priya.get("/interviews/other/moves/first-move/undo").status_code == 404
    assert "out of date" in moved.undo({"version": "x"})


def test_a_lost_room_is_chosen_first(moved: Moved) -> None:
    moved.change(room_name="Aurora", room_address="aurora@northwind.example")
    assert "no longer lists the room" in moved.said(moved.priya.get(UNDO))


def test_keep_ends_the_question_and_names_the_person(moved: Moved) -> None:
    path = f"{PAGE}/moves/first-move/keep"
    assert "The new time stays." in moved.said(moved.priya.post(path, {}))
    assert (moved.moves[0].state, moved.moves[0].decided_by) == (MoveState.KEPT, "priya")
    assert audited(moved)[-1] == "interview move kept"
    assert "was moved in Outlook" not in moved.page
    assert "decided on this move already" in moved.said(moved.priya.post(path, {}))
    assert moved.interview.version == 2


def test_a_kept_move_can_still_be_undone(moved: Moved) -> None:
    moved.priya.post(f"{PAGE}/moves/first-move/keep", {})
    assert "moves the interview back now" in moved.undo(moved.fields(UNDO))
    assert moved.interview.starts_at == moved.at - timedelta(days=1)
