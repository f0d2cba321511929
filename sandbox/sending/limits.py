"""Exchange's limits of sending, for each mailbox: messages a minute, recipients a day, its size.

https://learn.microsoft.com/office365/servicedescriptions/exchange-online-service-description/exchange-online-limits
"""

from datetime import timedelta

from flask import request

from sandbox.database import Row, State
from sandbox.errors import GraphError
from sandbox.sending import switches
from sandbox.sending.switches import Switches

SCHEMA = """
    create table if not exists attempts_to_send (
        mailbox text not null,
        at text not null,
        recipients integer not null
    );
    create index if not exists attempts_by_mailbox on attempts_to_send (mailbox, at)
"""
MAX_REQUEST = 4 * 1024 * 1024
THROTTLED = "Application is over its rate limit of messages for the mailbox."


def require_size() -> None:
    """Refuse a request that is larger than Graph takes."""
    if (request.content_length or 0) > MAX_REQUEST:
        raise GraphError(
            413, "RequestEntityTooLarge", "The maximum request length supported is 4MB."
        )


def check(state: State, owner: Row, recipients: int) -> GraphError | None:
    """Count an attempt, and refuse it if a limit is reached.

    Returns the refusal if the tenant sends the message in spite of it.
    """
    rules = switches.of_mailbox(state, owner["id"])
    if rules.is_full:
        raise GraphError(507, "ErrorQuotaExceeded", "The mailbox has reached its quota.")
    with state.write():
        attempts = _since(state, owner, timedelta(minutes=1))[0]
        sent = _since(state, owner, timedelta(days=1))[1]
        is_throttled = bool(rules.per_minute) and attempts >= rules.per_minute
        is_over = bool(rules.recipients_per_day) and sent + recipients > rules.recipients_per_day
        is_sent = not is_over and (rules.sends_throttled or not is_throttled)
        _note(state, owner, recipients if is_sent else 0)
    if is_over:
        raise GraphError(
            rules.limit_status,
            "ErrorExceededMessageLimit",
            "Cannot send mail. Your message limit has been exceeded.",
        )
    refusal = _throttled(rules) if is_throttled else None
    if refusal and not is_sent:
        raise refusal
    return refusal


def _throttled(rules: Switches) -> GraphError:
    headers = {"Retry-After": f"{rules.retry_after:g}"} if rules.retry_after else {}
    return GraphError(429, "ApplicationThrottled", THROTTLED, headers=headers)


def _since(state: State, owner: Row, age: timedelta) -> tuple[int, int]:
    """Count the attempts of a time, and the recipients of those that were sent."""
    row = state.row(
        "select count(*) as attempts, coalesce(sum(recipients), 0) as recipients"
        " from attempts_to_send where mailbox = ? and at > ?",
        (owner["id"], (state.now() - age).isoformat(timespec="microseconds")),
    )
    return (int(row["attempts"]), int(row["recipients"])) if row else (0, 0)


def _note(state: State, owner: Row, recipients: int) -> None:
    at = state.now().isoformat(timespec="microseconds")
    state.execute("insert into attempts_to_send values (?, ?, ?)", (owner["id"], at, recipients))
