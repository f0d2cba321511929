"""Each way in which the events of an interview can be found on their calendar."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from portal.interviews.microsoft.calendar_events import Found
from portal.interviews.microsoft.models import Known
from portal.interviews.models import Event, Role, State, Step
from portal.interviews.times import DASH
from portal.interviews.watch.judgement import Kind, Verdict, judge
from portal.interviews.watch.models import Sight
from tests.interviews.microsoft.sample import AT, ONE

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOW = AT - 2 * DAY
WRITTEN = NOW - HOUR
SCHEDULED = replace(ONE, state=State.SCHEDULED)


def event(role: Role = Role.INTERNAL, **more: Any) -> Event:
    known: dict[str, Any] = {
        "step": Step.INVITED,
        "graph_id": role.value,
        "agreed_starts_at": AT,
        "agreed_ends_at": AT + HOUR,
        "etag": "ours",
        "modified_at": WRITTEN,
    }
    return Event(role.value, "first", role, 1, "group", "priya", **known | more)


def found(at: datetime = AT, length: timedelta = HOUR, **more: Any) -> Found:
    usual: dict[str, Any] = {
        "graph_id": "internal",
        "ical_uid": "uid",
        "web_link": "",
        "starts_at": at,
        "ends_at": at + length,
        "is_online": False,
        "join_url": "",
        "place": "",
        "attendees": (),
        "etag": "theirs",
        "modified_at": NOW,
    }
    return Found(**usual | more)


def kind(sight: Sight, now: datetime = NOW, **interview: Any) -> Kind:
    known = Known(replace(SCHEDULED, **interview), (), (sight.event,), ())
    return judge(known, [sight], calendar="“Hiring”", now=now).judged[0].kind


@pytest.mark.parametrize(
    ("sight", "expected"),
    [
        (Sight(event(), found()), Kind.SAME),
        (Sight(event(), found(AT + DAY)), Kind.MOVED),
        (Sight(event(), found(length=HOUR / 2)), Kind.MOVED),
        # Older than our last write, or perhaps: of the same second.
        (Sight(event(), found(AT + DAY, modified_at=WRITTEN - HOUR)), Kind.EARLY),
        (Sight(event(modified_at=NOW), found(AT + DAY)), Kind.EARLY),
        (Sight(event(modified_at=NOW, etag="theirs"), found()), Kind.SAME),
        # The second event's own write came back, or a call whose answer was lost.
        (Sight(event(agreed_starts_at=AT - DAY), found()), Kind.SAME),
        (
            Sight(event(asked_starts_at=AT + DAY, asked_ends_at=AT + DAY + HOUR), found(AT + DAY)),
            Kind.SAME,
        ),
        (Sight(event(), found(NOW - DAY)), Kind.FLAWED),
        (Sight(event(), found(AT.replace(hour=0), DAY, is_all_day=True)), Kind.FLAWED),
        (Sight(event(), found(is_series=True)), Kind.FLAWED),
        (Sight(event(), found(length=13 * HOUR)), Kind.FLAWED),
        (Sight(event(), found(length=timedelta(0))), Kind.FLAWED),
        (Sight(event(), None), Kind.MISSING),
        (Sight(event(missing_since=NOW - timedelta(seconds=5)), None), Kind.MISSING),
        (Sight(event(missing_since=NOW - timedelta(minutes=1)), None), Kind.GONE),
        # A deleted item that still answers by its id.
        (Sight(event(), found(), is_listed=False), Kind.MISSING),
        (Sight(event(missing_since=NOW - HOUR), found(), is_listed=False), Kind.GONE),
        # Perhaps the list lags behind a write of ours.
        (
            Sight(
                event(missing_since=NOW - HOUR, modified_at=NOW - HOUR / 12),
                found(),
                is_listed=False,
            ),
            Kind.MISSING,
        ),
        (Sight(event(missing_since=NOW - HOUR), found()), Kind.SAME),
        (Sight(event(), found(is_cancelled=True)), Kind.GONE),
        # What a person was asked about already.
        (Sight(event(asks_since=NOW, missing_since=NOW - HOUR), None), Kind.SAME),
        (Sight(event(asks_since=NOW), found(is_cancelled=True)), Kind.SAME),
        (
            Sight(
                event(asks_since=NOW, agreed_starts_at=NOW - DAY, agreed_ends_at=NOW - DAY + HOUR),
                found(NOW - DAY),
            ),
            Kind.SAME,
        ),
        (Sight(event(asks_since=NOW), found(is_series=True)), Kind.SAME),
        (Sight(event(asks_since=NOW, agreed_starts_at=NOW - DAY), found()), Kind.MENDED),
        (Sight(event(asks_since=NOW, agreed_starts_at=NOW - DAY), found(AT + DAY)), Kind.MOVED),
    ],
)
def test_one_event(sight: Sight, expected: Kind) -> None:
    assert kind(sight) is expected


def test_an_interview_that_runs_is_left() -> None:
    sight = Sight(event(modified_at=AT - DAY), found(length=2 * HOUR, modified_at=AT))

    assert kind(sight, now=AT + HOUR / 2) is Kind.SAME


def test_one_that_runs_can_be_put_off() -> None:
    sight = Sight(event(modified_at=AT - DAY), found(AT + DAY, modified_at=AT))

    assert kind(sight, now=AT + HOUR / 2) is Kind.MOVED


def both(
    internal: Sight, candidate: Sight, state: State = State.SCHEDULED, version: int = 1
) -> Verdict:
    one = replace(SCHEDULED, state=state, version=version)
    known = Known(one, (), (internal.event, candidate.event), ())
    sights = [each for each in (internal, candidate) if each.found is not None]
    return judge(known, sights, calendar="“Hiring”", now=NOW)


def at(role: Role, moment: datetime, **more: Any) -> Sight:
    return Sight(event(role, **more), found(moment, graph_id=role.value))


def not_read(role: Role, **more: Any) -> Sight:
    return Sight(event(role, **more), None)


OTHER = {"agreed_starts_at": AT + DAY, "agreed_ends_at": AT + DAY + HOUR}


@pytest.mark.parametrize(
    ("verdict", "moved", "reason"),
    [
        (both(at(Role.INTERNAL, AT), at(Role.CANDIDATE, AT)), [], ""),
        (both(at(Role.INTERNAL, AT + DAY), at(Role.CANDIDATE, AT)), ["internal"], ""),
        (
            both(at(Role.INTERNAL, AT + DAY), at(Role.CANDIDATE, AT + DAY)),
            ["internal", "candidate"],
            "",
        ),
        (
            both(at(Role.INTERNAL, AT + DAY), at(Role.CANDIDATE, AT + 2 * DAY)),
            [],
            "In Outlook, on “Hiring”, the two events were moved to different times: "
            f"Fri 4 Dec, 14:00{DASH}15:00 and Sat 5 Dec, 14:00{DASH}15:00. Choose another time, or "
            "try again to keep the interview's own.",
        ),
        (
            both(at(Role.INTERNAL, NOW - DAY), at(Role.CANDIDATE, AT + DAY)),
            [],
            f"In Outlook, on “Hiring”, the event is at Mon 30 Nov, 14:00{DASH}15:00 now, which is "
            "past. Portal left the interview at its time. Try again to give the event the "
            "interview's time, or choose another time.",
        ),
        # The other event was moved before, and this one is not patched yet.
        (
            both(
                not_read(Role.INTERNAL, moved_version=2, **OTHER),
                at(Role.CANDIDATE, AT + 2 * DAY),
                State.CHANGING,
                version=2,
            ),
            [],
            f"In Outlook, on “Hiring”, one event was moved to Sat 5 Dec, 14:00{DASH}15:00, and the "
            "other was not left at its time. Choose another time, or try again to keep the "
            "interview's own.",
        ),
        # After that was settled, it is a move like the first.
        (
            both(
                not_read(Role.INTERNAL, moved_version=2, **OTHER),
                at(Role.CANDIDATE, AT + 2 * DAY),
                State.SCHEDULED,
                version=2,
            ),
            ["candidate"],
            "",
        ),
        # A person is asked about two times, and then both have one in Outlook.
        (
            both(
                at(Role.INTERNAL, AT + DAY, asks_since=NOW, **OTHER),
                at(Role.CANDIDATE, AT + DAY, asks_since=NOW),
                State.ASKS,
            ),
            ["candidate", "internal"],
            "",
        ),
    ],
)
def test_two_events(verdict: Verdict, moved: list[str], reason: str) -> None:
    assert [each.event.id for each in verdict.moved] == moved
    assert verdict.reason == reason


def test_a_deleted_event_comes_first() -> None:
    gone = Sight(event(missing_since=NOW - HOUR), None)
    moved = at(Role.CANDIDATE, AT + DAY)
    known = Known(SCHEDULED, (), (gone.event, moved.event), ())

    verdict = judge(known, [gone, moved], calendar="Priya Kaur's calendar", now=NOW)

    assert verdict.reason == (
        "An event of this interview was deleted in Outlook, on Priya Kaur's calendar. Put it back, "
        "find another time, or cancel the interview."
    )
    assert [each.event.id for each in verdict.asking] == ["internal", "candidate"]


def test_one_of_two_questions_leaves_the_other() -> None:
    mended = at(Role.INTERNAL, AT, asks_since=NOW, **OTHER)
    asked = at(Role.CANDIDATE, AT + DAY, asks_since=NOW, **OTHER)

    assert not both(mended, asked, State.ASKS).is_mended
    assert both(mended, at(Role.CANDIDATE, AT), State.ASKS).is_mended
