"""Take an entry off “Never sync”, and search for what it kept out."""

from portal.audit.act import Act
from portal.email import mailboxes, search_store
from portal.privacy import held_entry_store, hold_store, never_sync
from portal.privacy.models import Entry


def take_off(act: Act, entry: Entry) -> None:
    """Read the mailboxes again that the entry held for. Owners who ask are asked first.

    An owner who takes off their own entry wants what it kept out. A whole walk finds it in any
    field, and in domains, which a search by address does not.
    """
    with act.rows.write():
        never_sync.remove(act, entry)
        if entry.user_id is not None:
            search_store.walk_everywhere(act.rows, now=act.now, owner=entry.user_id)
            mailboxes.read_sent_as(act.rows, entry.user_id, now=act.now)
            return
        asking = hold_store.asking_owners(act.rows)
        held_entry_store.add(act.rows, asking, entry, asked_by=act.actor.name, now=act.now)
        search_store.walk_everywhere(act.rows, now=act.now, besides=asking)
