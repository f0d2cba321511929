"""A Graph server that answers what user sync asks, from pages made before the clock starts."""

import sys
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson

from bench.canned_server import Answer, page, serve
from bench.measure import free_port, serving_graph

PAGE = 999


class CannedDirectory:
    """Answers what user sync asks."""

    def __init__(self, people: int, port: int) -> None:
        self.delay = 0.0
        self.root = f"http://localhost:{port}/v1.0"
        everybody = [person(number) for number in range(people)]
        starts = range(0, people, PAGE)
        self.pages = [orjson.dumps(everybody[start : start + PAGE]) for start in starts]
        self.asked = 0
        self.counts: Counter[str] = Counter()

    def answer(self, target: str, content: bytes) -> Answer:  # noqa: ARG002  # a parameter of the protocol
        self.asked += 1
        url = urlsplit(target)
        if url.path.endswith("/organization"):
            tenant = {"id": "bench", "verifiedDomains": [{"name": "bench.example"}]}
            return 200, orjson.dumps({"value": [tenant]}), ""
        if url.path.endswith("/users/delta"):
            link = f"{self.root}/users/delta?$deltatoken=end"
            return 200, page(b"[]", "@odata.deltaLink", link), ""
        if url.path.endswith("/users"):
            return 200, self._page(parse_qs(url.query)), ""
        return 200, b'{"value":[]}', ""

    def _page(self, query: dict[str, list[str]]) -> bytes:
        number = int(query.get("$skiptoken", ["0"])[0])
        if number + 1 >= len(self.pages):
            return b'{"value":' + self.pages[number] + b"}"
        link = f"{self.root}/users?$skiptoken={number + 1}"
        return page(self.pages[number], "@odata.nextLink", link)


def person(number: int) -> dict[str, Any]:
    address = f"person{number}@bench.example"
    return {
        "id": str(uuid.uuid5(uuid.NAMESPACE_DNS, address)),
        "displayName": f"Person Number {number}",
        "mail": address,
        "userPrincipalName": address,
        "accountEnabled": True,
        "userType": "Member",
        "assignedLicenses": [
            {"disabledPlans": [], "skuId": "05e9a617-0261-4cee-bb44-138d3ef5d965"}
        ],
    }


@contextmanager
def canned_directory(people: int) -> Iterator[str]:
    """Serve a directory from a process of its own; yield its address."""
    port = free_port()
    with serving_graph("bench.canned_directory", str(people), str(port)):
        yield f"http://localhost:{port}"


if __name__ == "__main__":
    serve(CannedDirectory(int(sys.argv[1]), int(sys.argv[2])), int(sys.argv[2]))
