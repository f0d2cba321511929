"""Stored subscriptions, and notifications that wait to be sent."""

import orjson

from sandbox.database import Row, State

SCHEMA = """
    create table if not exists subscriptions (
        id text primary key,
        oid text,
        what text not null,
        folder_id text,
        item text not null,
        client_state text,
        expires_at text not null,
        immutable_ids integer not null,
        ended_at text
    );
    create table if not exists notifications (
        id integer primary key,
        subscription_id text not null,
        url text not null,
        body text not null,
        tries integer not null,
        due_at text not null
    )
"""
# What a subscription is about.
MESSAGES, EVENTS = "messages", "events"


def save(state: State, row: Row) -> None:
    state.execute(
        "insert into subscriptions values (:id, :oid, :what, :folder_id, :item, :client_state,"
        " :expires_at, :immutable_ids, null)",
        row,
    )


def live(state: State) -> list[Row]:
    return state.rows(
        "select * from subscriptions where ended_at is null and expires_at > ?",
        (state.now().isoformat(),),
    )


def one(state: State, subscription_id: str) -> Row | None:
    return next((row for row in live(state) if row["id"] == subscription_id), None)


def renew(state: State, row: Row, expires_at: str, item: Row) -> None:
    state.execute(
        "update subscriptions set expires_at = ?, item = ? where id = ?",
        (expires_at, orjson.dumps(item).decode(), row["id"]),
    )


def end(state: State, subscription_id: str) -> None:
    state.execute(
        "update subscriptions set ended_at = ? where id = ?",
        (state.now().isoformat(), subscription_id),
    )


def queue(state: State, subscription_id: str, url: str, body: Row) -> None:
    state.execute(
        "insert into notifications (subscription_id, url, body, tries, due_at)"
        " values (?, ?, ?, 0, ?)",
        (subscription_id, url, orjson.dumps(body).decode(), state.now().isoformat()),
    )


def due(state: State) -> list[Row]:
    return state.rows(
        "select * from notifications where due_at <= ? order by id limit 100",
        (state.now().isoformat(),),
    )


def remove_sent(state: State, ids: list[int]) -> None:
    marks = ",".join("?" * len(ids))
    state.execute(f"delete from notifications where id in ({marks})", ids)


def retry_later(state: State, ids: list[int], due_at: str) -> None:
    """Retry notifications later. They are dropped after twenty attempts."""
    marks = ",".join("?" * len(ids))
    state.execute(
        f"update notifications set tries = tries + 1, due_at = ? where id in ({marks})",
        (due_at, *ids),
    )
    state.execute("delete from notifications where tries > 20")
