"""Messages that reach a mailbox later: late copies of sent mail, and late reports."""

from dataclasses import dataclass, field
from datetime import timedelta

import orjson
from flask import Flask

from sandbox import subscriptions
from sandbox.database import Row, State, current_state
from sandbox.mail import changes, delivery, folders, store
from sandbox.mail.extended_properties import Properties

SCHEMA = """
    create table if not exists later_mail (
        id integer primary key,
        oid text not null,
        folder text not null,
        raw blob not null,
        properties text not null,
        is_read integer not null,
        waiting_id text not null,
        due_at text not null
    )
"""


@dataclass(frozen=True)
class Later:
    """A message for a folder. `waits_in` is the folder in which it is seen until then."""

    folder: str
    raw: bytes
    properties: Properties = field(default_factory=list)
    is_read: bool = False
    waits_in: str = ""


def put(state: State, owner: Row, mail: Later, *, seconds: float) -> None:
    """Keep a message back for some seconds of the tenant's clock."""
    waiting = _saved(state, owner["id"], mail, mail.waits_in) if mail.waits_in else None
    due_at = state.now() + timedelta(seconds=seconds)
    state.execute(
        "insert into later_mail (oid, folder, raw, properties, is_read, waiting_id, due_at)"
        " values (?, ?, ?, ?, ?, ?, ?)",
        (
            owner["id"],
            mail.folder,
            mail.raw,
            orjson.dumps(mail.properties).decode(),
            int(mail.is_read),
            waiting["immutable_id"] if waiting else "",
            due_at.isoformat(timespec="microseconds"),
        ),
    )


def _saved(state: State, oid: str, mail: Later, folder: str) -> Row | None:
    with state.write():
        place = folders.by_id(state, oid, folder)
        if place is None:
            return None
        row = delivery.save_raw(
            state, place, mail.raw, state.now(), is_read=mail.is_read, properties=mail.properties
        )
    subscriptions.announce(state, "created", row)
    return row


def install(app: Flask) -> None:
    """Deliver due mail before each request: every reader then finds it."""

    def deliver_due() -> None:
        state = current_state()
        for row in _taken(state):
            _arrive(state, row)

    app.before_request(deliver_due)


def _taken(state: State) -> list[Row]:
    """Take due mail. No two requests get the same message."""
    now = state.now().isoformat(timespec="microseconds")
    if state.row("select 1 from later_mail where due_at <= ?", (now,)) is None:
        return []
    with state.write():
        rows = state.rows("select * from later_mail where due_at <= ? order by due_at, id", (now,))
        state.execute("delete from later_mail where due_at <= ?", (now,))
    return rows


def _arrive(state: State, row: Row) -> None:
    target = folders.by_id(state, row["oid"], row["folder"])
    waiting = store.message(state, row["oid"], row["waiting_id"]) if row["waiting_id"] else None
    if waiting is not None and target is not None:
        changes.move(waiting, target["id"])
    elif not row["waiting_id"]:
        mail = Later(
            row["folder"], row["raw"], orjson.loads(row["properties"]), bool(row["is_read"])
        )
        _saved(state, row["oid"], mail, row["folder"])
