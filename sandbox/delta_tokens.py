"""Delta tokens: a client's position in a delta and its original query, as one opaque string."""

import base64
from datetime import datetime, timedelta
from typing import Any

import orjson

from sandbox import odata
from sandbox.database import State
from sandbox.errors import GraphError

Cursor = dict[str, Any]


def sent() -> str | None:
    """Return the token of this request, if it continues a round or starts a later one."""
    token = _option()
    return token if token != "latest" else None


def start(about: str, *, last_change: int, **query: Any) -> Cursor:
    """Start the first round, or with $deltatoken=latest the one that follows it."""
    cursor = {"about": about, "round": 1, "after": 0, "upto": last_change, **query}
    if _option() == "latest":
        cursor |= {"round": 2, "start": last_change, "after": last_change}
    return cursor


def _option() -> str | None:
    return odata.option("$skiptoken") or odata.option("$deltatoken")


def read(
    state: State,
    token: str,
    about: str,
    *,
    code: str = "deltaErrorCode",
    start_over: str | None = None,
) -> Cursor:
    """Decode a token. One that has expired, or is for another resource, is refused.

    `code` is the switch that holds the error code; `start_over` is the address of a new round.
    """
    try:
        padded = token + "=" * (-len(token) % 4)
        cursor: Cursor = orjson.loads(base64.urlsafe_b64decode(padded.encode()))
        issued = datetime.fromisoformat(cursor["issued"])
        cursor["size"] = int(cursor["size"])
    except (ValueError, KeyError, TypeError) as error:
        raise GraphError(400, "BadRequest", "Badly formed token.") from error
    age = state.now() - issued
    is_expired = age > timedelta(seconds=state.setting("deltaLifetime"))
    if is_expired or cursor["about"] != about:
        message = "The sync state generation is not found; continuing sync is not possible."
        headers = {"Location": start_over} if start_over else None
        raise GraphError(410, state.setting(code), message, headers=headers)
    return cursor


def envelope(
    state: State, cursor: Cursor, items: list[dict[str, Any]], *, context: str, is_last: bool
) -> dict[str, Any]:
    """Build one page with the link to the next. The last page links to the next round."""
    if is_last:
        cursor = cursor | {
            "round": 2,
            "start": cursor["upto"],
            "after": cursor["upto"],
            "isNew": True,
            "wasEmpty": False,
        }
    issued = cursor | {"issued": state.now().isoformat()}
    token = base64.urlsafe_b64encode(orjson.dumps(issued)).decode().rstrip("=")
    name, mark = (
        ("@odata.deltaLink", "$deltatoken") if is_last else ("@odata.nextLink", "$skiptoken")
    )
    return {
        "@odata.context": odata.context_address(context),
        name: f"{odata.request_address()}?{mark}={token}",
        "value": items,
    }
