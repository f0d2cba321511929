"""Delta of the tenant's people: everyone in the first round, then what changed.

https://learn.microsoft.com/graph/api/user-delta
"""

import re
from typing import Any

from flask import request

from sandbox import delta_tokens, odata
from sandbox.database import Row, State
from sandbox.delta_tokens import Cursor
from sandbox.directory import selection, store
from sandbox.directory.resource import DEFAULT, shown
from sandbox.errors import GraphError

ABOUT = "users"
# Delta of users takes no $filter but a list of ids, and at most this many.
ONE_PERSON = re.compile(r"(?i)^\(?id eq '([^']+)'\)?$")
MAX_FILTERED = 50


def page(state: State) -> dict[str, Any]:
    """Answer one page of a round, with the link to the next page or round."""
    cursor = _cursor(state)
    return _first_round(state, cursor) if cursor["round"] == 1 else _later_round(state, cursor)


def is_minimal() -> bool:
    """Whether the client asked for changed members only."""
    return re.search(r"(?i)return\s*=\s*minimal", request.headers.get("Prefer", "")) is not None


def _cursor(state: State) -> Cursor:
    token = delta_tokens.sent()
    if token:
        return delta_tokens.read(
            state,
            token,
            ABOUT,
            code="directoryDeltaErrorCode",
            start_over=f"{odata.request_address()}?$deltatoken=",
        )
    names = selection.of_list()
    return delta_tokens.start(
        ABOUT,
        last_change=store.last_change(state),
        select=list(names) if names else None,
        only=_only(odata.option("$filter")),
        size=state.setting("directoryPageSize"),
    )


def _only(text: str | None) -> list[str] | None:
    if not text:
        return None
    found = [ONE_PERSON.match(part.strip()) for part in re.split(r"(?i)\s+or\s+", text)]
    if not all(found) or len(found) > MAX_FILTERED:
        raise GraphError(
            400,
            "Request_UnsupportedQuery",
            f"Delta takes a $filter of at most {MAX_FILTERED} ids alone.",
        )
    return [match[1].lower() for match in found if match]


def _first_round(state: State, cursor: Cursor) -> dict[str, Any]:
    """Answer a page of the first round, which ends in an empty page, as real ones do."""
    # A replay: Microsoft warns that the last item of a page may come again on the next.
    again = int(cursor["after"] > 0 and bool(state.setting("directoryReplay")))
    rows = store.present(state, after=cursor["after"] - again, limit=cursor["size"] + again)
    is_last = all(row["place"] <= cursor["after"] for row in rows)
    if rows:
        cursor = cursor | {"after": rows[-1]["place"]}
    wanted = [row for row in rows if _is_wanted(cursor, row["id"])]
    ever = store.ever_changed(state, [row["id"] for row in wanted])
    items = [_shown(state, cursor, row, ever.get(row["id"], set())) for row in wanted]
    return _envelope(state, cursor, items, is_last=is_last)


def _later_round(state: State, cursor: Cursor) -> dict[str, Any]:
    if cursor.get("isNew"):
        cursor = cursor | {"upto": store.last_change(state), "isNew": False}
    size = cursor["size"]
    changes = store.changed(
        state, since=cursor["start"], after=cursor["after"], upto=cursor["upto"], limit=size + 1
    )
    more, changes = len(changes) > size, changes[:size]
    items = _changed(state, cursor, [one for one in changes if _is_reported(cursor, one)])
    if more:
        return _envelope(state, cursor | {"after": changes[-1]["number"]}, items, is_last=False)
    return _envelope(state, cursor, items, is_last=True)


def _is_wanted(cursor: Cursor, oid: str) -> bool:
    return cursor["only"] is None or oid.lower() in cursor["only"]


def _is_reported(cursor: Cursor, change: Row) -> bool:
    """Whether a change is reported: $select also chooses the changes."""
    names = set(change["names"].split())
    watched = {*(cursor["select"] or DEFAULT), store.WHOLE}
    return _is_wanted(cursor, change["oid"]) and bool(names & watched)


def _changed(state: State, cursor: Cursor, changes: list[Row]) -> list[dict[str, Any]]:
    oids = [one["oid"] for one in changes]
    rows, ever = store.by_ids(state, oids), store.ever_changed(state, oids)
    return [
        _shown(state, cursor, rows[oid], ever[oid], set(one["names"].split()))
        if (oid := one["oid"]) in rows
        else {"id": oid, "@removed": {"reason": "deleted"}}
        for one in changes
    ]


def _shown(
    state: State, cursor: Cursor, row: Row, ever: set[str], changed: set[str] | None = None
) -> dict[str, Any]:
    """Show a person. Members never set are absent, cleared ones are null."""
    if row["deleted_at"]:
        return {"id": row["id"], "@removed": {"reason": "changed"}}
    names = [name for name in cursor["select"] or DEFAULT if name != "id"]
    if changed is not None and store.WHOLE not in changed and is_minimal():
        names = [name for name in names if name in changed]
    item = shown(state, row)
    told = {name: item[name] for name in names if item[name] not in (None, []) or name in ever}
    return {**told, "id": row["id"]}


def _envelope(
    state: State, cursor: Cursor, items: list[dict[str, Any]], *, is_last: bool
) -> dict[str, Any]:
    context = f"users{odata.selection(cursor['select'])}"
    return delta_tokens.envelope(state, cursor, items, context=context, is_last=is_last)
