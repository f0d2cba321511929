"""Answers of rooms to meeting requests, by the rules that Exchange gives a new room.

https://learn.microsoft.com/powershell/module/exchange/set-calendarprocessing
"""

from datetime import timedelta

from sandbox.calendars import changes, copies, event_resource, instances, schedule, store
from sandbox.calendars.instances import Instance
from sandbox.database import Row, State
from sandbox.meetings import switches

LONGEST = timedelta(hours=24)
HORIZON = timedelta(days=180)
ACCEPTED = "Your request was accepted."
BUSY = "Your request was declined because there are conflicts."
TOO_LONG = "Your request was declined because it is longer than 24 hours."
TOO_FAR = "Your request was declined because it is more than 180 days ahead."
CLOSED = "Your request was declined because this room takes no requests."


def answer(state: State, copy: Row) -> None:
    """Answer the request on a room's calendar. An answered one only loses its texts again."""
    item = store.item_of(copy)
    if item["isCancelled"]:
        return
    is_new = item["responseStatus"]["response"] == "notResponded"
    refusal = _refusal(state, instances.of_row(copy)) if is_new else None
    if refusal is None:
        copy = _without_texts(state, copy)
    if is_new:
        copies.answer(
            state,
            copy,
            "declined" if refusal else "accepted",
            is_sent=True,
            keeps_declined=False,
            comment=refusal or ACCEPTED,
        )


def _refusal(state: State, asked: Instance) -> str | None:
    if switches.present(state).rooms_decline:
        return CLOSED
    if asked.ends_at - asked.starts_at > LONGEST:
        return TOO_LONG
    if max(asked.row["starts_at"], _last_end(asked)) > store.stamp(state.now() + HORIZON):
        return TOO_FAR
    return BUSY if any(_is_taken(state, one) for one in _dates(state, asked)) else None


def _last_end(asked: Instance) -> str:
    return str(asked.row["ends_at"]) if asked.kind == store.MASTER else ""


def _dates(state: State, asked: Instance) -> list[Instance]:
    if asked.kind != store.MASTER:
        return [asked]
    return instances.of_series(state, asked.row, asked.starts_at, state.now() + HORIZON)


def _is_taken(state: State, asked: Instance) -> bool:
    """Whether another meeting, which the room accepted, takes the time."""
    around = instances.between(state, asked.row["owner"], asked.starts_at, asked.ends_at)
    return any(
        one.row["ical_uid"] != asked.row["ical_uid"]
        and one.item["responseStatus"]["response"] != "notResponded"
        and schedule.status_of(one) != "free"
        for one in around
    )


def _without_texts(state: State, copy: Row) -> Row:
    """Replace the subject by the organizer's name and delete the text, as rooms do."""
    item = store.item_of(copy)
    subject = item["organizer"]["emailAddress"]["name"]
    changed = changes.touched(
        state, copy, item | {"subject": subject, "body": event_resource.EVENT["body"]}
    )
    store.save(state, [changed])
    return changed
