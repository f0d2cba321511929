"""The addresses that a person may write from, and why one of them cannot send now."""

from dataclasses import dataclass

from portal.errors import NotAllowed
from portal.graph.errors import NeedsReconnect, PermissionMissing
from portal.microsoft365 import connections, coverage
from portal.microsoft365.clients import Microsoft365
from portal.microsoft365.permissions import Feature
from portal.outbox import sender_store, store
from portal.outbox.models import AliasProof
from portal.outbox.sender_store import SenderRow
from portal.storage import platforms
from portal.storage.platforms import Platform
from portal.storage.rows import Rows

OFF = "Microsoft 365 is not set up in Portal, so no mail can be sent."
CONNECT = "Portal may not send mail for you yet."
RECONNECT = "Your connection to Microsoft 365 has lapsed."


@dataclass(frozen=True)
class Sender:
    """An address to write from. `lack` says why it cannot send now; None if it can.

    `name` is the account's: Exchange shows no other. `alias_id` is None for an account whose
    addresses Portal has not read.
    """

    account_id: str
    alias_id: str | None
    address: str
    name: str
    is_primary: bool
    is_shared: bool
    primary_address: str
    proof: AliasProof | None = None
    lack: str | None = None

    @property
    def key(self) -> str:
        """Its name in a form."""
        return self.alias_id or self.account_id


def senders_of(rows: Rows, microsoft365: Microsoft365, author_id: str) -> list[Sender]:
    """The author's own addresses, then those of shared mailboxes that they decide for.

    A person without a mailbox has only the latter.
    """
    found = sender_store.senders(rows, author_id)
    if not sender_store.has_mailbox(rows, author_id):
        found = [each for each in found if each.is_shared]
    proofs = store.proofs(rows, [each.alias_id for each in found if each.alias_id])
    lacks = {
        each: lack_of(rows, microsoft365, author_id, each)
        for each in dict.fromkeys(one.account_id for one in found)
    }
    primaries = {each.account_id: each.address for each in found if each.is_primary}
    return [
        _sender(
            each,
            primaries.get(each.account_id, each.address),
            proofs.get(each.alias_id or ""),
            lacks[each.account_id],
        )
        for each in found
    ]


def _sender(row: SenderRow, primary: str, proof: AliasProof | None, lack: str | None) -> Sender:
    return Sender(
        account_id=row.account_id,
        alias_id=row.alias_id,
        address=row.address,
        name=row.name,
        is_primary=row.is_primary,
        is_shared=row.is_shared,
        primary_address=primary,
        proof=proof,
        lack=lack,
    )


def lack_of(rows: Rows, microsoft365: Microsoft365, author_id: str, account_id: str) -> str | None:
    """Why an author cannot send through a mailbox now. None if they can.

    The organization's consent is enough for every mailbox; else the author's own connection has
    to allow it.
    """
    if not microsoft365.is_configured or platforms.enabled(rows) is not Platform.MICROSOFT_365:
        return OFF
    try:
        if coverage.covers(rows, account_id, Feature.SENDING) is not None:
            return None
        own = Feature.SENDING if account_id == author_id else Feature.SENDING_SHARED
        connections.usable(rows, author_id, own)
    except NeedsReconnect as lapsed:
        return RECONNECT if type(lapsed) is NeedsReconnect else CONNECT
    except PermissionMissing:
        return CONNECT
    except NotAllowed as refusal:
        return str(refusal)
    return None
