"""Delta of a folder's messages: all of them in the first round, then what changed."""

import re
from datetime import datetime, timedelta
from typing import Any

from sandbox import delta_tokens, odata, preferences
from sandbox.database import Row, State
from sandbox.delta_tokens import Facts
from sandbox.errors import GraphFault
from sandbox.filters import Filter
from sandbox.mail import message_resource, message_view, store

SINCE = re.compile(r"(?i)^\s*receivedDateTime\s+(ge|gt)\s+(\S+)\s*$")
ORDER = re.compile(r"(?i)^\s*receivedDateTime\s+desc\s*$")
# Graph's own limit for a round with a $filter.
MOST_FILTERED = 5000
# Sorts after every time and place.
END: tuple[str, int] = ("9", 0)


def messages(state: State, folder: Row) -> dict[str, Any]:
    """Answer one page of a folder's round, with the link to the next page or round."""
    facts = _facts(state, folder["id"])
    if facts["round"] == 1:
        return _first_round(state, folder, facts)
    return _later_round(state, folder, facts)


def _facts(state: State, about: str) -> Facts:
    """Read the token, or start a round from the query of the first request."""
    token = odata.option("$skiptoken") or odata.option("$deltatoken")
    if token and token != "latest":
        facts = delta_tokens.read(state, token, about)
        return facts | {"size": preferences.page_size(facts["size"])}
    last = store.last_change(state)
    facts = {
        "about": about,
        "round": 1,
        "after": 0,
        "before": END,
        "told": 0,
        "upto": last,
        "select": odata.option("$select"),
        "since": _since(odata.option("$filter")),
        "isNewestFirst": _is_newest_first(odata.option("$orderby")),
        "changeType": _change_type(odata.option("changetype")),
        "size": preferences.page_size(odata.top(default=10, most=1000)),
    }
    if token == "latest":
        facts |= {"round": 2, "start": last, "after": last}
    return facts


def _since(text: str | None) -> str:
    """Read the earliest arrival time from $filter, the only filter that delta accepts."""
    if not text:
        return ""
    match = SINCE.match(text)
    if match is None:
        raise GraphFault(
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
        raise GraphFault(
            400, "ErrorInvalidUrlQuery", "Delta takes $orderby=receivedDateTime desc alone."
        )
    return bool(text)


def _change_type(text: str | None) -> str | None:
    if text and text.lower() not in ("created", "updated", "deleted"):
        raise GraphFault(400, "BadRequest", f"Invalid value '{text}' for changeType.")
    return text.lower() if text else None


def _first_round(state: State, folder: Row, facts: Facts) -> dict[str, Any]:
    size = facts["size"]
    if facts["since"]:
        size = min(size, MOST_FILTERED - facts["told"])
    rows = _present(state, folder, facts, size + 1)
    more, rows = len(rows) > size, rows[:size]
    items = [] if facts["changeType"] == "deleted" else [_shown(facts, row) for row in rows]
    told = facts["told"] + len(rows)
    is_cut = bool(facts["since"]) and told >= MOST_FILTERED
    if more and not is_cut:
        before = (rows[-1]["received_at"], rows[-1]["place"])
        facts = facts | {"after": rows[-1]["place"], "before": before, "told": told}
        return _envelope(state, facts, items, is_last=False)
    return _envelope(state, facts, items, is_last=True)


def _present(state: State, folder: Row, facts: Facts, most: int) -> list[Row]:
    since = facts["since"]
    if facts["isNewestFirst"]:
        before = (facts["before"][0], facts["before"][1])
        return store.newest_in_folder(state, folder["id"], since=since, before=before, most=most)
    return store.in_folder(state, folder["id"], since=since, after=facts["after"], most=most)


def _later_round(state: State, folder: Row, facts: Facts) -> dict[str, Any]:
    if facts.get("isNew"):
        facts = facts | {"upto": store.last_change(state), "isNew": False}
    size = facts["size"]
    changed = store.changed(
        state,
        folder["id"],
        since=facts["start"],
        after=facts["after"],
        upto=facts["upto"],
        most=size + 1,
    )
    more, changed = len(changed) > size, changed[:size]
    present = store.by_immutable_ids(state, [row["immutable_id"] for row in changed])
    items = [
        item
        for change in changed
        if (item := _changed(folder, facts, change, present.get(change["immutable_id"])))
    ]
    if more:
        return _envelope(state, facts | {"after": changed[-1]["number"]}, items, is_last=False)
    return _envelope(state, facts, items, is_last=True)


def _changed(folder: Row, facts: Facts, change: Row, row: Row | None) -> dict[str, Any] | None:
    kind = facts["changeType"]
    if row is None or row["folder_id"] != folder["id"]:
        # Removals are reported for every changeType, as real answers show.
        gone = {
            "immutable_id": change["immutable_id"],
            "volatile_id": store.volatile_id(change["immutable_id"], folder["id"]),
        }
        return {
            "@odata.type": "#microsoft.graph.message",
            "id": message_view.message_id(gone),
            "@removed": {"reason": "deleted"},
        }
    if kind == "created" and not change["was_created"]:
        return None
    if kind == "deleted" or (kind == "updated" and change["was_created"]):
        return None
    return _shown(facts, row) if row["received_at"] >= facts["since"] else None


def _shown(facts: Facts, row: Row) -> dict[str, Any]:
    names = message_view.selected(facts["select"]) if facts["select"] else None
    return {"@odata.type": "#microsoft.graph.message", **message_view.shown(row, names)}


def _envelope(
    state: State, facts: Facts, items: list[dict[str, Any]], *, is_last: bool
) -> dict[str, Any]:
    names = None
    if facts["select"]:
        # Checked again, since a wrong name is refused even without a message to show.
        names = message_view.selected(facts["select"])
    context = f"Collection(message){odata.of(names)}"
    return delta_tokens.envelope(state, facts, items, context=context, is_last=is_last)
