"""Distribution of a sent message: Sent Items, colleagues, and addresses outside."""

import re
from dataclasses import dataclass, field

from sandbox import subscriptions
from sandbox.database import Row, State
from sandbox.directory import store as directory
from sandbox.errors import GraphError
from sandbox.groups import addresses
from sandbox.mail import delivery, folders
from sandbox.mail.extended_properties import Properties
from sandbox.mime import parser
from sandbox.rights import copies
from sandbox.sending import bounces, later, ledger, switches
from sandbox.sending.later import Later

BCC = re.compile(rb"(?im)^bcc:[^\n]*\n(?:[ \t][^\n]*\n)*")


@dataclass(frozen=True)
class Outgoing:
    """A message under way: its raw form, and the properties that stay in the organization."""

    raw: bytes
    properties: Properties = field(default_factory=list)

    def require_recipients(self) -> list[str]:
        """List every address in To, Cc and Bcc. Refuses a message without one."""
        parsed = parser.parse(self.raw)
        found = [address for name in ("to", "cc", "bcc") for _, address in parsed.addresses(name)]
        if not found:
            raise GraphError(400, "ErrorInvalidRecipients", "At least one recipient isn't valid.")
        return found


def send(state: State, sender: Row, mail: Outgoing, *, save: bool = True) -> None:
    """Deliver to each mailbox once, and save a copy. Only the sender's copy keeps Bcc."""
    mail.require_recipients()
    own = _copy(state, sender, mail) if save else None
    distribute(state, sender, mail)
    if own:
        subscriptions.announce(state, "created", own)


def _copy(state: State, sender: Row, mail: Outgoing) -> Row | None:
    """Save the sender's copy now. Returns None if it is saved later, or never."""
    rules = switches.of_mailbox(state, sender["id"])
    if not rules.keeps_copy:
        return None
    if rules.copy_delay:
        kept = Later("sentitems", mail.raw, mail.properties, True, rules.copy_waits_in)
        later.put(state, sender, kept, seconds=rules.copy_delay)
        return None
    with state.write():
        place = folders.by_id(state, sender["id"], "sentitems")
        if place is None:
            return None
        return delivery.save_raw(
            state, place, mail.raw, state.now(), is_read=True, properties=mail.properties
        )


def distribute(state: State, sender: Row, mail: Outgoing) -> None:
    """Deliver one copy to each colleague, however they are addressed, and one outside.

    The mailbox that From names may keep one as well.
    """
    recipients = [one.lower() for one in mail.require_recipients()]
    copies.keep(state, sender, mail.raw, mail.properties)
    raw = without_bcc(mail.raw)
    rules = switches.of_mailbox(state, sender["id"])
    properties = mail.properties if rules.properties_reach_colleagues else []
    served: set[str] = set()
    for address in addresses.with_members(state, recipients):
        owner = directory.owner_of(state, address)
        notices = bounces.notices(state, address, owner)
        if notices:
            bounces.bounce(state, sender, raw, address, notices)
            ledger.record(state, raw, address, mailbox=owner, fate=notices[-1].fate)
        elif owner is None:
            ledger.record(state, raw, address)
        elif owner["id"] not in served:
            served.add(owner["id"])
            delivery.deliver(state, owner["upn"], raw, properties=properties)
            ledger.record(state, raw, address, mailbox=owner)


def without_bcc(raw: bytes) -> bytes:
    """Remove Bcc from the head only: a body may quote a line that begins the same."""
    end = re.search(rb"\r?\n\r?\n", raw)
    cut = end.end() if end else len(raw)
    return BCC.sub(b"", raw[:cut]) + raw[cut:]
