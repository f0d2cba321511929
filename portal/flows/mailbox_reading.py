"""The return of a member by whose permission Portal is to read a shared mailbox."""

from dataclasses import dataclass, replace

from portal.flows.declarations import Visitor
from portal.graph.errors import Gone, GraphError, MailboxMissing, PermissionMissing, Unavailable
from portal.graph.links import segment
from portal.microsoft365 import authorization_store, consent_store, store
from portal.microsoft365.models import Connection, Reader
from portal.storage.rows import Rows

# A page ends within ten seconds, the trade of the code included.
SECONDS = 3.0
OPENED = "Portal opened {mailbox} by the permission of {name}, and syncs it from now on."
OPENED_OFF = (
    "Portal opened {mailbox} by the permission of {name}. Its email sync is off until an owner "
    "turns it on."
)
KEEPS_OTHER = (
    "Microsoft does not let {name} open {mailbox}, so {other} goes on reading it. {address} is "
    "connected."
)
KEEPS_OTHER_UNTRIED = (
    "Microsoft did not answer in time, so {other} goes on reading {mailbox}. {address} is "
    "connected. Try again later."
)
NO_MAILBOX = "{address} is connected. Microsoft has no mailbox {mailbox} in Exchange Online."
NO_ANSWER = (
    "{address} is connected. Microsoft did not answer in time, so Portal has not opened {mailbox} "
    "yet. The next sync tries."
)
NOT_OPENED = "{address} is connected, and Portal could not open {mailbox}. {refusal}"


@dataclass(frozen=True)
class Told:
    """The state after the return, as a sentence and its kind."""

    sentence: str
    kind: str


def refusal_of(
    visitor: Visitor, account_id: str, *, access_token: str, object_id: str
) -> GraphError | None:
    """Open the mailbox with the member's token. Returns Microsoft's refusal, if it refuses."""
    microsoft365 = visitor.services.microsoft365
    shared = store.object_id_of_shared(visitor.services.rows, account_id) or ""
    own = microsoft365.client_with(access_token, object_id, patience=SECONDS)
    graph = replace(own, mailbox_path=f"/users/{segment(shared)}")
    try:
        graph.get("mailFolders/inbox", query={"$select": "id"})
    except GraphError as error:
        return error
    return None


def takes_over(rows: Rows, account_id: str, user_id: str, refusal: GraphError | None) -> bool:
    """Whether the member becomes the reader. One who did not open it displaces nobody who can."""
    if refusal is None:
        return True
    reader = authorization_store.reader_of(rows, account_id)
    return reader is None or reader.loss is not None or reader.user_id == user_id


def told(rows: Rows, account_id: str, connection: Connection, refusal: GraphError | None) -> Told:
    """Say what holds now, from the read that was tried."""
    reader = authorization_store.reader_of(rows, account_id)
    sentence = _opened(rows, account_id) if refusal is None else _not_opened(refusal)
    is_other = reader is not None and reader.user_id != connection.user_id
    if refusal is not None and is_other:
        sentence = KEEPS_OTHER_UNTRIED if isinstance(refusal, Unavailable) else KEEPS_OTHER
    said = sentence.format(
        mailbox=authorization_store.readable_shared(rows, account_id, connection.user_id),
        address=connection.address,
        name=connection.display_name,
        other=reader.name if reader else "",
        refusal=_refused(reader, refusal),
    )
    return Told(said, "success" if refusal is None else "warning")


def _opened(rows: Rows, account_id: str) -> str:
    return OPENED_OFF if consent_store.has_opted_out(rows, account_id) else OPENED


def _not_opened(refusal: GraphError) -> str:
    if isinstance(refusal, MailboxMissing | Gone):
        return NO_MAILBOX
    return NO_ANSWER if isinstance(refusal, Unavailable) else NOT_OPENED


def _refused(reader: Reader | None, refusal: GraphError | None) -> str:
    return reader.refused if reader and isinstance(refusal, PermissionMissing) else str(refusal)
