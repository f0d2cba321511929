"""Conversion of mailboxes between shared ones and those of people.

https://learn.microsoft.com/exchange/recipients-in-exchange-online/convert-a-mailbox
"""

from typing import Any

from sandbox.database import Row, State
from sandbox.directory import licenses
from sandbox.directory import store as directory

PURPOSES = ("shared", "user")


def convert(state: State, mailbox: Row, purpose: str) -> None:
    """Change what a mailbox is for. Its id, its mail and its addresses stay.

    A shared mailbox needs no license. One of a person is closed until a license opens it.
    """
    if purpose not in PURPOSES:
        raise ValueError(f"A mailbox becomes one of {', '.join(PURPOSES)}.")
    if purpose == "shared" and not mailbox["has_mailbox"]:
        raise ValueError("Only a mailbox that opens can become a shared one.")
    columns: dict[str, Any] = {"purpose": purpose}
    if purpose == "user":
        columns["has_mailbox"] = int(licenses.has_mailbox(licenses.held(mailbox)))
    directory.change(state, mailbox["id"], columns)
