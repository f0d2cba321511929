"""A Graph server of the benchmark's own: answers made before the clock starts, sent at once.

A mailbox is told by its bearer token. Folders, pages and bodies have the shapes that Microsoft
documents; nothing is checked and nothing is kept but counters.
"""

import asyncio
import re
import sys
import time
from collections import Counter
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import parse_qs, unquote, urlsplit

import orjson

PAGE = 200
DELTA = re.compile(r"/mailFolders/([^/]+)/messages/delta$")
MESSAGE = re.compile(r"/messages/message-(\d+)$")
LENGTH = re.compile(rb"(?im)^content-length: *(\d+)")
BEARER = re.compile(rb"(?im)^authorization: bearer (.+?)\r?$")
FOLDERS = ("inbox", "sentitems", "archive", "drafts", "deleteditems", "junkemail", "outbox")
TEXT = "Dear owner,\r\n\r\nthis is about the position.\r\n" + "All the best. " * 20
Query = dict[str, list[str]]


@dataclass(frozen=True)
class Plan:
    """What one run asks of the server; `delay` is in seconds a request."""

    port: int
    messages: int = 1000
    every_nth_with_candidate: int = 10
    delay: float = 0.0
    throttled_every: int = 0


class Canned:
    """Answers by path."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.root = f"http://localhost:{plan.port}/v1.0"
        starts = range(0, plan.messages, PAGE)
        self.pages = [orjson.dumps(headers(plan, start)) for start in starts] or [b"[]"]
        self.bodies = [
            orjson.dumps({**each, "body": body(), "attachments": []})
            for start in starts
            for each in headers(plan, start)
        ]
        self.asked = 0
        self.counts: Counter[str] = Counter()

    def answer(self, target: str, content: bytes) -> tuple[int, bytes, str]:
        """Status, body and further headers of one request."""
        self.asked += 1
        if self.plan.throttled_every and self.asked % self.plan.throttled_every == 0:
            self.counts["throttled"] += 1
            error = {"error": {"code": "TooManyRequests", "message": "Later."}}
            return 429, orjson.dumps(error), "Retry-After: 1\r\n"
        path = unquote(urlsplit(target).path)
        self.counts[path.rpartition("/")[2][:20]] += 1
        if path.endswith("/$batch"):
            parts = [self._part(part) for part in orjson.loads(content)["requests"]]
            return 200, b'{"responses":[' + b",".join(parts) + b"]}", ""
        return *self._resource(path, parse_qs(urlsplit(target).query)), ""

    def _part(self, part: dict[str, str]) -> bytes:
        url = urlsplit(part["url"])
        status, answer = self._resource(f"/v1.0{unquote(url.path)}", parse_qs(url.query))
        head = {"id": part["id"], "status": status, "headers": {"Content-Type": "application/json"}}
        return orjson.dumps(head)[:-1] + b',"body":' + answer + b"}"

    def _resource(self, path: str, query: Query) -> tuple[int, bytes]:
        if found := MESSAGE.search(path):
            return 200, self.bodies[int(found[1])]
        if found := DELTA.search(path):
            return 200, self._delta(path, query, found[1])
        if path.endswith("/mailFolders/delta"):
            return 200, self._folders(path, query)
        if path.endswith("/messages"):
            return 200, self._list(path, query)
        if "/mailFolders/" in path:
            return 200, orjson.dumps(folder(path.rpartition("/")[2], 0))
        if path.endswith("/me"):
            return 200, orjson.dumps(OWNER)
        return 501, orjson.dumps({"error": {"code": "NotImplemented", "message": path}})

    def _delta(self, path: str, query: Query, name: str) -> bytes:
        here = f"{self.root}{path.removeprefix('/v1.0')}"
        if "$deltatoken" in query or not name.startswith("inbox"):
            return page(b"[]", "@odata.deltaLink", f"{here}?$deltatoken=end")
        number = int(query.get("$skiptoken", ["0"])[0])
        if number + 1 >= len(self.pages):
            return page(self.pages[number], "@odata.deltaLink", f"{here}?$deltatoken=end")
        return page(self.pages[number], "@odata.nextLink", f"{here}?$skiptoken={number + 1}")

    def _list(self, path: str, query: Query) -> bytes:
        """Whole messages, as a client gets them that names no fields."""
        start = int(query.get("$skip", ["0"])[0])
        value = b"[" + b",".join(self.bodies[start : start + PAGE]) + b"]"
        if start + PAGE >= len(self.bodies):
            return b'{"value":' + value + b"}"
        here = f"{self.root}{path.removeprefix('/v1.0')}"
        return page(value, "@odata.nextLink", f"{here}?$skip={start + PAGE}")

    def _folders(self, path: str, query: Query) -> bytes:
        total = {"inbox": self.plan.messages}
        value = [] if "$deltatoken" in query else [folder(n, total.get(n, 0)) for n in FOLDERS]
        link = f"{self.root}{path.removeprefix('/v1.0')}?$deltatoken=end"
        return page(orjson.dumps(value), "@odata.deltaLink", link)


OWNER = {
    "id": "owner",
    "displayName": "Owner",
    "mail": "owner@bench.example",
    "userPrincipalName": "owner@bench.example",
    "proxyAddresses": ["SMTP:owner@bench.example"],
}


def headers(plan: Plan, start: int) -> list[dict[str, Any]]:
    """Those of one page."""
    return [header(plan, number) for number in range(start, min(start + PAGE, plan.messages))]


def header(plan: Plan, number: int) -> dict[str, Any]:
    """Every nth message is with one of a hundred candidates."""
    is_with = number % plan.every_nth_with_candidate == 0
    writer = f"candidate{number % 100}@mail.example" if is_with else f"other{number}@else.example"
    moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(1_760_000_000 + number))
    return {
        "@odata.etag": f'W/"{number}"',
        "id": f"message-{number}",
        "internetMessageId": f"<{number}@mail.example>",
        "subject": f"About the position, part {number}",
        "receivedDateTime": moment,
        "sentDateTime": moment,
        "isDraft": False,
        "hasAttachments": False,
        "parentFolderId": "inbox-id",
        "webLink": f"https://outlook.office365.com/owa/?ItemID=message-{number}",
        "from": {"emailAddress": {"name": f"Writer {number}", "address": writer}},
        "toRecipients": [{"emailAddress": {"name": "Owner", "address": "owner@bench.example"}}],
        "ccRecipients": [],
    }


def body() -> dict[str, str]:
    return {"contentType": "text", "content": TEXT}


def folder(name: str, total: int) -> dict[str, Any]:
    return {
        "id": name if name.endswith("-id") else f"{name}-id",
        "displayName": name,
        "parentFolderId": "root-id",
        "childFolderCount": 0,
        "unreadItemCount": 0,
        "totalItemCount": total,
        "isHidden": False,
    }


def page(value: bytes, kind: str, link: str) -> bytes:
    return b'{"@odata.context":"x","value":' + value + f',"{kind}":"{link}"}}'.encode()


class Connection(asyncio.Protocol):
    """The least of HTTP/1.1 that a keep-alive client needs."""

    busy: ClassVar[Counter[bytes]] = Counter()
    most_at_once = 0

    def __init__(self, canned: Canned) -> None:
        self.canned = canned
        self.buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101  # what a stream server gives
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            head = self.buffer[:end]
            size = LENGTH.search(head)
            need = end + 4 + (int(size[1]) if size else 0)
            if len(self.buffer) < need:
                return
            content, self.buffer = self.buffer[end + 4 : need], self.buffer[need:]
            self._take(head, content)

    def _take(self, head: bytes, content: bytes) -> None:
        target = head.split(b" ", 2)[1].decode()
        if target == "/_counts":
            self._send(200, orjson.dumps(self._report()), "")
            return
        bearer = BEARER.search(head)
        owner = bearer[1] if bearer else b""
        Connection.busy[owner] += 1
        Connection.most_at_once = max(Connection.most_at_once, Connection.busy[owner])
        answer = self.canned.answer(target, content)
        loop = asyncio.get_running_loop()
        loop.call_later(self.canned.plan.delay, self._finish, owner, answer)

    def _finish(self, owner: bytes, answer: tuple[int, bytes, str]) -> None:
        Connection.busy[owner] -= 1
        self._send(*answer)

    def _send(self, status: int, content: bytes, more: str) -> None:
        head = f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\n"
        head += f"Content-Length: {len(content)}\r\n{more}\r\n"
        self.transport.write(head.encode() + content)

    def _report(self) -> dict[str, Any]:
        canned = self.canned
        return {
            "asked": canned.asked,
            "most_at_once": Connection.most_at_once,
            "counts": dict(canned.counts),
        }


async def serve(plan: Plan) -> None:
    """Until killed."""
    canned = Canned(plan)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(canned), "127.0.0.1", plan.port)
    print("ready", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(Plan(**orjson.loads(sys.argv[1]))))
