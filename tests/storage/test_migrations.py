"""Kept mail survives the migrations that change its tables."""

from datetime import datetime
from itertools import takewhile
from pathlib import Path

from portal.storage.migrations import MIGRATIONS, Migration
from portal.storage.sqlite_rows import SqliteRows
from portal.storage.upgrade import upgrade
from tests.support import builders
from tests.support.raw_rows import raw


def test_copies_belong_to_the_account_of_their_address(tmp_path: Path, now: datetime) -> None:
    """One in Priya's mailbox was sent as a shared one."""
    rows = SqliteRows(tmp_path / "portal.db")
    upgrade(rows, backups=None, migrations=[*takewhile(_is_before_accounts, MIGRATIONS)])
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


def _is_before_accounts(migration: Migration) -> bool:
    return migration.name < "0037"


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
