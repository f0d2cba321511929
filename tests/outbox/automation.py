"""Automated mail in tests: its mailbox is chosen, its route settled, and its limit used up."""

from datetime import datetime

from portal import clock
from portal.audit.act import Act
from portal.audit.models import Actor
from portal.outbox import automated
from portal.outbox.models import Mail
from portal.storage.rows import Rows
from tests.outbox.office import Office
from tests.support.raw_rows import raw

ALEX = Actor(id="alex", name="Alex Berg")


def choose(office: Office, account_id: str) -> None:
    services = office.env.services
    act = Act(office.env.rows, ALEX, clock.utc_now())
    automated.choose(act, services.vault, services.config, account_id)


def settle(office: Office) -> None:
    services = office.env.services
    automated.settle(office.env.rows, services.vault, services.config, now=clock.utc_now())


def went_before(rows: Rows, mail: Mail, times: list[datetime], outcome: str = "accepted") -> None:
    """Calls that Portal made for automated mail at these times."""
    raw(rows).table("outbox_attempts").insert_all(
        {
            "outbox_id": mail.id,
            "number": number + 100,
            "through_id": mail.through_id,
            "stage": "consent",
            "started_at": clock.text(at),
            "ended_at": clock.text(at),
            "outcome": outcome,
        }
        for number, at in enumerate(times)
    )
