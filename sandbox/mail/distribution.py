"""Distribution of a sent message: Sent Items, colleagues, and addresses outside."""

import re

from sandbox import subscriptions
from sandbox.database import Row, State
from sandbox.directory import store as directory
from sandbox.groups import addresses
from sandbox.mail import bounces, delivery, folders, store
from sandbox.mime import parser
from sandbox.rights import copies

BCC = re.compile(rb"(?im)^bcc:[^\n]*\n(?:[ \t][^\n]*\n)*")


def send(
    state: State, sender: Row, raw: bytes, *, save: bool = True, recipients: list[str]
) -> Row | None:
    """Deliver to each mailbox once, and save a copy. Only the sender's copy keeps Bcc."""
    own = None
    with state.write():
        place = folders.by_id(state, sender["id"], "sentitems")
        if save and place:
            own = delivery.save_raw(state, place, raw, state.now(), is_read=True)
    distribute(state, sender, raw, recipients)
    if own:
        subscriptions.announce(state, "created", own)
    return own


def distribute(state: State, sender: Row, raw: bytes, recipients: list[str]) -> None:
    """Deliver one copy to each colleague, however they are addressed, and one outside.

    The mailbox that From names may keep one as well.
    """
    copies.keep(state, sender, raw)
    copy, own_domain = without_bcc(raw), f"@{state.setting('domain')}"
    served: set[str] = set()
    for address in addresses.with_members(state, [one.lower() for one in recipients]):
        owner = directory.owner_of(state, address)
        if owner is None and address.endswith(own_domain):
            bounces.bounce(state, sender, raw, address)
        elif owner is None:
            _send_outside(state, address, copy)
        elif owner["id"] not in served:
            served.add(owner["id"])
            delivery.deliver(state, owner["upn"], copy)


def _send_outside(state: State, address: str, raw: bytes) -> None:
    kept = delivery.content_of(state, "outside", raw, state.now())
    store.save_outside(state, address, kept.item, kept.text)


def without_bcc(raw: bytes) -> bytes:
    """Remove Bcc from the head only: a body may quote a line that begins the same."""
    end = re.search(rb"\r?\n\r?\n", raw)
    cut = end.end() if end else len(raw)
    return BCC.sub(b"", raw[:cut]) + raw[cut:]


def recipients_of(raw: bytes) -> list[str]:
    """List every address in To, Cc and Bcc."""
    parsed = parser.parse(raw)
    names = ("to", "cc", "bcc")
    return [address for name in names for _, address in parsed.addresses(name)]
