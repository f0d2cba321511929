"""The floor of a sync: the shortest code that fetches and stores every message."""

import sys
import time
from pathlib import Path
from typing import Any

import orjson
import urllib3

from portal.storage.sqlite_rows import SqliteRows

ROWS = 1000
TABLE = """
create table if not exists messages
    (id text primary key, mid text, subject text, sender text, recipients text, at text, body text)
"""
UPSERT = """
insert into messages values (?, ?, ?, ?, ?, ?, ?)
on conflict (id) do update set subject = excluded.subject, body = excluded.body
"""


def sync(root: str, token: str, path: Path) -> dict[str, Any]:
    """Sync with one keep-alive pool, orjson and one executemany for each thousand rows."""
    rows = SqliteRows(path)
    rows.database.execute(TABLE)
    pool = urllib3.PoolManager(maxsize=1, headers={"Authorization": f"Bearer {token}"})
    started = time.perf_counter()
    link: str | None = f"{root}/me/mailFolders/inbox-id/messages/delta"
    found: list[tuple[Any, ...]] = []
    total = 0
    while link:
        page = orjson.loads(pool.request("GET", link).data)
        found += list(_rows(pool, root, page["value"]))
        link = page.get("@odata.nextLink")
        if len(found) >= ROWS or not link:
            rows.database.execute("begin immediate")
            rows.database.conn.executemany(UPSERT, found)
            rows.database.execute("commit")
            total, found = total + len(found), []
    return {"looked": total, "kept": total, "seconds": time.perf_counter() - started}


def _rows(pool: urllib3.PoolManager, root: str, items: list[dict[str, Any]]) -> Any:
    for start in range(0, len(items), 20):
        part = items[start : start + 20]
        bodies = _bodies(pool, root, [item["id"] for item in part])
        for item in part:
            recipients = [one["emailAddress"]["address"] for one in item["toRecipients"]]
            yield (
                item["id"],
                item["internetMessageId"],
                item["subject"],
                item["from"]["emailAddress"]["address"],
                orjson.dumps(recipients),
                item["receivedDateTime"],
                bodies[item["id"]],
            )


def _bodies(pool: urllib3.PoolManager, root: str, ids: list[str]) -> dict[str, str]:
    parts = [{"id": one, "method": "GET", "url": f"/me/messages/{one}?$select=body"} for one in ids]
    sent = orjson.dumps({"requests": parts})
    kind = {"Content-Type": "application/json"} | dict(pool.headers or {})
    answer = orjson.loads(pool.request("POST", f"{root}/$batch", body=sent, headers=kind).data)
    return {part["id"]: part["body"]["body"]["content"] for part in answer["responses"]}


if __name__ == "__main__":
    print(orjson.dumps(sync(sys.argv[1], sys.argv[2], Path(sys.argv[3]))).decode())
