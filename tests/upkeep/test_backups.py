"""A backup is complete, of one moment, and closed to others."""

import stat
import threading
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from portal import clock
from portal.services import Services
from portal.storage.database import open_file
from portal.upkeep import backups
from tests.support.raw_rows import raw
from tests.upkeep import rows


def test_backup_is_one_file_for_its_owner(backup: Path, services: Services) -> None:
    beside = sorted(path.name for path in backup.parent.iterdir())

    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert beside == ["backup.db", "instance"]
    log = raw(services.rows).query("select action from audit_log order by rowid")
    audited = [row["action"] for row in log]
    assert audited[-1] == "backup taken"


def test_backup_holds_no_key_and_no_plain_token(backup: Path, services: Services) -> None:
    content = backup.read_bytes()

    for file in ("token.keys", "secret.key"):
        assert (services.config.instance / file).read_bytes().strip() not in content
    assert b"a refresh token of priya" not in content


def test_backup_is_counted_in_the_copy(services: Services, tmp_path: Path, now: datetime) -> None:
    rows.connect(services, "Priya Kaur", now=now)
    rows.connect(services, "Kim Lund", now=now)
    raw(services.rows).execute(
        "insert into messages (id, internet_message_id, sender_address, sender_name, recipients, "
        "subject, body, is_cut, sent_at, created_at) "
        "values ('m', 'i', 'rosa@mail.example', 'Rosa', '[]', 'Hello', '', 0, ?, ?)",
        [clock.text(now)] * 2,
    )

    taken = backups.back_up(services, tmp_path / "b.db", now=now)

    assert taken == backups.Backup((tmp_path / "b.db").stat().st_size, people=2, messages=1)


def test_backup_refuses_a_file_that_exists(
    services: Services, tmp_path: Path, now: datetime
) -> None:
    kept = tmp_path / "kept.db"
    kept.write_text("somebody's")

    with pytest.raises(backups.Refused) as refusal:
        backups.back_up(services, kept, now=now)

    assert str(refusal.value) == f"{kept} exists already. Name a file that does not exist yet."
    assert kept.read_text() == "somebody's"


def test_backup_into_a_missing_folder_is_refused(
    services: Services, tmp_path: Path, now: datetime
) -> None:
    with pytest.raises(backups.Refused) as refusal:
        backups.back_up(services, tmp_path / "gone" / "b.db", now=now)

    assert "cannot be written" in str(refusal.value)


def test_backup_of_rows_being_written_is_a_moment_of_them(
    services: Services, tmp_path: Path, now: datetime
) -> None:
    """Two rows that are always written together are both in it, or neither is."""
    rows.connect(services, "Priya Kaur", now=now)
    ends = threading.Event()

    def write_pairs() -> None:
        number = 0
        while not ends.is_set():
            number += 1
            with services.rows.write():
                for table in ("a", "b"):
                    raw(services.rows).execute(
                        "insert into rate_limits values (?, ?, 0)", [table, str(number)]
                    )

    writer = threading.Thread(target=write_pairs)
    writer.start()
    try:
        for number in range(10):
            backups.back_up(services, tmp_path / f"{number}.db", now=now)
    finally:
        ends.set()
        writer.join()

    counts = []
    for number in range(10):
        copy = open_file(tmp_path / f"{number}.db", read_only=True)
        with closing(copy.conn):
            pairs = copy.query("select bucket, count(*) as n from rate_limits group by bucket")
            counts.append([row["n"] for row in pairs])
    assert all(len(set(pair)) <= 1 for pair in counts)
    assert counts[-1] != []
