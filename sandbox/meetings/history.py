"""The tenant's own record of what became of events: a row for each change of each of them.

Copies have rows of their own. Nothing here ends with a deletion, so that tests can compare.
"""

from typing import Any

import orjson

from sandbox import acts
from sandbox.database import Row, State

SCHEMA = """
    create table if not exists event_history (
        id integer primary key,
        at text not null,
        change text not null,
        "by" text not null,
        through text not null,
        event_id text not null,
        owner text not null,
        ical_uid text not null,
        version integer not null,
        starts_at text not null,
        ends_at text not null,
        item text not null
    );
    create index if not exists event_history_by_meeting on event_history (ical_uid)
"""
OF_ROW = ("owner", "ical_uid", "version", "starts_at", "ends_at", "item")
SHOWN = ("subject", "isAllDay", "isOrganizer", "isCancelled", "isDraft", "showAs")


def note(state: State, change: str, row: Row) -> None:
    """Record what an event is after a change, or was before it was deleted."""
    act = acts.present()
    columns = {
        "at": state.now().strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "change": change,
        "by": act.by,
        "through": act.through,
        "event_id": row["id"],
        **{name: row[name] for name in OF_ROW},
    }
    marks = ", ".join(f":{name}" for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    state.execute(f"insert into event_history ({names}) values ({marks})", columns)


def listed(
    state: State, *, ical_uid: str | None = None, event_id: str | None = None
) -> list[dict[str, Any]]:
    """List changes in their order: all of them, or those of a meeting or one event."""
    rows = state.rows(
        "select * from event_history where (:uid is null or ical_uid = :uid)"
        " and (:event is null or event_id = :event) order by id",
        {"uid": ical_uid, "event": event_id},
    )
    return [_shown(row) for row in rows]


def _shown(row: Row) -> dict[str, Any]:
    item = orjson.loads(row["item"])
    return {
        "at": row["at"],
        "change": row["change"],
        "by": row["by"],
        "through": row["through"],
        "eventId": row["event_id"],
        "icalUid": row["ical_uid"],
        "owner": row["owner"],
        "version": row["version"],
        "startsAt": row["starts_at"],
        "endsAt": row["ends_at"],
        "place": item["location"]["displayName"],
        "joinUrl": (item["onlineMeeting"] or {}).get("joinUrl"),
        "response": item["responseStatus"]["response"],
        "attendees": {
            one["emailAddress"]["address"]: one["status"]["response"] for one in item["attendees"]
        },
        **{name: item[name] for name in SHOWN},
    }


def forget(state: State) -> None:
    state.execute("delete from event_history")
