"""Delta of a mailbox's folders: all of them in the first round, then what changed."""

from typing import Any

from sandbox import delta_tokens, odata, preferences
from sandbox.database import Row, State
from sandbox.delta_tokens import Cursor
from sandbox.mail import folder_resource, folders


def page(state: State, oid: str) -> dict[str, Any]:
    cursor = _cursor(state, oid)
    limit = cursor["size"] + 1
    if cursor["round"] == 1:
        found = folders.present(state, oid, after=cursor["after"], limit=limit)
    else:
        if cursor.get("isNew"):
            cursor = cursor | {"upto": folders.last_change(state), "isNew": False}
        found = folders.changed(
            state,
            oid,
            since=cursor["start"],
            after=cursor["after"],
            upto=cursor["upto"],
            limit=limit,
        )
    more, found = len(found) == limit, found[: cursor["size"]]
    items = [_shown(state, row, cursor["select"]) for row in found]
    if more:
        cursor = cursor | {"after": found[-1]["number"]}
    context = "Collection(mailFolder)"
    return delta_tokens.envelope(state, cursor, items, context=context, is_last=not more)


def _cursor(state: State, oid: str) -> Cursor:
    token = delta_tokens.sent()
    if token:
        cursor = delta_tokens.read(state, token, oid)
        return cursor | {"size": preferences.page_size(cursor["size"])}
    return delta_tokens.start(
        oid,
        last_change=folders.last_change(state),
        select=odata.option("$select"),
        size=preferences.page_size(odata.top(default=100, limit=1000)),
    )


def _shown(state: State, row: Row, select: str | None) -> dict[str, Any]:
    kind = {"@odata.type": "#microsoft.graph.mailFolder"}
    if row["deleted_at"]:
        return {**kind, "id": row["id"], "@removed": {"reason": "deleted"}}
    names = odata.selected(folder_resource.MEMBERS, kind="mailFolder", text=select or "")
    item = folder_resource.shown(state, row)
    return {**kind, **(odata.project(item, names) if names else item)}
