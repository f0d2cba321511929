"""Delta of a mailbox's folders: all of them in the first round, then what changed."""

from typing import Any

from sandbox import delta_tokens, odata, preferences
from sandbox.database import Row, State
from sandbox.delta_tokens import Facts
from sandbox.mail import folder_resource, folders


def page(state: State, oid: str) -> dict[str, Any]:
    facts = _facts(state, oid)
    most = facts["size"] + 1
    if facts["round"] == 1:
        found = folders.present(state, oid, after=facts["after"], most=most)
    else:
        if facts.get("isNew"):
            facts = facts | {"upto": folders.last_change(state), "isNew": False}
        found = folders.changed(
            state,
            oid,
            since=facts["start"],
            after=facts["after"],
            upto=facts["upto"],
            most=most,
        )
    more, found = len(found) == most, found[: facts["size"]]
    items = [_shown(state, row, facts["select"]) for row in found]
    if more:
        facts = facts | {"after": found[-1]["number"]}
    context = "Collection(mailFolder)"
    return delta_tokens.envelope(state, facts, items, context=context, is_last=not more)


def _facts(state: State, oid: str) -> Facts:
    token = odata.option("$skiptoken") or odata.option("$deltatoken")
    if token and token != "latest":
        facts = delta_tokens.read(state, token, oid)
        return facts | {"size": preferences.page_size(facts["size"])}
    last = folders.last_change(state)
    facts = {
        "about": oid,
        "round": 1,
        "after": 0,
        "upto": last,
        "select": odata.option("$select"),
        "size": preferences.page_size(odata.top(default=100, most=1000)),
    }
    if token == "latest":
        facts |= {"round": 2, "start": last, "after": last}
    return facts


def _shown(state: State, row: Row, select: str | None) -> dict[str, Any]:
    kind = {"@odata.type": "#microsoft.graph.mailFolder"}
    if row["deleted_at"]:
        return {**kind, "id": row["id"], "@removed": {"reason": "deleted"}}
    names = odata.selected(folder_resource.MEMBERS, kind="mailFolder", text=select or "")
    item = folder_resource.shown(state, row)
    return {**kind, **(odata.project(item, names) if names else item)}
