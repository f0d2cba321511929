"""Mail that tests put into the outbox."""

from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

from portal.outbox import intake
from portal.outbox.models import UNDO, Kind, Mail, Queued, Route, State
from portal.outbox.recipients import read
from portal.storage.ids import new_id
from portal.storage.rows import Rows
from tests.support import builders

NOW = datetime(2026, 11, 24, 10, 15, tzinfo=UTC)
ROSA = "rosa.ortega@mail.example"
TALENT = "talent@northwind.example"


def cast(rows: Rows) -> None:
    """Priya with two included addresses, one left out, a shared mailbox of hers, and Rosa."""
    builders.user(rows, "Priya Kaur")
    builders.user(rows, "Sam Lee")
    builders.mailbox(rows, "priya")
    builders.alias(rows, "priya", "priya@northwind.example", is_primary=1, is_included=1)
    builders.alias(rows, "priya", TALENT, is_included=1)
    builders.alias(rows, "priya", "p.kaur@northwind.example")
    builders.shared_mailbox(rows, "Jobs", owners=["priya"])
    builders.candidate(rows, "Rosa Ortega", ROSA, now=NOW)


def from_priya(mail_id: str, *, at: datetime, **changes: Any) -> Mail:
    """A mail from Priya's talent@ to Rosa that waits since then."""
    usual: dict[str, Any] = {
        "id": mail_id,
        "kind": Kind.PERSON,
        "route": Route.MICROSOFT,
        "author_id": "priya",
        "author_name": "Priya Kaur",
        "account_id": "priya",
        "through_id": "priya",
        "candidate_id": "rosa",
        "alias_id": None,
        "from_address": TALENT,
        "from_name": "Priya Kaur",
        "answers_message_id": None,
        "is_in_thread": False,
        "subject": "Your interview on Thursday",
        "text": "Hi Rosa,\n\nsee you on Thursday.",
        "signature": "",
        "state": State.WAITING,
        "created_at": at,
        "free_at": at + UNDO,
        "due_at": at + UNDO,
    }
    assert changes.keys() <= {each.name for each in fields(Mail)}
    return Mail(**usual | changes)


def queued(*, to: str = ROSA, cc: str = "", files: Any = (), **changes: Any) -> Queued:
    """A mail of Priya's from talent@ to Rosa, not stored yet."""
    mail = from_priya(new_id(), at=NOW, **{"alias_id": "talent"} | changes)
    return Queued(mail, read(to, cc), tuple(files))


def queue(rows: Rows, **changes: Any) -> Mail:
    """The same, waiting in the outbox."""
    return intake.queue(rows, queued(**changes), now=NOW)
