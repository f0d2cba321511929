"""Delta tokens: a client's position in a delta and its original query, as one opaque string."""

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
    """Decode a token. One that has expired, or is for another resource, is refused.

    `code` is the switch that holds the error code; `start_over` is the address of a new round.
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
    """Build one page with the link to the next. The last page links to the next round."""
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
