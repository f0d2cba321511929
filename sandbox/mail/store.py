"""Rows of mailboxes: folders, messages, and the changes that delta tells of."""

import base64
import hashlib
import secrets
from typing import Any

import orjson

from sandbox.database import Row, State

SCHEMA = """
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
        change_key text not null
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
    create table if not exists outside_mail (
        id integer primary key,
        sent_at text not null,
        recipient text not null,
        item text not null,
        text_body text not null
    )
"""


def volatile_id(immutable_id: str, folder_id: str) -> str:
    """The id of a message in its present folder: another one after each move."""
    digest = hashlib.sha256(f"{folder_id}/{immutable_id}".encode()).digest()
    return "AAMkAD" + base64.urlsafe_b64encode(digest * 2).decode()


def save_message(
    state: State, *, oid: str, folder_id: str, item: Row, text: str, headers: Any, raw: bytes
) -> Row:
    """A new message in a folder; the row that it became."""
    immutable_id = "AAkALg" + secrets.token_urlsafe(72)
    row = {
        "immutable_id": immutable_id,
        "volatile_id": volatile_id(immutable_id, folder_id),
        "oid": oid,
        "folder_id": folder_id,
        "item": orjson.dumps(item).decode(),
        "text_body": text,
        "headers": orjson.dumps(headers).decode(),
        "raw": raw,
        "is_read": 0,
        "is_draft": 0,
        "received_at": item["receivedDateTime"],
        "change_key": change_key(),
    }
    state.execute(
        "insert into messages (immutable_id, volatile_id, oid, folder_id, item, text_body,"
        " headers, raw, is_read, is_draft, received_at, change_key) values (:immutable_id,"
        " :volatile_id, :oid, :folder_id, :item, :text_body, :headers, :raw, :is_read,"
        " :is_draft, :received_at, :change_key)",
        row,
    )
    note_change(state, folder_id, immutable_id, "created")
    return row


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
    """By either form of its id."""
    return state.row(
        "select * from messages where oid = ? and (immutable_id = ? or volatile_id = ?)",
        (oid, message_id, message_id),
    )


def in_folder(state: State, folder_id: str, *, after: int, most: int) -> list[Row]:
    """Messages in the order of their arrival; `after` is the place of the last one seen."""
    return state.rows(
        "select * from messages where folder_id = ? and place > ? order by place limit ?",
        (folder_id, after, most),
    )


def of_mailbox(state: State, oid: str, folder_id: str | None) -> list[Row]:
    """Newest first; of one folder, or of all."""
    if folder_id:
        return state.rows(
            "select * from messages where folder_id = ? order by received_at desc, place desc",
            (folder_id,),
        )
    return state.rows(
        "select * from messages where oid = ? order by received_at desc, place desc", (oid,)
    )


def changed(state: State, folder_id: str, *, after: int, upto: int) -> list[Row]:
    """The last change of each message of a folder between two numbers, oldest first."""
    return state.rows(
        "select immutable_id, max(number) as number,"
        " max(kind = 'created') as was_created from changes"
        " where folder_id = ? and number > ? and number <= ?"
        " group by immutable_id order by number",
        (folder_id, after, upto),
    )


def by_immutable_ids(state: State, ids: list[str]) -> dict[str, Row]:
    marks = ",".join("?" * len(ids))
    rows = state.rows(f"select * from messages where immutable_id in ({marks})", ids)
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


def counts(state: State, folder_id: str) -> tuple[int, int]:
    """(all, unread) messages of a folder."""
    row = state.row(
        "select count(*) as total, coalesce(sum(is_read = 0), 0) as unread from messages"
        " where folder_id = ?",
        (folder_id,),
    )
    return (int(row["total"]), int(row["unread"])) if row else (0, 0)


def save_outside(state: State, recipient: str, item: Row, text: str) -> None:
    state.execute(
        "insert into outside_mail (sent_at, recipient, item, text_body) values (?, ?, ?, ?)",
        (item["sentDateTime"], recipient, orjson.dumps(item).decode(), text),
    )


def outside_mail(state: State) -> list[Row]:
    return state.rows("select * from outside_mail order by id desc limit 100")
