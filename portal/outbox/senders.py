"""The addresses that a person may write from, and the reason why one cannot send now."""

from dataclasses import dataclass

from portal.errors import NotAllowed
from portal.graph.errors import NeedsReconnect, PermissionMissing
from portal.microsoft365 import authorization_store, connections, consent_store
from portal.microsoft365.clients import Microsoft365
from portal.microsoft365.permissions import Feature, is_covered
from portal.outbox import sender_store, store
from portal.outbox.models import AliasProof, Mail
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
    addresses Portal has not read. `test` is the latest test of it.
    """

    account_id: str
    alias_id: str | None
    address: str
    name: str
    is_primary: bool
    is_shared: bool
    primary_address: str
    proof: AliasProof | None = None
    test: Mail | None = None
    lack: str | None = None

    @property
    def key(self) -> str:
        """Its name in a form."""
        return self.alias_id or self.account_id

    @property
    def can_connect(self) -> bool:
        """Whether it lacks only a connection with more permissions."""
        return self.lack in (CONNECT, RECONNECT)


def senders_of(rows: Rows, microsoft365: Microsoft365, author_id: str) -> list[Sender]:
    """The author's own addresses, then those of shared mailboxes that they decide for.

    A person without a mailbox has only the latter.
    """
    found = sender_store.senders(rows, author_id)
    if not sender_store.has_mailbox(rows, author_id):
        found = [each for each in found if each.is_shared]
    alias_ids = [each.alias_id for each in found if each.alias_id]
    proofs = store.proofs(rows, alias_ids)
    tests = sender_store.latest_tests(rows, alias_ids)
    lack = _Lacks(rows, microsoft365, author_id)
    primaries = {each.account_id: each.address for each in found if each.is_primary}
    return [
        _sender(
            each,
            primaries.get(each.account_id, each.address),
            proofs.get(each.alias_id or ""),
            tests.get(each.alias_id or ""),
            lack.of(each),
        )
        for each in found
    ]


def _sender(
    row: SenderRow, primary: str, proof: AliasProof | None, test: Mail | None, lack: str | None
) -> Sender:
    return Sender(
        account_id=row.account_id,
        alias_id=row.alias_id,
        address=row.address,
        name=row.name,
        is_primary=row.is_primary,
        is_shared=row.is_shared,
        primary_address=primary,
        proof=proof,
        test=test,
        lack=lack,
    )


class _Lacks:
    """Why mailboxes cannot send now, with few statements for any number of them.

    The organization's consent is enough for every mailbox of its tenant; else the author's own
    connection has to allow it.
    """

    def __init__(self, rows: Rows, microsoft365: Microsoft365, author_id: str) -> None:
        self._rows = rows
        self._author_id = author_id
        self._is_off = (
            not microsoft365.is_configured or platforms.enabled(rows) is not Platform.MICROSOFT_365
        )
        self._tenant = _sending_tenant(rows)
        self._own: dict[Feature, str | None] = {}

    def of(self, row: SenderRow) -> str | None:
        if self._is_off:
            return OFF
        if self._tenant is not None and row.tenant_id == self._tenant:
            return None
        is_own = row.account_id == self._author_id
        feature = Feature.SENDING if is_own else Feature.SENDING_SHARED
        if feature not in self._own:
            self._own[feature] = _lack_of_connection(self._rows, self._author_id, feature)
        return self._own[feature]


def _sending_tenant(rows: Rows) -> str | None:
    """The tenant whose mailboxes send by the organization's consent."""
    given = consent_store.consent(rows)
    if given is None or not given.is_working or not is_covered(Feature.SENDING, given.roles):
        return None
    return given.tenant_id if authorization_store.sends_by_consent(rows) else None


def _lack_of_connection(rows: Rows, author_id: str, feature: Feature) -> str | None:
    try:
        connections.usable(rows, author_id, feature)
    except NeedsReconnect as lapsed:
        return RECONNECT if type(lapsed) is NeedsReconnect else CONNECT
    except PermissionMissing:
        return CONNECT
    except NotAllowed as refusal:
        return str(refusal)
    return None
