"""Interviews that Microsoft does not agree with yet as due work."""

from collections.abc import Callable
from datetime import datetime

from portal.interviews.microsoft import failures, turn, work_store
from portal.services import Services
from portal.storage.claims import Claim
from portal.worker.queue import Lane, Note, Part, WorkKind

NOT_SEEN = "The invitation is not on the calendar of anybody on the panel."


def write_interview(services: Services, claim: Claim, should_stop: Callable[[], bool]) -> None:
    turn.work_through(services, claim, should_stop=should_stop)


def note_failure(services: Services, claim: Claim, sentence: str, now: datetime) -> None:
    """Show it also on the page of the interview."""
    failures.note(services.rows, claim.row_id, sentence, now=now)


INTERVIEWS = WorkKind(
    name="interviews",
    part=Part(
        "interviews",
        "Interviews",
        "Portal writes each interview to its calendar, then reads who received it and who accepts.",
        "No interview waits for Portal or for an answer.",
    ),
    claims=work_store.CLAIMS,
    listing=work_store.LISTING,
    work=write_interview,
    lanes=(Lane(at_once=3, slice_seconds=120.0),),
    note_failure=note_failure,
    stages={
        "writing": "Sends invitations",
        "changing": "Changes the events",
        "scheduled": "Reads copies and answers",
        "needs_time": "Waits for another time",
        "asks": "Needs a decision",
        "failed": "Was not sent",
        "cancelled": "Was canceled",
    },
    notes=(Note(work_store.NOT_SEEN, lambda _: NOT_SEEN),),
)
