"""Delta of a folder's messages: all of them in the first round, then what changed."""

import re
from datetime import datetime, timedelta
from typing import Any

from sandbox import delta_tokens, odata, preferences, quirks
from sandbox.database import Row, State
from sandbox.delta_tokens import Cursor
from sandbox.errors import GraphError
from sandbox.filters import Filter
from sandbox.mail import message_resource, message_view, store

SINCE = re.compile(r"(?i)^\s*receivedDateTime\s+(ge|gt)\s+(\S+)\s*$")
ORDER = re.compile(r"(?i)^\s*receivedDateTime\s+desc\s*$")
# Graph's own limit for a round with a $filter.
MAX_FILTERED = 5000
# Sorts after every time and place.
END: tuple[str, int] = ("9", 0)


def messages(state: State, folder: Row) -> dict[str, Any]:
    """Answer one page of a folder's round, with the link to the next page or round."""
    cursor = _cursor(state, folder["id"])
    if quirks.EMPTY_PAGES.is_on(state) and not cursor.get("wasEmpty"):
        return _envelope(state, cursor | {"wasEmpty": True}, [], is_last=False)
    if cursor["round"] == 1:
        return _first_round(state, folder, cursor)
    return _later_round(state, folder, cursor)


def _cursor(state: State, about: str) -> Cursor:
    """Read the token, or start a round from the query of the first request."""
    token = delta_tokens.sent()
    if token:
        cursor = delta_tokens.read(state, token, about)
        return cursor | {"size": preferences.page_size(cursor["size"])}
    return delta_tokens.start(
        about,
        last_change=store.last_change(state),
        before=END,
        count=0,
        select=odata.option("$select"),
        since=_since(odata.option("$filter")),
        isNewestFirst=_is_newest_first(odata.option("$orderby")),
        changeType=_change_type(odata.option("changetype")),
        size=preferences.page_size(odata.top(default=10, limit=1000)),
    )


def _since(text: str | None) -> str:
    """Read the earliest arrival time from $filter, the only filter that delta accepts."""
    if not text:
        return ""
    match = SINCE.match(text)
    if match is None:
        raise GraphError(
            400,
            "ErrorInvalidUrlQueryFilter",
            "The query filter contains one or more invalid nodes: delta takes"
            " receivedDateTime ge or gt alone.",
        )
    Filter(text)  # refuses an invalid time
    moment = datetime.fromisoformat(match[2])
    later = timedelta(seconds=1) if match[1].lower() == "gt" else timedelta()
    return message_resource.stamp(moment + later)


def _is_newest_first(text: str | None) -> bool:
    if text and not ORDER.match(text):
        raise GraphError(
            400, "ErrorInvalidUrlQuery", "Delta takes $orderby=receivedDateTime desc alone."
        )
    return bool(text)


def _change_type(text: str | None) -> str | None:
    if text and text.lower() not in ("created", "updated", "deleted"):
        raise GraphError(400, "BadRequest", f"Invalid value '{text}' for changeType.")
    return text.lower() if text else None


def _first_round(state: State, folder: Row, cursor: Cursor) -> dict[str, Any]:
    size = cursor["size"]
    if cursor["since"]:
        size = min(size, MAX_FILTERED - cursor["count"])
    rows = _present(state, folder, cursor, size + 1)
    more, rows = len(rows) > size, rows[:size]
    items = [] if cursor["changeType"] == "deleted" else [_shown(cursor, row) for row in rows]
    if quirks.REPEATS.is_on(state):
        items = [*items, *items[:1]]
    count = cursor["count"] + len(rows)
    is_cut = bool(cursor["since"]) and count >= MAX_FILTERED
    if more and not is_cut:
        before = (rows[-1]["received_at"], rows[-1]["place"])
        cursor = cursor | {"after": rows[-1]["place"], "before": before, "count": count}
        return _envelope(state, cursor, items, is_last=False)
    return _envelope(state, cursor, items, is_last=True)


def _present(state: State, folder: Row, cursor: Cursor, limit: int) -> list[Row]:
    since = cursor["since"]
    if cursor["isNewestFirst"]:
        before = (cursor["before"][0], cursor["before"][1])
        return store.newest_in_folder(state, folder["id"], since=since, before=before, limit=limit)
    return store.in_folder(state, folder["id"], since=since, after=cursor["after"], limit=limit)


def _later_round(state: State, folder: Row, cursor: Cursor) -> dict[str, Any]:
    if cursor.get("isNew"):
        cursor = cursor | {"upto": store.last_change(state), "isNew": False}
    size = cursor["size"]
    changed = store.changed(
        state,
        folder["id"],
        since=cursor["start"],
        after=cursor["after"],
        upto=cursor["upto"],
        limit=size + 1,
    )
    more, changed = len(changed) > size, changed[:size]
    present = store.by_immutable_ids(state, [row["immutable_id"] for row in changed])
    items = [
        item
        for change in changed
        for item in _told(state, folder, cursor, change, present.get(change["immutable_id"]))
    ]
    if more:
        return _envelope(state, cursor | {"after": changed[-1]["number"]}, items, is_last=False)
    return _envelope(state, cursor, items, is_last=True)


def _told(
    state: State, folder: Row, cursor: Cursor, change: Row, row: Row | None
) -> list[dict[str, Any]]:
    """Tell of one changed message: once, or as often as the tenant's quirks make it."""
    is_back = bool(change["was_removed"]) and row is not None and row["folder_id"] == folder["id"]
    if is_back and preferences.wants_immutable_ids() and quirks.MOVED_BACK.is_on(state):
        # https://github.com/microsoftgraph/microsoft-graph-docs-contrib/issues/72
        return [_removed(folder, change)]
    item = _changed(folder, cursor, change, row)
    told = [item] if item else []
    if quirks.REPEATS.is_on(state):
        return [_removed(folder, change), *told] if is_back else told * 2
    return told


def _removed(folder: Row, change: Row) -> dict[str, Any]:
    gone = {
        "immutable_id": change["immutable_id"],
        "volatile_id": store.volatile_id(change["immutable_id"], folder["id"]),
    }
    return {
        "@odata.type": "#microsoft.graph.message",
        "id": message_view.message_id(gone),
        "@removed": {"reason": "deleted"},
    }


def _changed(folder: Row, cursor: Cursor, change: Row, row: Row | None) -> dict[str, Any] | None:
    kind = cursor["changeType"]
    if row is None or row["folder_id"] != folder["id"]:
        # Removals are reported for every changeType, as real answers show.
        return _removed(folder, change)
    if kind == "created" and not change["was_created"]:
        return None
    if kind == "deleted" or (kind == "updated" and change["was_created"]):
        return None
    return _shown(cursor, row) if row["received_at"] >= cursor["since"] else None


def _shown(cursor: Cursor, row: Row) -> dict[str, Any]:
    names = message_view.selected(cursor["select"]) if cursor["select"] else None
    return {"@odata.type": "#microsoft.graph.message", **message_view.shown(row, names)}


def _envelope(
    state: State, cursor: Cursor, items: list[dict[str, Any]], *, is_last: bool
) -> dict[str, Any]:
    names = None
    if cursor["select"]:
        # Checked again, since a wrong name is refused even without a message to show.
        names = message_view.selected(cursor["select"])
    context = f"Collection(message){odata.selection(names)}"
    return delta_tokens.envelope(state, cursor, items, context=context, is_last=is_last)
