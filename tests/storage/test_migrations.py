"""Kept mail survives the migrations that change its tables."""

from datetime import datetime
from pathlib import Path

from portal.storage.migrations import MIGRATIONS
from portal.storage.sqlite_rows import SqliteRows
from portal.storage.upgrade import upgrade
from tests.support import builders
from tests.support.raw_rows import raw


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
