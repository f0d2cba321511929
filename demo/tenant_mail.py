"""Fills Priya's practice mailbox, once."""

from datetime import UTC, datetime
from typing import Any

from demo.cast import PRIYA
from demo.history import history
from demo.mailbox import folder_of, mbox
from demo.practice_tenant import PracticeTenant


def fill_mailbox(tenant: PracticeTenant) -> None:
    """A mailbox that holds something is left as it is: the demo goes on where it stopped."""
    if person(tenant.state(), PRIYA.address)["messages"]:
        return
    by_folder: dict[str, list[bytes]] = {}
    for letter, raw in history(datetime.now(UTC)):
        by_folder.setdefault(folder_of(letter), []).append(raw)
    for folder, messages in by_folder.items():
        tenant.import_mbox(PRIYA.address, mbox(messages), folder=folder)


def person(state: dict[str, Any], address: str) -> dict[str, Any]:
    """Somebody of the practice tenant, by their address."""
    found: dict[str, Any] = next(user for user in state["users"] if user["mail"] == address)
    return found
