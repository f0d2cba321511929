"""A refusal of a shared mailbox, in words for its owners: its reader may be somebody else."""

from portal.graph.errors import (
    GraphError,
    MailboxFenced,
    NeedsReconnect,
    PermissionMissing,
    TokenRefused,
)
from portal.microsoft365 import coverage
from portal.microsoft365.models import Reader, ReaderLoss
from portal.shared_mailboxes.models import Account
from portal.storage.rows import Rows

NOT_ACCEPTED = (
    "Microsoft did not accept the authorization of {name}, who reads this mailbox. They can "
    "reconnect under Microsoft 365, or another member reads it."
)


def sentence(rows: Rows, account: Account, error: GraphError) -> str:
    """The refusal with its cure, which is the reader's while a member reads the mailbox."""
    reader = coverage.reader_in_use(rows, account.id) if account.is_shared else None
    return str(error) if reader is None else _of_reader(reader, error)


def _of_reader(reader: Reader, error: GraphError) -> str:
    if isinstance(error, MailboxFenced):
        return reader.refused
    if isinstance(error, NeedsReconnect) and reader.loss is not None:
        return reader.loss.sentence(reader.name)
    if isinstance(error, PermissionMissing):
        return ReaderLoss.NOT_GRANTED.sentence(reader.name)
    if isinstance(error, NeedsReconnect | TokenRefused):
        return NOT_ACCEPTED.format(name=reader.name)
    return str(error)
