"""Delta of a folder's messages and of a mailbox's folders: rounds, pages and tokens."""

import base64
from datetime import datetime, timedelta
from typing import Any

import orjson

from sandbox import odata
from sandbox.database import Row, State
from sandbox.errors import GraphFault
from sandbox.mail import folder_view, folders, preferences, store, view

Facts = dict[str, Any]


def messages(state: State, folder: Row) -> dict[str, Any]:
    """One page of a folder's round, with the link to the next page or to the next round."""
    facts = _facts(state, folder["id"])
    if facts["round"] == 1:
        return _first_round(state, folder, facts)
    return _later_round(state, folder, facts)


def _facts(state: State, about: str) -> Facts:
    """What the token says; without one, what the first request asks for."""
    token = odata.option("$skiptoken") or odata.option("$deltatoken")
    if token and token != "latest":
        return _read(state, token, about)
    facts: Facts = {
        "about": about,
        "round": 1,
        "after": 0,
        "upto": store.last_change(state),
        "select": odata.option("$select"),
        "filter": odata.option("$filter"),
        "changeType": odata.option("changetype"),
        "size": preferences.page_size(int(odata.option("$top") or 10)),
    }
    if token == "latest":
        facts |= {"round": 2, "after": facts["upto"]}
    return facts


def _read(state: State, token: str, about: str) -> Facts:
    try:
        facts: Facts = orjson.loads(base64.urlsafe_b64decode(token.encode()))
        issued = datetime.fromisoformat(facts["issued"])
    except (ValueError, KeyError, TypeError) as error:
        raise GraphFault(400, "BadRequest", "The delta token is not well formed.") from error
    age = state.now() - issued
    is_expired = age > timedelta(seconds=state.setting("deltaLifetime"))
    if is_expired or facts["about"] != about:
        code = state.setting("deltaErrorCode")
        message = "The sync state generation is not found; continuing sync is not possible."
        raise GraphFault(410, code, message)
    return facts | {"size": preferences.page_size(facts["size"])}


def _first_round(state: State, folder: Row, facts: Facts) -> dict[str, Any]:
    size = facts["size"]
    rows = store.in_folder(state, folder["id"], after=facts["after"], most=size + 1)
    more, rows = len(rows) > size, rows[:size]
    items = _fitting(facts, [view.full(row) for row in rows])
    if more:
        facts = facts | {"after": rows[-1]["place"]}
        return _envelope(state, facts, _shown(facts, items), is_last=False)
    return _envelope(state, facts, _shown(facts, items), is_last=True)


def _fitting(facts: Facts, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if not facts["filter"]:
        return items
    test = odata.Filter(facts["filter"]).parsed()
    return [item for item in items if test(item)]


def _later_round(state: State, folder: Row, facts: Facts) -> dict[str, Any]:
    if facts.get("upto_now"):
        facts = facts | {"upto": store.last_change(state), "upto_now": False}
    changed = store.changed(state, folder["id"], after=facts["after"], upto=facts["upto"])
    size = facts["size"]
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
        # Removals come whatever was asked for, as real answers show.
        gone = row or {"immutable_id": change["immutable_id"]}
        gone["volatile_id"] = store.volatile_id(change["immutable_id"], folder["id"])
        return {
            "@odata.type": "#microsoft.graph.message",
            "id": view.message_id(gone),
            "@removed": {"reason": "deleted"},
        }
    if kind == "created" and not change["was_created"]:
        return None
    if kind == "deleted" or (kind == "updated" and change["was_created"]):
        return None
    items = _fitting(facts, [view.full(row)])
    return _shown(facts, items)[0] if items else None


def _shown(facts: Facts, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if not items:
        return []
    if facts["select"]:
        names = {name.strip().lower() for name in facts["select"].split(",")} | {"id"}
        items = [
            {k: v for k, v in item.items() if k.lower() in names or k == "@odata.etag"}
            for item in items
        ]
    else:
        items = [{k: v for k, v in item.items() if k not in view.DEFAULT_WITHOUT} for item in items]
    return [{"@odata.type": "#microsoft.graph.message", **item} for item in items]


def _envelope(
    state: State, facts: Facts, items: list[dict[str, Any]], *, is_last: bool
) -> dict[str, Any]:
    if is_last:
        facts = facts | {"round": 2, "after": facts["upto"], "upto_now": True}
    facts = facts | {"issued": state.now().isoformat()}
    token = base64.urlsafe_b64encode(orjson.dumps(facts)).decode()
    name, mark = (
        ("@odata.deltaLink", "$deltatoken") if is_last else ("@odata.nextLink", "$skiptoken")
    )
    where = odata.request.base_url
    select = f"({facts['select']})" if facts.get("select") else ""
    return {
        "@odata.context": odata.context_address(f"Collection(message){select}"),
        name: f"{where}?{mark}={token}",
        "value": items,
    }


def folder_list(state: State, oid: str) -> dict[str, Any]:
    """One round of all folders; a mailbox has few, so a round is one page."""
    facts = _facts(state, oid)
    row = state.row("select coalesce(max(number), 0) as number from folder_changes")
    last = int(row["number"]) if row else 0
    if facts["round"] == 1:
        items = [
            _typed(folder_view.shown(state, folder))
            for folder in folders.all_of(state, oid)
            if folder["well_known"] != "msgfolderroot"
        ]
    else:
        items = _changed_folders(state, oid, facts["after"])
    facts = facts | {"round": 2, "after": last, "issued": state.now().isoformat()}
    token = base64.urlsafe_b64encode(orjson.dumps(facts)).decode()
    return {
        "@odata.context": odata.context_address("Collection(mailFolder)"),
        "@odata.deltaLink": f"{odata.request.base_url}?$deltatoken={token}",
        "value": items,
    }


def _typed(item: dict[str, Any]) -> dict[str, Any]:
    return {"@odata.type": "#microsoft.graph.mailFolder", **item}


def _changed_folders(state: State, oid: str, after: int) -> list[dict[str, Any]]:
    rows = state.rows(
        "select distinct folder_id from folder_changes where oid = ? and number > ?"
        " order by number",
        (oid, after),
    )
    items: list[dict[str, Any]] = []
    for row in rows:
        folder = folders.by_id(state, oid, row["folder_id"])
        if folder is None:
            items.append({"id": row["folder_id"], "@removed": {"reason": "deleted"}})
        else:
            items.append(_typed(folder_view.shown(state, folder)))
    return items
