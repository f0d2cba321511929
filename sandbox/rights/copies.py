"""Copies that a mailbox keeps of what others send as it, or on its behalf.

https://learn.microsoft.com/powershell/module/exchange/set-mailbox
"""

from sandbox import subscriptions
from sandbox.database import Row, State
from sandbox.directory import store as directory
from sandbox.mail import delivery, folders
from sandbox.mail.extended_properties import Properties
from sandbox.mime import parser
from sandbox.rights import store


def keep(state: State, owner: Row, raw: bytes, properties: Properties) -> Row | None:
    """Keep a second copy in the mailbox that From names, if it asks for one.

    Mail that was sent at the mailbox itself is in its Sent Items already.
    """
    parsed = parser.parse(raw)
    named = parsed.addresses("from")
    origin = directory.owner_of(state, named[0][1]) if named else None
    if origin is None or origin["id"] == owner["id"]:
        return None
    kept = store.copies(state, origin["id"])
    if not (kept.of_send_on_behalf if parsed.header("sender") else kept.of_send_as):
        return None
    with state.write():
        place = folders.by_id(state, origin["id"], "sentitems")
        row = place and delivery.save_raw(
            state, place, raw, state.now(), is_read=True, properties=properties
        )
    if row:
        subscriptions.announce(state, "created", row)
    return row
