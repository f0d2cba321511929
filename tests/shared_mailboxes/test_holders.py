"""The owners of a shared mailbox hold what lies in it, as others hold their own mail."""

from datetime import datetime

from portal.storage.rows import Rows
from tests.email import messages
from tests.email.messages import Message
from tests.support import builders


def holders(rows: Rows) -> set[tuple[str, str]]:
    return set(rows.all(tuple, "select message_id, user_id from mail_holders"))


def test_copies_of_a_shared_mailbox_are_its_owners(team: Rows, now: datetime) -> None:
    builders.mailbox(team, "priya")
    builders.mailbox(team, "alex")
    builders.candidate(team, "Rosa Ortega", "rosa.ortega@mail.example", now=now)
    messages.keep(team, Message("shared", brought=(("jobs", None),)), now=now)
    messages.keep(team, Message("both", brought=(("jobs", None), ("alex", None))), now=now)

    assert holders(team) == {("shared", "priya"), ("both", "priya"), ("both", "alex")}
