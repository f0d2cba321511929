"""Edits of a real answer, ordered by a fault: items dropped, repeated, reordered or changed.

Each edit names one thing to `do` and the `item` that it is for: a place in the answer's `value`,
or members that the item has, such as {"subject": "Hello"}. Without `item`, each item is meant.
"""

from collections.abc import Callable
from typing import Any

import orjson
from flask import Response

Item = dict[str, Any]
Edit = dict[str, Any]
MEMBERS = {"do", "item", "members"}
LINKS = ("@odata.nextLink", "@odata.deltaLink")
ELSEWHERE = "https://elsewhere.example/v1.0/me/messages?$skiptoken=1"


def check(edits: Any) -> list[Edit]:
    """Return the edits of a fault, and refuse those that have no meaning."""
    found = edits if isinstance(edits, list) else [edits]
    for edit in found:
        if not isinstance(edit, dict) or edit.get("do") not in ACTIONS or set(edit) - MEMBERS:
            raise ValueError(f"An edit does one of {', '.join(ACTIONS)}, with item and members.")
        if edit["do"] == "set" and not isinstance(edit.get("members"), dict):
            raise ValueError("The edit `set` needs members.")
        if not isinstance(edit.get("item", 0), int | dict):
            raise ValueError("item is a number or an object.")
    return found


def apply(answer: Response, edits: list[Edit]) -> None:
    """Edit an answer in place. One that is no JSON object stays as it is."""
    try:
        body = orjson.loads(answer.get_data())
    except orjson.JSONDecodeError:
        return
    if not isinstance(body, dict) or not 200 <= answer.status_code < 300:
        return
    for edit in edits:
        action = ACTIONS[edit["do"]]
        if edit["do"] == "leadAway":
            body |= {name: ELSEWHERE for name in LINKS if name in body}
        elif isinstance(body.get("value"), list):
            body["value"] = action(body["value"], edit)
        elif edit["do"] == "set":
            body |= edit["members"]
    answer.set_data(orjson.dumps(body))


def _is_meant(edit: Edit, number: int, item: Any) -> bool:
    wanted = edit.get("item")
    if wanted is None:
        return True
    if isinstance(wanted, int):
        return bool(number == wanted)
    return isinstance(item, dict) and all(item.get(name) == wanted[name] for name in wanted)


def _each(edit: Edit, items: list[Any]) -> list[tuple[Any, bool]]:
    return [(item, _is_meant(edit, number, item)) for number, item in enumerate(items)]


def _drop(items: list[Any], edit: Edit) -> list[Any]:
    return [item for item, is_meant in _each(edit, items) if not is_meant]


def _repeat(items: list[Any], edit: Edit) -> list[Any]:
    return [one for item, is_meant in _each(edit, items) for one in [item] * (1 + is_meant)]


def _remove_first(items: list[Any], edit: Edit) -> list[Any]:
    """Tell of an item as removed, and then of the item itself."""
    return [
        one
        for item, is_meant in _each(edit, items)
        for one in ([_removed(item)] if is_meant else []) + [item]
    ]


def _remove(items: list[Any], edit: Edit) -> list[Any]:
    return [_removed(item) if is_meant else item for item, is_meant in _each(edit, items)]


def _removed(item: Item) -> Item:
    return {"id": item["id"], "@removed": {"reason": "deleted"}}


def _to_front(items: list[Any], edit: Edit) -> list[Any]:
    return [item for item, is_meant in _each(edit, items) if is_meant] + _drop(items, edit)


def _to_end(items: list[Any], edit: Edit) -> list[Any]:
    return _drop(items, edit) + [item for item, is_meant in _each(edit, items) if is_meant]


def _reverse(items: list[Any], _edit: Edit) -> list[Any]:
    return items[::-1]


def _set(items: list[Any], edit: Edit) -> list[Any]:
    return [item | edit["members"] if is_meant else item for item, is_meant in _each(edit, items)]


ACTIONS: dict[str, Callable[[list[Any], Edit], list[Any]]] = {
    "drop": _drop,
    "repeat": _repeat,
    "remove": _remove,
    "removeFirst": _remove_first,
    "toFront": _to_front,
    "toEnd": _to_end,
    "reverse": _reverse,
    "set": _set,
    "leadAway": lambda items, _edit: items,
}
