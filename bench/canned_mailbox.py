"""Canned mailboxes, one for each bearer token: folders, pages and bodies as Graph sends them."""

import re
import sys
import time
from collections import Counter
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import orjson

from bench.canned_server import Answer, page, serve

PAGE = 200
DELTA = re.compile(r"/mailFolders/([^/]+)/messages/delta$")
MESSAGE = re.compile(r"/messages/message-(\d+)$")
FOLDERS = ("inbox", "sentitems", "archive", "drafts", "deleteditems", "junkemail", "outbox")
TEXT = "Dear owner,\r\n\r\nthis is about the position.\r\n" + "All the best. " * 20
Query = dict[str, list[str]]


@dataclass(frozen=True)
class Plan:
    """Settings of one run; `delay` is in seconds a request."""

    port: int
    messages: int = 1000
    every_nth_with_candidate: int = 10
    delay: float = 0.0
    throttled_every: int = 0


class CannedMailboxes:
    """Answers requests by their path."""

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
        self.delay = plan.delay
        self.counts: Counter[str] = Counter()
        self.asked = 0

    def answer(self, target: str, content: bytes) -> Answer:
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
        return _single_resource(path)

    def _delta(self, path: str, query: Query, name: str) -> bytes:
        here = f"{self.root}{path.removeprefix('/v1.0')}"
        if "$deltatoken" in query or not name.startswith("inbox"):
            return page(b"[]", "@odata.deltaLink", f"{here}?$deltatoken=end")
        number = int(query.get("$skiptoken", ["0"])[0])
        if number + 1 >= len(self.pages):
            return page(self.pages[number], "@odata.deltaLink", f"{here}?$deltatoken=end")
        return page(self.pages[number], "@odata.nextLink", f"{here}?$skiptoken={number + 1}")

    def _list(self, path: str, query: Query) -> bytes:
        """Whole messages, as Graph sends them to a client that selects no fields."""
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


def _single_resource(path: str) -> tuple[int, bytes]:
    if "/mailFolders/" in path:
        return 200, orjson.dumps(folder(path.rpartition("/")[2], 0))
    if path.endswith("/me"):
        return 200, orjson.dumps(OWNER)
    return 501, orjson.dumps({"error": {"code": "NotImplemented", "message": path}})


def headers(plan: Plan, start: int) -> list[dict[str, Any]]:
    """Headers of the messages on one page."""
    return [header(plan, number) for number in range(start, min(start + PAGE, plan.messages))]


def header(plan: Plan, number: int) -> dict[str, Any]:
    """Headers of one message; every nth is with one of a hundred candidates."""
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


if __name__ == "__main__":
    plan = Plan(**orjson.loads(sys.argv[1]))
    serve(CannedMailboxes(plan), plan.port)
