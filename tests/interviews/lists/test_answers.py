"""The words of one line: who answered, or what is under way."""

from datetime import UTC, datetime, timedelta

import pytest

from portal.interviews.lists import answers
from portal.interviews.lists.models import Answer, Listed
from portal.interviews.models import Attends, Goal, Place, Reply, State

AT = datetime(2026, 11, 26, 13, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def line(
    state: State = State.SCHEDULED, goal: Goal = Goal.SCHEDULED, *, is_unseen: bool = False
) -> Listed:
    return Listed(
        id="first",
        title="Interview",
        candidate_name="Rosa Ortega",
        candidate_zone="",
        starts_at=AT,
        ends_at=AT + HOUR,
        place=Place.TEAMS,
        place_text="",
        room_name="",
        state=state,
        goal=goal,
        reason="",
        is_unseen=is_unseen,
        is_moved=False,
        is_changed=False,
    )


def answer(name: str, reply: Reply, role: Attends = Attends.PANEL, at: datetime = AT) -> Answer:
    return Answer("first", name, role, at, at + HOUR, reply)


ROSA = answer("Rosa Ortega", Reply.ACCEPTED, Attends.CANDIDATE)
KIM = answer("Kim Lund", Reply.ACCEPTED)
SILENT = [answer(f"{name} Lund", Reply.NONE) for name in ("Kim", "Sam", "Noa")]
AURORA = answer("Aurora", Reply.DECLINED, Attends.ROOM)


@pytest.mark.parametrize(
    ("heard", "text", "kind"),
    [
        ([ROSA, KIM], "Everybody said yes", "good"),
        ([ROSA, SILENT[0]], "Waiting for Kim", ""),
        (SILENT[:2], "Waiting for Kim and Sam", ""),
        (SILENT, "Waiting for Kim and 2 others", ""),
        ([KIM, AURORA, SILENT[1]], "Aurora said no", "bad"),
        ([KIM, answer("Sam Reed", Reply.TENTATIVE)], "Sam said maybe", "warn"),
        ([answer("Rosa Ortega", Reply.UNKNOWN, Attends.CANDIDATE), KIM],
         "The panel said yes", "good"),
        ([answer("Kim Lund", Reply.UNKNOWN)], "Answers are not known", ""),
        ([ROSA, answer("Kim Lund", Reply.ACCEPTED, at=AT - HOUR)], "Kim has the old time", "warn"),
        ([answer(f"{name} Lund", Reply.NONE, at=AT - HOUR) for name in ("Kim", "Sam")],
         "Kim and Sam have the old time", "warn"),
        ([], "Answers are not known", ""),
    ],
)  # fmt: skip  # one case to a line where it fits
def test_words_of_a_scheduled_interview(heard: list[Answer], text: str, kind: str) -> None:
    assert answers.of_line(line(), heard, is_past=False) == answers.Words(text, kind)


@pytest.mark.parametrize(
    ("state", "goal", "text"),
    [
        (State.WRITING, Goal.SCHEDULED, "Being written to Microsoft"),
        (State.CHANGING, Goal.SCHEDULED, "Being changed at Microsoft"),
        (State.CHANGING, Goal.NEEDS_TIME, "Invitations are being withdrawn"),
        (State.CHANGING, Goal.CANCELLED, "Being cancelled"),
        (State.NEEDS_TIME, Goal.NEEDS_TIME, "Needs a time"),
        (State.ASKS, Goal.SCHEDULED, "Needs a decision"),
        (State.FAILED, Goal.SCHEDULED, "Not scheduled"),
        (State.CANCELLED, Goal.CANCELLED, "Cancelled"),
    ],
)
def test_words_of_other_states_name_no_answer(state: State, goal: Goal, text: str) -> None:
    words = answers.of_line(line(state, goal), [ROSA, KIM], is_past=False)
    assert words is not None
    assert words.text == text


def test_one_that_is_over_has_no_words() -> None:
    assert answers.of_line(line(), [ROSA, KIM], is_past=True) is None


def test_decision_that_nobody_took_is_said_afterwards() -> None:
    words = answers.of_line(line(State.ASKS), [], is_past=True)
    assert words == answers.Words("Was not decided")


def test_copies_that_nobody_has_come_before_answers() -> None:
    words = answers.of_line(line(is_unseen=True), [ROSA, KIM], is_past=False)
    assert words == answers.Words("Not seen on anybody's calendar", "warn")
