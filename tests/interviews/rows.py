"""Build interviews for tests. A required column is given its usual value here alone."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from portal import clock
from portal.addresses import fold
from portal.candidates import feed
from portal.interviews.outside.history import MOVE_FEED_KIND
from portal.storage.rows import Rows
from tests.support.raw_rows import EARLIER, LONG_AGO, Value, insert


def interview(
    rows: Rows, interview_id: str, *, at: datetime, panel: Iterable[str] = (), **columns: Value
) -> str:
    """An hour with Rosa on Teams that Priya scheduled and organizes, without events or claims.

    It is in Rosa's feed only if a test adds that. The people of the panel exist, and Rosa does
    unless `candidate_id` is another.
    """
    usual: dict[str, Value] = {
        "id": interview_id,
        "candidate_id": "rosa",
        "candidate_name": "Rosa Ortega",
        "candidate_address": "rosa.ortega@mail.example",
        "kind_id": "interview",
        "title": "Interview",
        "starts_at": at,
        "ends_at": at + timedelta(hours=1),
        "zone": "Europe/Stockholm",
        "place": "teams",
        "calendar": "organizer",
        "organizer_id": "priya",
        "organizer_name": "Priya Kaur",
        "state": "scheduled",
        "scheduled_by": "priya",
        "scheduled_by_name": "Priya Kaur",
        "created_at": EARLIER,
        "changed_at": EARLIER,
    }
    insert(rows, "interviews", usual | columns)
    for number, user_id in enumerate(panel):
        place: dict[str, Value] = {"interview_id": interview_id, "user_id": user_id}
        insert(rows, "interview_panel", place | {"position": number})
    return interview_id


def interview_event(rows: Rows, interview_id: str, role: str = "internal", **columns: Value) -> str:
    """An event of the first generation to which people were invited."""
    event_id = str(columns.get("id") or f"{interview_id}-{role}")
    usual: dict[str, Value] = {
        "id": event_id,
        "interview_id": interview_id,
        "role": role,
        "generation": 1,
        "owner_user_id": "priya",
        "step": "invited",
        "graph_id": f"graph-{event_id}",
        "ical_uid": f"uid-{event_id}",
        "invited_at": EARLIER,
    }
    insert(rows, "interview_events", usual | columns)
    return event_id


def difference(rows: Rows, interview_id: str, kind: str, **columns: Value) -> str:
    """Something else than the time that was changed on the panel's event in Outlook."""
    finding_id = str(columns.get("id") or f"{interview_id}-{kind}")
    usual: dict[str, Value] = {
        "id": finding_id,
        "interview_id": interview_id,
        "event_id": f"{interview_id}-internal",
        "kind": kind,
        "seen_at": EARLIER,
    }
    insert(rows, "interview_findings", usual | columns)
    return finding_id


def told(
    rows: Rows, interview_id: str, name: str, address: str, *, at: datetime, **columns: Value
) -> None:
    """A person of the panel whom Portal told of that hour, and who has not answered."""
    usual: dict[str, Value] = {
        "interview_id": interview_id,
        "folded": fold(address),
        "address": address,
        "name": name,
        "role": "panel",
        "version": 1,
        "generation": 1,
        "starts_at": at,
        "ends_at": at + timedelta(hours=1),
        "told_by": "portal",
        "certainty": "asked",
        "told_at": LONG_AGO,
        "reply": "none",
    }
    insert(rows, "invite_ledger", usual | columns)


def outside_move(
    rows: Rows, interview_id: str, *, before: datetime, at: datetime, **columns: Value
) -> str:
    """An hour that somebody moved on the calendar "Hiring" in Outlook, with its feed entry.

    `at` is the present hour of the interview.
    """
    move_id = str(columns.get("id") or f"{interview_id}-move")
    usual: dict[str, Value] = {
        "id": move_id,
        "interview_id": interview_id,
        "version": 1,
        "source": "outlook",
        "calendar": "“Hiring”",
        "old_starts_at": before,
        "old_ends_at": before + timedelta(hours=1),
        "new_starts_at": at,
        "new_ends_at": at + timedelta(hours=1),
        "seen_at": EARLIER,
    }
    insert(rows, "interview_moves", usual | columns)
    with rows.write():
        entry = ("rosa", move_id, clock.moment(EARLIER))
        feed.add_all(rows, [entry], kind=MOVE_FEED_KIND, now=clock.moment(EARLIER))
    return move_id


def interview_kind(rows: Rows, name: str, **columns: Value) -> str:
    """A kind of interview whose id is its name in lower case, beside the first one."""
    usual: dict[str, Value] = {
        "id": name.lower(),
        "name": name,
        "minutes": 60,
        "place": "teams",
        "created_at": EARLIER,
        "changed_at": EARLIER,
    }
    insert(rows, "interview_kinds", usual | columns)
    return name.lower()
