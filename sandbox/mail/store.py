"""Stored messages, and the changes that delta reports."""

import base64
import hashlib
import secrets
from dataclasses import dataclass, field
from typing import Any

import orjson

from sandbox.database import Row, State
from sandbox.mail import conversations

# All columns of a message but its raw form, which lists never need.
WITHOUT_RAW = (
    "place, immutable_id, volatile_id, oid, folder_id, item, text_body, headers, is_read,"
    " is_draft, received_at, change_key, properties"
)
SCHEMA = f"""
    create table if not exists folders (
        id text primary key,
        oid text not null,
        parent_id text,
        name text not null,
        well_known text,
        is_hidden integer not null,
        change integer not null,
        deleted_at text
    );
    create index if not exists folders_by_owner on folders (oid);
    create table if not exists messages (
        place integer primary key autoincrement,
        immutable_id text not null unique,
        volatile_id text not null unique,
        oid text not null,
        folder_id text not null,
        item text not null,
        text_body text not null,
        headers text not null,
        raw blob not null,
        is_read integer not null,
        is_draft integer not null,
        received_at text not null,
        change_key text not null,
        properties text not null
    );
    create index if not exists messages_by_folder on messages (folder_id, place);
    create index if not exists messages_by_time on messages (oid, received_at);
    create table if not exists changes (
        number integer primary key autoincrement,
        folder_id text not null,
        immutable_id text not null,
        kind text not null
    );
    create index if not exists changes_by_folder on changes (folder_id, number);
    create table if not exists folder_changes (
        number integer primary key autoincrement,
        oid text not null,
        folder_id text not null
    );
    create index if not exists messages_by_folder_time on messages (folder_id, received_at, place);
    {conversations.SCHEMA}
"""


def volatile_id(immutable_id: str, folder_id: str) -> str:
    """Derive the id of a message in its folder. A move changes it."""
    digest = hashlib.sha256(f"{folder_id}/{immutable_id}".encode()).digest()
    return "AAMkAD" + base64.urlsafe_b64encode(digest * 2).decode()


@dataclass(frozen=True)
class MessageContent:
    """A message as a mailbox stores it."""

    item: dict[str, Any]
    text: str
    headers: list[dict[str, str]]
    raw: bytes
    properties: list[dict[str, str]] = field(default_factory=list)


def save_message(
    state: State,
    folder: Row,
    content: MessageContent,
    *,
    is_read: bool = False,
    is_draft: bool = False,
) -> Row:
    """Save a new message in a folder, and return its row."""
    immutable_id = "AAkALg" + secrets.token_urlsafe(72)
    row = {
        "immutable_id": immutable_id,
        "volatile_id": volatile_id(immutable_id, folder["id"]),
        "oid": folder["oid"],
        "folder_id": folder["id"],
        "item": orjson.dumps(content.item).decode(),
        "text_body": content.text,
        "headers": orjson.dumps(content.headers).decode(),
        "raw": content.raw,
        "is_read": int(is_read),
        "is_draft": int(is_draft),
        "received_at": content.item["receivedDateTime"],
        "change_key": change_key(),
        "properties": orjson.dumps(content.properties).decode(),
    }
    names = ", ".join(row)
    marks = ", ".join(f":{name}" for name in row)
    made = state.row(f"insert into messages ({names}) values ({marks}) returning place", row)
    note_change(state, folder["id"], immutable_id, "created")
    return {**row, **(made or {})}


def change_key() -> str:
    return "CQAAABYAAAD" + secrets.token_urlsafe(12)


def note_change(state: State, folder_id: str, immutable_id: str, kind: str) -> None:
    state.execute(
        "insert into changes (folder_id, immutable_id, kind) values (?, ?, ?)",
        (folder_id, immutable_id, kind),
    )


def last_change(state: State) -> int:
    row = state.row("select coalesce(max(number), 0) as number from changes")
    return int(row["number"]) if row else 0


def message(state: State, oid: str, message_id: str) -> Row | None:
    """Find a message by either form of its id."""
    return state.row(
        "select * from messages where oid = ? and (immutable_id = ? or volatile_id = ?)",
        (oid, message_id, message_id),
    )


