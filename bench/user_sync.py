"""Goals 5 and 6 for user sync: reading and importing a directory, and memory.

The goals run `python -m bench.user_sync product|floor ...` as separate processes.
"""

import json
import resource
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import urllib3

from bench.canned_directory import canned_directory
from bench.measure import TURNS, Outcome, folder, growth, report
from bench.product import services_for
from portal.audit.act import Act
from portal.audit.models import Actor
from portal.clock import text, utc_now
from portal.directory import settings as user_sync
from portal.directory import store as directory_store
from portal.directory import sync as directory
from portal.services import Services
from portal.storage.sqlite_rows import SqliteRows

TENANT = "aaaaaaaa-0000-4000-8000-000000000001"
PEOPLE = 100_000
TABLE = """
create table if not exists users (id text primary key, tenant_id text, address text, name text,
    is_enabled integer, created_at text)
"""
UPSERT = """
insert into users values (?, ?, ?, ?, ?, ?)
on conflict (id) do update set address = excluded.address, name = excluded.name
"""


def product(root: str, path: Path) -> dict[str, Any]:
    """Read, approve and import the directory, as a worker and an administrator do."""
    services = services_for(path, root)
    _consent(services)
    return _measured(lambda: _read_and_import(services))


def _consent(services: Services) -> None:
    now = text(utc_now())
    with services.rows.write():
        services.rows.execute(
            "insert into platforms (name, is_enabled, changed_by, changed_at)"
            " values ('microsoft-365', 1, 'bench', ?) on conflict (name) do nothing",
            [now],
        )
        services.rows.execute(
            "insert into consents (id, tenant_id, state, asked_by, route,"
            " granted_at, checked_at, due_at) values ('organization', ?, 'working', '', 'here',"
            " ?, ?, '2099-01-01T00:00:00Z')",
            [TENANT, now, now],
        )
        services.rows.execute(
            "insert into consent_roles (role, granted_at) values ('User.Read.All', ?)", [now]
        )


def _read_and_import(services: Services) -> int:
    _follow_directory(services)
    user_sync.import_people(
        Act(services.rows, Actor.system("bench"), utc_now()),
    )
    _follow_directory(services)
    return services.rows.value(int, "select count(*) from users") or 0


def _follow_directory(services: Services) -> None:
    bare = services.microsoft365.client_with("mailbox-1", "", patience=60)
    graph = replace(bare, mailbox_path="", object_id=None, is_app_only=True)
    claim = directory_store.CLAIMS.claim(services.rows, "bench", now=utc_now())
    if claim is None:
        raise RuntimeError("user sync is not due")
    work = directory.Work(services.rows, graph, TENANT, claim, lambda: False)
    directory.follow_directory(work, worked=lambda _: None)


def floor(root: str, path: Path) -> dict[str, Any]:
    """Sync with one keep-alive pool, orjson and one executemany for each page."""
    rows = SqliteRows(path / "floor.db")
    rows.database.execute(TABLE)
    return _measured(lambda: _store_all(rows.database.conn, f"{root}/v1.0/users"))


def _store_all(connection: Any, link: str | None) -> int:
    pool, total = urllib3.PoolManager(maxsize=1), 0
    while link:
        page = orjson.loads(pool.request("GET", link).data)
        rows = [
            (each["id"], TENANT, each["mail"], each["displayName"], 1, "2026-01-01T00:00:00Z")
            for each in page["value"]
        ]
        connection.execute("begin immediate")
        connection.executemany(UPSERT, rows)
        connection.execute("commit")
        total, link = total + len(rows), page.get("@odata.nextLink")
    return total


def _measured(work: Any) -> dict[str, Any]:
    started, cpu = time.perf_counter(), time.process_time()
    count = work()
    return {
        "people": count,
        "seconds": time.perf_counter() - started,
        "cpu": time.process_time() - cpu,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def against_the_floor() -> Iterator[Outcome]:
    """Goal 5: wall and CPU time of importing 100,000 people into an empty portal."""
    runs: dict[str, list[dict[str, Any]]] = {"product": [], "floor": []}
    with canned_directory(PEOPLE) as root:
        for _ in range(TURNS):
            for name, done in runs.items():
                done.append(_run(name, root))
    for what in ("seconds", "cpu"):
        ours, theirs = (sorted(run[what] for run in done)[TURNS // 2] for done in runs.values())
        ratio = ours / theirs
        is_whole = all(run["people"] == PEOPLE for done in runs.values() for run in done)
        name = "wall" if what == "seconds" else "CPU"
        yield Outcome(
            "5",
            f"{PEOPLE:,} people read and imported, {name}",
            f"{ratio:.2f} x floor" + ("" if is_whole else ", NOT WHOLE"),
            "<= 1.3 x",
            is_whole and ratio <= 1.3,
        )


def memory() -> Iterator[Outcome]:
    """Goal 6 for user sync: growth of peak memory with a hundred times the people."""
    peaks = []
    for people in (1_000, PEOPLE):
        with canned_directory(people) as root:
            peaks.append(_run("product", root)["peak_mb"])
    yield growth("6", f"peak memory of user sync, {PEOPLE:,} people against 1,000", peaks)


def _run(name: str, root: str) -> dict[str, Any]:
    with folder() as path:
        return report("bench.user_sync", name, root, str(path))


def main() -> None:
    runs = {"product": product, "floor": floor}
    print(json.dumps(runs[sys.argv[1]](sys.argv[2], Path(sys.argv[3]))))


if __name__ == "__main__":
    main()
