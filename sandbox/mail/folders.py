"""Stored folders of a mailbox, and the names they are found by."""

import base64
import hashlib

from sandbox.database import Row, State

WELL_KNOWN = (
    ("msgfolderroot", "Top of Information Store", 0),
    ("inbox", "Inbox", 0),
    ("sentitems", "Sent Items", 0),
    ("drafts", "Drafts", 0),
    ("deleteditems", "Deleted Items", 0),
    ("junkemail", "Junk Email", 0),
    ("archive", "Archive", 0),
    ("outbox", "Outbox", 0),
    ("conversationhistory", "Conversation History", 0),
    ("recoverableitemsdeletions", "Deletions", 1),
    ("syncissues", "Sync Issues", 1),
)

# The root itself, and what Exchange keeps of deleted items: found by name alone.
OUTSIDE_THE_TREE = ("msgfolderroot", "recoverableitemsdeletions")


def create_mailbox(state: State, oid: str) -> None:
    """Create the folders that every mailbox has."""
    root = folder_id(oid, "msgfolderroot")
    for well_known, name, is_hidden in WELL_KNOWN:
        parent = None if well_known in OUTSIDE_THE_TREE else root
        _insert(
            state,
            oid,
            folder_id(oid, well_known),
            name,
            parent=parent,
            well_known=well_known,
            is_hidden=is_hidden,
        )


def ensure_mailbox(state: State, oid: str) -> None:
    """Create a mailbox's folders on first use. Users made in bulk have none until then."""
    if state.row("select 1 from folders where oid = ? limit 1", (oid,)) is None:
        with state.write():
            create_mailbox(state, oid)


def create(state: State, oid: str, parent_id: str, name: str) -> Row:
    """Create a folder with a chosen name."""
    new = folder_id(oid, f"{parent_id}/{name}")
    _insert(state, oid, new, name, parent=parent_id)
    found = by_id(state, oid, new)
    if found is None:
        raise LookupError(name)
    return found


def folder_id(oid: str, name: str) -> str:
    digest = hashlib.sha256(f"{oid}/{name}".encode()).digest()
    return "AAMkAFld" + base64.urlsafe_b64encode(digest + digest).decode()


def _insert(
    state: State,
    oid: str,
    new: str,
    name: str,
    *,
    parent: str | None,
    well_known: str | None = None,
    is_hidden: int = 0,
) -> None:
    state.execute(
        "insert into folders (id, oid, parent_id, name, well_known, is_hidden, change)"
        " values (?, ?, ?, ?, ?, ?, 0) on conflict (id) do update set deleted_at = null",
        (new, oid, parent, name, well_known, is_hidden),
    )
    note_change(state, oid, new)


def note_change(state: State, oid: str, folder: str) -> None:
    state.execute("insert into folder_changes (oid, folder_id) values (?, ?)", (oid, folder))


def rename(state: State, folder: Row, name: str) -> None:
    state.execute("update folders set name = ? where id = ?", (name, folder["id"]))
    note_change(state, folder["oid"], folder["id"])


def move(state: State, folder: Row, parent_id: str) -> None:
    state.execute("update folders set parent_id = ? where id = ?", (parent_id, folder["id"]))
    note_change(state, folder["oid"], folder["id"])


def remove(state: State, folder: Row) -> None:
    """Delete a folder with its messages and its child folders."""
    for child in children(state, folder["oid"], folder["id"], with_hidden=True):
        remove(state, child)
    state.execute("delete from messages where folder_id = ?", (folder["id"],))
    at = state.now().isoformat()
    state.execute("update folders set deleted_at = ? where id = ?", (at, folder["id"]))
    note_change(state, folder["oid"], folder["id"])


def by_id(state: State, oid: str, reference: str) -> Row | None:
    """Find a folder by id, or by the well-known name that Graph accepts instead."""
    return state.row(
        "select * from folders where oid = ? and deleted_at is null and (id = ? or well_known = ?)",
        (oid, reference, reference.lower()),
    )


def named(state: State, oid: str, name: str) -> Row | None:
    """Find a folder by its display name, such as Inbox or Sent Items."""
    return by_id(state, oid, name) or state.row(
        "select * from folders where oid = ? and deleted_at is null"
        " and replace(lower(name), ' ', '') = ?",
        (oid, name.lower().replace(" ", "")),
    )


def children(state: State, oid: str, parent_id: str, *, with_hidden: bool) -> list[Row]:
    return state.rows(
        "select * from folders where oid = ? and parent_id = ? and deleted_at is null"
        " and is_hidden <= ? order by name",
        (oid, parent_id, int(with_hidden)),
    )


def present(state: State, oid: str, *, after: int, limit: int) -> list[Row]:
    """List all folders but the root in a stable order. `number` is the position of each."""
    return state.rows(
        "select rowid as number, * from folders where oid = ? and deleted_at is null"
        " and parent_id is not null and rowid > ? order by rowid limit ?",
        (oid, after, limit),
    )


def last_change(state: State) -> int:
    row = state.row("select coalesce(max(number), 0) as number from folder_changes")
    return int(row["number"]) if row else 0


def changed(state: State, oid: str, *, since: int, after: int, upto: int, limit: int) -> list[Row]:
    """List the folders that changed in a round, deleted ones included, by their last change."""
    return state.rows(
        "select max(c.number) as number, f.* from folder_changes c join folders f"
        " on f.id = c.folder_id where c.oid = ? and c.number > ? and c.number <= ?"
        " and f.parent_id is not null"
        " group by c.folder_id having max(c.number) > ? order by max(c.number) limit ?",
        (oid, since, upto, after, limit),
    )


def all_of(state: State, oid: str) -> list[Row]:
    return state.rows(
        "select * from folders where oid = ? and deleted_at is null order by rowid", (oid,)
    )
