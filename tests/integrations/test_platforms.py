"""One platform at a time, also when two administrators act at once."""

import threading
from datetime import datetime
from pathlib import Path

import pytest

from portal.audit.act import Act
from portal.audit.models import Actor
from portal.errors import Conflict
from portal.integrations import platforms
from portal.storage import platforms as store
from portal.storage.platforms import Platform
from portal.storage.rows import ConstraintRefused, Rows
from portal.storage.sqlite_rows import SqliteRows
from tests.support.raw_rows import raw

BY = Actor.system("test")


def enable(rows: Rows, platform: Platform, now: datetime) -> None:
    platforms.enable(
        Act(rows, BY, now),
        platform,
    )


def test_second_platform_is_refused_by_name(rows: Rows, now: datetime) -> None:
    enable(rows, Platform.MICROSOFT_365, now)

    with pytest.raises(Conflict, match="disable Microsoft 365 first"):
        enable(rows, Platform.GOOGLE_WORKSPACE, now)

    assert store.enabled(rows) is Platform.MICROSOFT_365


def test_database_refuses_two_platforms(rows: Rows, now: datetime) -> None:
    for name in Platform:
        if name is Platform.MICROSOFT_365:
            enable(rows, name, now)
        else:
            with pytest.raises(ConstraintRefused), rows.write():
                store.save(rows, name, is_enabled=True, changed_by="somebody", now=now)


def test_enabling_twice_changes_nothing(rows: Rows, now: datetime) -> None:
    enable(rows, Platform.MICROSOFT_365, now)

    enable(rows, Platform.MICROSOFT_365, now)

    assert raw(rows)["audit_log"].count == 1


def test_one_of_two_simultaneous_enablements_wins(rows: Rows, now: datetime) -> None:
    path = Path(next(iter(raw(rows).query("pragma database_list")))["file"])
    start, refusals = threading.Barrier(8), []

    def press(platform: Platform) -> None:
        own = SqliteRows(path)
        start.wait()
        try:
            enable(own, platform, now)
        except Conflict as refusal:
            refusals.append(str(refusal))
        own.close()

    pressing = [threading.Thread(target=press, args=(each,)) for each in [*Platform] * 4]
    for thread in pressing:
        thread.start()
    for thread in pressing:
        thread.join()

    (row,) = list(raw(rows).query("select name from platforms where is_enabled = 1"))
    winner = Platform(row["name"])
    assert refusals == [f"One platform at a time: disable {winner.label} first."] * 4
    assert raw(rows)["audit_log"].count == 1


def test_one_of_two_simultaneous_disablements_counts(rows: Rows, now: datetime) -> None:
    enable(rows, Platform.MICROSOFT_365, now)
    path = Path(next(iter(raw(rows).query("pragma database_list")))["file"])
    start, wiped = threading.Barrier(4), list[platforms.Disabled | None]()

    def press() -> None:
        own = SqliteRows(path)
        start.wait()
        wiped.append(
            platforms.disable_microsoft_365(
                Act(own, BY, now),
            )
        )
        own.close()

    pressing = [threading.Thread(target=press) for _ in range(4)]
    for thread in pressing:
        thread.start()
    for thread in pressing:
        thread.join()

    assert sorted(each is None for each in wiped) == [False, True, True, True]
    acts = [row["action"] for row in raw(rows).query("select action from audit_log order by rowid")]
    assert acts == ["platform enabled", "platform disabled"]
    assert store.enabled(rows) is None
