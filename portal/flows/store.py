"""All SQL for flows."""

import json
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from portal import clock
from portal.flows.models import Flow, FlowKind
from portal.storage.rows import Rows
from portal.storage.sealed import Sealed

MOST_OPEN = 5
LIFE = timedelta(minutes=10)
KEPT = timedelta(days=1)
SEALED = Sealed("flows", "state_hash", lost="a sign-in that was under way")


def add(rows: Rows, flow: Flow, *, state_hash: str, session_hash: str, now: datetime) -> None:
    """`flow` with its secrets sealed. The oldest open ones of the session make room for it."""
    rows.execute("delete from flows where started_at <= ?", [clock.text(now - KEPT)])
    rows.execute(
        "insert into flows (state_hash, session_hash, kind, user_id, invitation_id, verifier, "
        "nonce, wished_endpoint, wished_arguments, started_at) "
        "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            state_hash,
            session_hash,
            flow.kind.value,
            flow.user_id,
            flow.invitation_id,
            flow.verifier,
            flow.nonce,
            flow.wished_endpoint,
            json.dumps(dict(flow.wished_arguments)),
            clock.text(now),
        ],
    )
    rows.execute(
        "delete from flows where session_hash = ? and used_at is null and state_hash <> ? "
        "and state_hash not in (select state_hash from flows where session_hash = ? "
        "and used_at is null and state_hash <> ? order by started_at desc limit ?)",
        [session_hash, state_hash, session_hash, state_hash, MOST_OPEN - 1],
    )


def take(
    rows: Rows, *, state_hash: str, session_hashes: Collection[str], now: datetime
) -> Flow | None:
    """The open flow of this state and session, which is used from now on; its secrets are wiped."""
    found = rows.all(
        tuple,
        "update flows set used_at = :now where state_hash = :state_hash "
        "and session_hash in :session_hashes and used_at is null and started_at > :since "
        "returning kind, user_id, invitation_id, verifier, nonce, wished_endpoint, "
        "wished_arguments, started_at",
        {
            "now": now,
            "state_hash": state_hash,
            "session_hashes": [*session_hashes],
            "since": now - LIFE,
        },
    )
    rows.execute("update flows set verifier = '', nonce = '' where state_hash = ?", [state_hash])
    if not found:
        return None
    kind, user_id, invitation_id, verifier, nonce, endpoint, arguments, started_at = found[0]
    return Flow(
        kind=FlowKind(kind),
        user_id=user_id,
        invitation_id=invitation_id,
        verifier=verifier,
        nonce=nonce,
        wished_endpoint=endpoint,
        wished_arguments=json.loads(arguments),
        started_at=clock.moment(started_at),
    )


def give_up(
    rows: Rows, *, state_hash: str, session_hashes: Collection[str]
) -> tuple[str, dict[str, Any]] | None:
    """Delete the open flow of this state and session. Returns the place it was to end at."""
    found = rows.all(
        tuple,
        "delete from flows where state_hash = :state_hash and session_hash in :session_hashes "
        "and used_at is null returning wished_endpoint, wished_arguments",
        {"state_hash": state_hash, "session_hashes": [*session_hashes]},
    )
    return next(((endpoint, json.loads(arguments)) for endpoint, arguments in found), None)


def last_return_from_microsoft(rows: Rows) -> datetime | None:
    """The last time Microsoft sent a person to our redirect address."""
    return rows.value(datetime, "select max(used_at) from flows where kind <> 'google'")


def delete_all(rows: Rows) -> None:
    """Belongs inside write()."""
    rows.execute("delete from flows")
