"""Kept mail survives the migrations that change its tables."""

from datetime import datetime
from pathlib import Path

from portal.storage.migrations import MIGRATIONS, Migration
from portal.storage.sqlite_rows import SqliteRows
from portal.storage.upgrade import upgrade
from tests.conversations import hidden
from tests.email import messages
from tests.email.messages import Message
from tests.support import builders
from tests.support.raw_rows import raw


def test_copies_belong_to_the_account_of_their_address(tmp_path: Path, now: datetime) -> None:
    """One in Priya's mailbox was sent as a shared one."""
    rows = SqliteRows(tmp_path / "portal.db")
    upgrade(rows, backups=None, migrations=_before("0037"))
    mailbox_id = builders.mailbox(rows, builders.user(rows, "Priya Kaur"))
    builders.alias(rows, builders.shared_mailbox(rows, "Jobs"), "jobs@northwind.example")
    db = raw(rows)
    db.execute(
        "insert into messages (id, internet_message_id, sender_address, sender_name, recipients, "
        "subject, body, is_cut, sent_at, created_at) values ('m', '<1@x>', 'rosa@x', 'Rosa', '[]', "
        "'Hello', 'Text', 0, '2026-11-24T14:00:00Z', '2026-11-24T14:00:00Z')"
    )
    for graph_id, alias_id in (("own", None), ("sent as", "jobs")):
        db.execute(
            "insert into message_copies (mailbox_id, graph_id, message_id, alias_id, folder_id, "
            "web_link, received_at) values (?, ?, 'm', ?, 'sent', '', '2026-11-24T14:00:00Z')",
            [mailbox_id, graph_id, alias_id],
        )

    upgrade(rows, backups=None)

    copies = db.query("select graph_id, account_id from message_copies order by graph_id")
    assert [tuple(each.values()) for each in copies] == [("own", "priya"), ("sent as", "jobs")]
    (walked,) = db.query("select walked_at from mailboxes where user_id = 'priya'")
    assert walked["walked_at"] == "1970-01-01T00:00:00Z"


def _before(number: str) -> list[Migration]:
    return [each for each in MIGRATIONS if each.name < number]


def test_what_a_shared_mailbox_alone_holds_is_hidden_for_its_owners(
    tmp_path: Path, now: datetime
) -> None:
    """Priya hid one message of jobs@, and one that lies in her own mailbox too."""
    rows = SqliteRows(tmp_path / "portal.db")
    upgrade(rows, backups=None, migrations=_before("0038"))
    builders.mailbox(rows, builders.user(rows, "Priya Kaur"))
    builders.shared_mailbox(rows, "Jobs")
    messages.keep(rows, Message("shared", (), (("jobs", None),)), now=now)
    messages.keep(rows, Message("both", (), (("jobs", None), ("priya", None))), now=now)
    for each in ("shared", "both", "unknown"):
        hidden.hide(rows, [f"<{each}@mail.example>"], name=each)

    upgrade(rows, backups=None)

    found = raw(rows).query("select id, hidden_by from hidden_conversations")
    assert {each["id"]: each["hidden_by"] for each in found} == {
        "shared": "jobs",
        "both": "priya",
        "unknown": "priya",
    }


def test_messages_copies_and_attachments_are_kept(tmp_path: Path, now: datetime) -> None:
    rows = SqliteRows(tmp_path / "portal.db")
    upgrade(rows, backups=None, migrations=MIGRATIONS[:1])
    builders.user(rows, "Priya Kaur")
    mailbox_id = builders.mailbox(rows, "priya")
    db = raw(rows)
    db.execute(
        "insert into messages values ('m', '<1@x>', 'rosa@x', 'Rosa', '[]', 'Hello', "
        "'Text', 0, '2026-11-24T14:00:00Z', '2026-11-24T14:00:00Z')"
    )
    db.execute(
        "insert into message_copies values (?, 'g', 'm', null, 'inbox', '', "
        "'2026-11-24T14:00:00Z', null)",
        [mailbox_id],
    )
    db.execute(
        "insert into attachments values ('a', 'm', ?, 'g', '1', 'cv.pdf', '', 9)", [mailbox_id]
    )

    upgrade(rows, backups=None)

    assert [row["body"] for row in db["messages"].rows] == ["Text"]
    assert [row["graph_id"] for row in db["message_copies"].rows] == ["g"]
    assert [(row["name"], row["kind"]) for row in db["attachments"].rows] == [("cv.pdf", "file")]
    assert list(db.query("pragma foreign_key_check")) == []
