"""Delta tokens: how far a client has read, and what it asked for, in one opaque word."""

import base64
from datetime import datetime, timedelta
from typing import Any

import orjson

from sandbox import odata
from sandbox.database import State
from sandbox.errors import GraphFault

Facts = dict[str, Any]


def read(
    state: State,
    token: str,
    about: str,
    *,
    code: str = "deltaErrorCode",
    start_over: str | None = None,
) -> Facts:
    """What a token says; refused when it is too old, or of something else.

    `code` is the tenant's switch for the error code, `start_over` where a new round begins.
    """
    try:
        padded = token + "=" * (-len(token) % 4)
        facts: Facts = orjson.loads(base64.urlsafe_b64decode(padded.encode()))
        issued = datetime.fromisoformat(facts["issued"])
        facts["size"] = int(facts["size"])
    except (ValueError, KeyError, TypeError) as error:
        raise GraphFault(400, "BadRequest", "Badly formed token.") from error
    age = state.now() - issued
    is_expired = age > timedelta(seconds=state.setting("deltaLifetime"))
    if is_expired or facts["about"] != about:
        message = "The sync state generation is not found; continuing sync is not possible."
        headers = {"Location": start_over} if start_over else None
        raise GraphFault(410, state.setting(code), message, headers=headers)
    return facts


def envelope(
    state: State, facts: Facts, items: list[dict[str, Any]], *, context: str, is_last: bool
) -> dict[str, Any]:
    """A page with the link to the next one; after the last, to the next round."""
    if is_last:
        facts = facts | {"round": 2, "start": facts["upto"], "after": facts["upto"], "isNew": True}
    issued = facts | {"issued": state.now().isoformat()}
    token = base64.urlsafe_b64encode(orjson.dumps(issued)).decode().rstrip("=")
    name, mark = (
        ("@odata.deltaLink", "$deltatoken") if is_last else ("@odata.nextLink", "$skiptoken")
    )
    return {
        "@odata.context": odata.context_address(context),
        name: f"{odata.here()}?{mark}={token}",
        "value": items,
    }
