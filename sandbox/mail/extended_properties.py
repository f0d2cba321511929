"""Extended properties that clients set on messages, and the conditions that find them.

https://learn.microsoft.com/graph/api/resources/singlevaluelegacyextendedproperty
"""

import re
from collections.abc import Collection
from typing import Any

import orjson

from sandbox.database import Row, State
from sandbox.errors import GraphError, not_implemented
from sandbox.mail import store
from sandbox.mime import mapi_properties

Properties = list[dict[str, str]]

MEMBER = "singleValueExtendedProperties"
GUID = re.compile(r"\{[0-9A-Fa-f-]{36}\}")
ID = re.compile(
    r"(?i)[a-z]+ (?:\{[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}"
    r" (?:name \S.*|id 0x[0-9a-f]{1,8})|0x[0-9a-f]{1,8})"
)
EXPANSION = re.compile(rf"(?i){MEMBER}\(\s*\$filter=(.*)\)", re.DOTALL)
WANTED = re.compile(r"(?i)\bid\s+eq\s+'((?:[^']|'')*)'")
TAG = re.compile(r"(?i)\w+ 0x[0-9a-f]{1,8}")


def of_message(message: dict[str, Any]) -> Properties:
    """Read the properties that a request sets. Refuses malformed ones."""
    found = message.get(MEMBER) or []
    if "multiValueExtendedProperties" in message:
        raise not_implemented("multiValueExtendedProperties")
    if not isinstance(found, list) or not all(_is_whole(one) for one in found):
        raise GraphError(
            400, "ErrorInvalidProperty", "An extended property has an invalid id or value."
        )
    return [{"id": _spelled(one["id"]), "value": one["value"]} for one in found]


def _is_whole(one: Any) -> bool:
    if not isinstance(one, dict) or not isinstance(one.get("value"), str):
        return False
    return isinstance(one.get("id"), str) and ID.fullmatch(one["id"]) is not None


def _spelled(name: str) -> str:
    """Write a GUID in small letters, as Graph does in its answers."""
    return GUID.sub(lambda found: found[0].lower(), name)


def changed(row: Row, changes: Properties) -> str:
    """Write the column of a message after some of its properties were set."""
    replaced = {one["id"].lower() for one in changes}
    kept = [one for one in stored(row) if one["id"].lower() not in replaced]
    return orjson.dumps(kept + changes).decode()


def stored(row: Row) -> Properties:
    found: Properties = orjson.loads(row["properties"])
    return found


def expanded(part: str) -> frozenset[str] | None:
    """Read the ids that one part of $expand wants. None for a part that is no such one."""
    found = EXPANSION.fullmatch(part)
    return frozenset(one.lower() for one in _ids(found[1])) if found else None


def _ids(condition: str) -> list[str]:
    return [name.replace("''", "'") for name in WANTED.findall(condition)]


def shown(state: State, row: Row, wanted: Collection[str]) -> Properties:
    """List the wanted properties that a message has: those of its headers, and those set."""
    tags = {int(name[len("string 0x") :], 16) for name in wanted if name.startswith("string 0x")}
    of_headers = mapi_properties.shown(store.raw(state, row), tags) if tags else []
    return [*of_headers, *(one for one in stored(row) if one["id"].lower() in wanted)]


def require_stored_ids(condition: str) -> None:
    """Refuse a condition on properties that Exchange makes: the tenant finds set ones alone."""
    made = [name for name in re.findall(r"'((?:[^']|'')*)'", condition) if TAG.fullmatch(name)]
    if made:
        raise not_implemented(f"$filter by {made[0]}")