def raw(state: State, row: Row) -> bytes:
    found = state.row("select raw from messages where place = ?", (row["place"],))
    return bytes(found["raw"]) if found else b""


def content_of(state: State, row: Row) -> MessageContent:
    return MessageContent(
        item=orjson.loads(row["item"]),
        text=row["text_body"],
        headers=orjson.loads(row["headers"]),
        raw=raw(state, row),
        properties=orjson.loads(row["properties"]),
    )


def in_folder(state: State, folder_id: str, *, since: str, after: int, limit: int) -> list[Row]:
    """List messages in order of arrival, after a place in that order."""
    return state.rows(
        f"select {WITHOUT_RAW} from messages where folder_id = ? and place > ? and received_at >= ?"
        " order by place limit ?",
        (folder_id, after, since, limit),
    )


def newest_in_folder(
    state: State, folder_id: str, *, since: str, before: tuple[str, int], limit: int
) -> list[Row]:
    """List messages newest first, before a time and place."""
    return state.rows(
        f"select {WITHOUT_RAW} from messages where folder_id = ? and received_at >= ?"
        " and (received_at, place) < (?, ?) order by received_at desc, place desc limit ?",
        (folder_id, since, *before, limit),
    )


def of_mailbox(
    state: State, oid: str, folder_id: str | None, *, skip: int = 0, limit: int = -1
) -> list[Row]:
    """List messages newest first, of one folder or of all, without their raw form."""
    column, value = ("folder_id", folder_id) if folder_id else ("oid", oid)
    return state.rows(
        f"select {WITHOUT_RAW} from messages where {column} = ?"
        " order by received_at desc, place desc limit ? offset ?",
        (value, limit, skip),
    )


def of_conversation(state: State, oid: str, conversation_id: str) -> list[Row]:
    """List the messages of a conversation in all folders, the oldest first."""
    return state.rows(
        f"select {WITHOUT_RAW} from messages"
        " where oid = ? and json_extract(item, '$.conversationId') = ? order by received_at, place",
        (oid, conversation_id),
    )


def count_of_mailbox(state: State, oid: str, folder_id: str | None) -> int:
    column, value = ("folder_id", folder_id) if folder_id else ("oid", oid)
    row = state.row(f"select count(*) as n from messages where {column} = ?", (value,))
    return int(row["n"]) if row else 0


def changed(
    state: State, folder_id: str, *, since: int, after: int, upto: int, limit: int
) -> list[Row]:
    """List the last change of each message of a folder in a round.

    The round is (since, upto]; `after` is where its previous page ended.
    """
    return state.rows(
        "select immutable_id, max(number) as number,"
        " max(kind = 'created') as was_created, max(kind = 'deleted') as was_removed from changes"
        " where folder_id = ? and number > ? and number <= ?"
        " group by immutable_id having max(number) > ? order by max(number) limit ?",
        (folder_id, since, upto, after, limit),
    )


def by_immutable_ids(state: State, ids: list[str]) -> dict[str, Row]:
    marks = ",".join("?" * len(ids))
    rows = state.rows(f"select {WITHOUT_RAW} from messages where immutable_id in ({marks})", ids)
    return {row["immutable_id"]: row for row in rows}


def change_message(state: State, row: Row, **columns: Any) -> None:
    columns["change_key"] = change_key()
    assignments = ", ".join(f"{name} = :{name}" for name in columns)
    state.execute(
        f"update messages set {assignments} where place = :place",
        {**columns, "place": row["place"]},
    )


def remove_message(state: State, row: Row) -> None:
    state.execute("delete from messages where place = ?", (row["place"],))
    note_change(state, row["folder_id"], row["immutable_id"], "deleted")


def counts(state: State, folder_id: str) -> tuple[int, int, int]:
    """Count a folder's messages, its unread messages and their bytes."""
    row = state.row(
        "select count(*) as total, coalesce(sum(is_read = 0), 0) as unread,"
        " coalesce(sum(length(raw)), 0) as size from messages where folder_id = ?",
        (folder_id,),
    )
    return (int(row["total"]), int(row["unread"]), int(row["size"])) if row else (0, 0, 0)
