"""Rounds of a delta. Each keeps what it has seen, and the next tells the difference.

https://learn.microsoft.com/graph/delta-query-events
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from sandbox import delta_tokens, odata, preferences, quirks
from sandbox.calendars import event_resource, event_view, instances, store
from sandbox.calendars.event_routes import WINDOW, window
from sandbox.calendars.event_view import Wanted
from sandbox.calendars.instances import Instance
from sandbox.calendars.owners import Owner
from sandbox.database import State, current_state
from sandbox.delta_tokens import Cursor
from sandbox.errors import GraphError

SCHEMA = """
    create table if not exists calendar_rounds (
        number integer primary key autoincrement,
        seen text not null,
        told text not null
    )
"""
Item = dict[str, Any]
TOKENS = {"$skiptoken", "$deltatoken"}
REFUSED = ("$orderby", "$filter", "$select", "$expand", "$search", "$top")
TYPE = "#microsoft.graph.event"
# An occurrence is told with these alone. The rest is in its series.
OF_OCCURRENCE = ("seriesMasterId", "type", "start", "end")


@dataclass(frozen=True)
class Round:
    """One round: the version of each id that it has seen, and the ids that it tells of."""

    number: int
    seen: dict[str, str]
    told: list[str]


def page(owner: Owner) -> Item:
    """Answer one page of a round, with the link to the next page or round."""
    if any(odata.option(name) is not None for name in REFUSED):
        raise GraphError(
            400,
            "ErrorInvalidUrlQuery",
            "The following parameters are not supported with change tracking over the"
            f" 'CalendarView' resource: '{', '.join(REFUSED)}'.",
        )
    odata.refuse_unknown_options(WINDOW | TOKENS)
    state = current_state()
    cursor = _cursor(state, owner)
    if quirks.EMPTY_PAGES.is_on(state) and not cursor.get("wasEmpty"):
        return _envelope(state, cursor | {"wasEmpty": True}, [], is_last=False)
    present = _present(state, owner, cursor)
    if "number" not in cursor or cursor.get("isNew"):
        cursor = cursor | {"number": _begin(state, cursor, present), "after": 0, "isNew": False}
    told = _round(state, cursor["number"]).told
    after, upto = cursor["after"], cursor["after"] + cursor["size"]
    items = [_shown(owner, one, present.get(one)) for one in told[after:upto]]
    return _envelope(state, cursor | {"after": upto}, items, is_last=upto >= len(told))


def _cursor(state: State, owner: Owner) -> Cursor:
    """Read the token, or start a round. Its window holds for all rounds that follow."""
    token = delta_tokens.sent()
    if token:
        cursor = delta_tokens.read(state, token, owner.id)
        return cursor | {"size": preferences.page_size(cursor["size"])}
    start, end = window()
    size = preferences.page_size(event_view.USUAL_PAGE)
    span = {"windowStart": start.isoformat(), "windowEnd": end.isoformat()}
    return delta_tokens.start(owner.id, last_change=0, size=size, **span)


def _present(state: State, owner: Owner, cursor: Cursor) -> dict[str, Instance]:
    """Find what the window holds now. A series comes before its occurrences."""
    start, end = (datetime.fromisoformat(cursor[name]) for name in ("windowStart", "windowEnd"))
    found = instances.between(state, owner.id, start, end)
    series = {one.row["series_id"] or one.row["id"] for one in found if one.kind != store.SINGLE}
    rows = (store.event(state, owner.id, identity) for identity in sorted(series))
    masters = [instances.of_row(row) for row in rows if row]
    return {one.id: one for one in [*masters, *found]}


def _begin(state: State, cursor: Cursor, present: dict[str, Instance]) -> int:
    """Begin a round: note what there is, and what differs from the round before."""
    before = _round(state, cursor["number"]).seen if "number" in cursor else {}
    seen = {identity: _version(one) for identity, one in present.items()}
    told = [identity for identity, version in seen.items() if before.get(identity) != version]
    told += [identity for identity in before if identity not in seen]
    is_latest = cursor["round"] == 2 and "number" not in cursor
    state.execute(
        "insert into calendar_rounds (seen, told) values (?, ?)",
        (orjson.dumps(seen).decode(), orjson.dumps([] if is_latest else told).decode()),
    )
    row = state.row("select max(number) as number from calendar_rounds")
    return int(row["number"]) if row else 0


def _round(state: State, number: int) -> Round:
    row = state.row("select * from calendar_rounds where number = ?", (number,))
    if row is None:
        raise GraphError(400, "BadRequest", "Badly formed token.")
    return Round(number, orjson.loads(row["seen"]), orjson.loads(row["told"]))


def _version(one: Instance) -> str:
    if one.kind == store.OCCURRENCE:
        return f"{store.stamp(one.starts_at)} {store.stamp(one.ends_at)}"
    return event_resource.change_key(one.row)


def _shown(owner: Owner, identity: str, one: Instance | None) -> Item:
    if one is None:
        return {"@odata.type": TYPE, "id": identity, "@removed": {"reason": "deleted"}}
    names = OF_OCCURRENCE if one.kind == store.OCCURRENCE else None
    zone = event_view.wanted().zone
    item = event_view.shown(owner, one, Wanted(names, frozenset(), zone))
    return {"@odata.type": TYPE, **item}


def _envelope(state: State, cursor: Cursor, items: list[Item], *, is_last: bool) -> Item:
    return delta_tokens.envelope(state, cursor, items, context="Collection(event)", is_last=is_last)
