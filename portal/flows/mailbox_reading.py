"""The return of a member by whose permission Portal is to read a shared mailbox."""

from dataclasses import replace

from portal.flash_texts import Flash
from portal.flows.declarations import Visitor
from portal.flows.flash_texts import ConnectionFlash
from portal.graph.errors import Gone, GraphError, MailboxMissing, PermissionMissing, Unavailable
from portal.graph.links import segment
from portal.microsoft365 import authorization_store, consent_store, store
from portal.microsoft365.models import Connection, Reader
from portal.storage.rows import Rows

# A page ends within ten seconds, the trade of the code included.
SECONDS = 3.0


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


def told(rows: Rows, account_id: str, connection: Connection, refusal: GraphError | None) -> Flash:
    """Say what holds now, from the read that was tried."""
    reader = authorization_store.reader_of(rows, account_id)
    sentence = _opened(rows, account_id) if refusal is None else _not_opened(refusal)
    is_other = reader is not None and reader.user_id != connection.user_id
    if refusal is not None and is_other:
        is_untried = isinstance(refusal, Unavailable)
        sentence = (
            ConnectionFlash.KEEPS_OTHER_UNTRIED if is_untried else ConnectionFlash.KEEPS_OTHER
        )
    return sentence.of(
        mailbox=authorization_store.readable_shared(rows, account_id, connection.user_id) or "",
        address=connection.address,
        name=connection.display_name,
        other=reader.name if reader else "",
        refusal=_refused(reader, refusal),
    )


def _opened(rows: Rows, account_id: str) -> ConnectionFlash:
    is_off = consent_store.has_opted_out(rows, account_id)
    return ConnectionFlash.OPENED_OFF if is_off else ConnectionFlash.OPENED


def _not_opened(refusal: GraphError) -> ConnectionFlash:
    if isinstance(refusal, MailboxMissing | Gone):
        return ConnectionFlash.NO_MAILBOX
    if isinstance(refusal, Unavailable):
        return ConnectionFlash.NO_ANSWER
    return ConnectionFlash.NOT_OPENED


def _refused(reader: Reader | None, refusal: GraphError | None) -> str:
    return reader.refused if reader and isinstance(refusal, PermissionMissing) else str(refusal)
