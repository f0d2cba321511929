"""Shared mailboxes that have a license: only an administrator can tell them from people."""

from datetime import datetime

from portal.audit.act import Act
from portal.audit.actions import Action
from portal.directory import store
from portal.errors import Conflict, NotFound
from portal.storage.rows import Rows

SOURCE = (
    "{label} is read as a shared mailbox. Remove it under Privacy, Shared mailboxes, before you "
    "call it a person."
)


def set_shared(act: Act, object_id: str, *, shared: bool) -> str:
    """Mark an entry as a shared mailbox or as a person again. Returns its name and address.

    Nobody is imported for a shared mailbox, and the next run disables who was. To undo a mark, the
    directory is read whole again: it alone knows what else the entry is. Does nothing if that
    already holds.
    """
    with act.rows.write():
        label = store.entry_label(act.rows, object_id)
        if label is None:
            raise NotFound
        if (object_id in store.shared_mailboxes(act.rows)) == shared:
            return label
        if not shared and store.is_source(act.rows, object_id):
            raise Conflict(SOURCE.format(label=label))
        if shared:
            store.save_shared_mailbox(act.rows, object_id, marked_by=act.actor.name, now=act.now)
        else:
            unmark(act.rows, object_id, now=act.now)
        store.make_due(act.rows, now=act.now)
        act.record(
            Action.SHARED_MAILBOX_MARKED if shared else Action.SHARED_MAILBOX_UNMARKED, label
        )
    return label


def unmark(rows: Rows, object_id: str, *, now: datetime) -> None:
    """Let user sync find out again what an entry is. Belongs inside write()."""
    store.delete_shared_mailbox(rows, object_id)
    store.ask_whole_read(rows, now=now)
