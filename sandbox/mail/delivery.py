"""A message arrives in a mailbox, as raw RFC 5322."""

import mailbox
import tempfile
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

from sandbox import subscriptions
from sandbox.database import Row, State
from sandbox.directory import store as directory
from sandbox.errors import GraphFault
from sandbox.mail import folders, mime, resource, store

# Exchange refuses larger ones; 35 MB is its default.
LARGEST = 35 * 1024 * 1024


def deliver(
    state: State,
    upn: str,
    raw: bytes,
    *,
    folder: str = "Inbox",
    received_at: datetime | None = None,
    is_read: bool = False,
) -> str:
    """Put one message into a folder of a person's mailbox; its immutable id."""
    with state.write():
        owner, place = _place(state, upn, folder)
        row = _save(state, owner, place, raw, received_at or state.now(), is_read=is_read)
    announce(state, owner["id"], "created", row)
    return str(row["immutable_id"])


def import_mbox(state: State, upn: str, mbox: bytes, *, folder: str = "Inbox") -> int:
    """Each message of an mbox, received when its Date says; the number of them."""
    with tempfile.NamedTemporaryFile(suffix=".mbox") as file:
        Path(file.name).write_bytes(mbox)
        box = mailbox.mbox(file.name, create=False)
        raws = [box.get_bytes(key) for key in box.keys()]  # noqa: SIM118  # a mailbox is no dict
    with state.write():
        owner, place = _place(state, upn, folder)
        rows = [
            _save(state, owner, place, raw, mime.parse(raw).sent_at or state.now(), is_read=True)
            for raw in raws
        ]
    if rows:
        announce(state, owner["id"], "created", rows[-1])
    return len(rows)


def _place(state: State, upn: str, folder: str) -> tuple[Row, Row]:
    owner = directory.person(state, upn)
    if owner is None or not owner["has_mailbox"]:
        raise GraphFault(404, "ErrorItemNotFound", f"There is no mailbox of {upn}.")
    found = folders.named(state, owner["id"], folder)
    if found is None:
        raise GraphFault(404, "ErrorItemNotFound", f"{upn} has no folder {folder}.")
    return owner, found


def _save(
    state: State, owner: Row, place: Row, raw: bytes, received_at: datetime, *, is_read: bool
) -> Row:
    if len(raw) > LARGEST:
        raise GraphFault(413, "ErrorMessageSizeExceeded", "The message is larger than 35 MB.")
    parsed = mime.parse(raw)
    item = resource.message(
        parsed,
        received_at=received_at.astimezone(UTC),
        is_draft=place["well_known"] == "drafts",
        rewrite=rewriting(state),
    )
    row = store.save_message(
        state,
        oid=owner["id"],
        folder_id=place["id"],
        item=item,
        text=parsed.text,
        headers=resource.headers(parsed),
        raw=raw,
    )
    if is_read:
        store.change_message(state, row | {"place": _place_of(state, row)}, is_read=1)
    return row


def _place_of(state: State, row: Row) -> int:
    found = state.row("select place from messages where immutable_id = ?", (row["immutable_id"],))
    return int(found["place"]) if found else 0


def rewriting(state: State) -> Callable[[str], str]:
    """With the switch off, aliases of the tenant's people become primary addresses."""
    if state.setting("sendFromAlias"):
        return lambda address: address
    primaries = dict(_aliases(state))
    return lambda address: primaries.get(address.lower(), address)


def _aliases(state: State) -> Iterable[tuple[str, str]]:
    for person in directory.people(state):
        primary, *aliases = directory.addresses_of(person) or [""]
        for alias in aliases:
            yield alias.lower(), primary


def announce(state: State, oid: str, change: str, row: Row) -> None:
    """Tell the subscriptions that watch this mailbox."""
    subscriptions.announce(
        state, oid, change, message_id=row["immutable_id"], folder_id=row["folder_id"]
    )
