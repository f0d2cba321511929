"""Senders of a message: the mailbox that From names, and the person who writes for it.

https://learn.microsoft.com/graph/outlook-send-mail-from-other-user
"""

import email.utils
from dataclasses import dataclass

from sandbox.database import Row, State
from sandbox.directory import store as directory
from sandbox.errors import GraphError
from sandbox.rights import store

DENIED = (
    "The user account which was used to submit this request does not have the right to"
    " send mail on behalf of the specified sending account."
)


@dataclass(frozen=True)
class Writer:
    """The person who sends, and what the client may do in their name.

    `right` chooses between Send As and Send on Behalf. Without it Send As comes first.
    """

    row: Row
    writes_for_others: bool = True
    right: str | None = None


def headers(
    state: State, owner: Row, wanted: str | None, writer: Writer | None = None
) -> dict[str, str | None]:
    """Write From, and Sender for mail on behalf. Refuses a writer without a right.

    `owner` is the mailbox at which the message is sent.
    """
    writer = writer or Writer(owner)
    origin, address = _origin(state, owner, wanted)
    right = None if origin["id"] == writer.row["id"] else _right(state, origin, writer)
    person = writer.row["display_name"], directory.addresses_of(writer.row)[0]
    return {
        "From": email.utils.formataddr((origin["display_name"], address)),
        "Sender": email.utils.formataddr(person) if right == store.SEND_ON_BEHALF else None,
    }


def _origin(state: State, owner: Row, wanted: str | None) -> tuple[Row, str]:
    """Find the mailbox of an address, and the address in its own spelling."""
    if wanted is None:
        return owner, directory.addresses_of(owner)[0]
    known = (owner, directory.owner_of(state, wanted))
    origin = next((one for one in known if one and _own(one, wanted)), None)
    if origin is None:
        raise GraphError(403, "ErrorSendAsDenied", DENIED)
    return origin, _own(origin, wanted)


def _own(row: Row, wanted: str) -> str:
    found = (one for one in directory.addresses_of(row) if one.lower() == wanted.lower())
    return next(found, "")


def _right(state: State, origin: Row, writer: Writer) -> str:
    """Name the right that the writer uses in another's mailbox."""
    asked = (writer.right,) if writer.right else (store.SEND_AS, store.SEND_ON_BEHALF)
    held = (one for one in asked if store.has(state, origin["id"], writer.row["id"], one))
    right = next(held, None) if writer.writes_for_others else None
    if right is None:
        raise GraphError(403, "ErrorSendAsDenied", DENIED)
    return right
