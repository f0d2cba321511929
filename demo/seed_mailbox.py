"""Fill Priya's mailbox in the practice tenant, once."""

from datetime import UTC, datetime

from demo.history import history
from demo.mime import folder_of, mbox
from demo.people import PRIYA
from demo.practice_tenant import PracticeTenant, person


def fill_mailbox(tenant: PracticeTenant) -> None:
    """Import the initial messages. Leaves a mailbox that has messages as it is."""
    if person(tenant.state(), PRIYA.address)["messages"]:
        return
    by_folder: dict[str, list[bytes]] = {}
    for message, raw in history(datetime.now(UTC)):
        by_folder.setdefault(folder_of(message), []).append(raw)
    for folder, raws in by_folder.items():
        tenant.import_mbox(PRIYA.address, mbox(raws), folder=folder)
