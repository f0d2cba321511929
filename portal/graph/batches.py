"""The parts of a $batch, their answers, and which parts to repeat. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from portal import clock
from portal.graph.errors import GraphError, error_from

MOST_PARTS = 20
BROKEN = (500, 502, 503, 504)


@dataclass(frozen=True)
class BatchRequest:
    """One part; `url` is relative to the mailbox, or to Graph when it begins with a slash."""

    id: str
    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None

    @property
    def is_read(self) -> bool:
        return self.method == "GET"


@dataclass(frozen=True)
class BatchAnswer:
    """The answer to one part."""

    status: int
    headers: Mapping[str, str]
    body: Any

    def error(self) -> GraphError | None:
        if 200 <= self.status < 300:
            return None
        return error_from(self.status, self.headers, self.body, now=clock.utc_now())


NO_ANSWER = BatchAnswer(503, {}, None)


def chunks(wanted: Iterable[BatchRequest]) -> Iterator[list[BatchRequest]]:
    parts = list(wanted)
    for start in range(0, len(parts), MOST_PARTS):
        yield parts[start : start + MOST_PARTS]


def body_of(parts: list[BatchRequest], *, mailbox_path: str, prefer: str) -> dict[str, Any]:
    return {"requests": [_part(part, mailbox_path, prefer) for part in parts]}


def url_of(part: BatchRequest, mailbox_path: str) -> str:
    """The path of one part, from the root of Graph."""
    return part.url if part.url.startswith("/") else f"{mailbox_path}/{part.url}"


def _part(part: BatchRequest, mailbox_path: str, prefer: str) -> dict[str, Any]:
    given = {name: value for name, value in part.headers.items() if name.lower() != "prefer"}
    wishes = [value for name, value in part.headers.items() if name.lower() == "prefer"]
    headers = {**given, "Prefer": ", ".join([prefer, *wishes])}
    url = url_of(part, mailbox_path)
    asked = {"id": part.id, "method": part.method, "url": url, "headers": headers}
    if part.body is None:
        return asked
    return asked | {"body": part.body, "headers": {"Content-Type": "application/json", **headers}}


def answers_in(document: dict[str, Any], parts: list[BatchRequest]) -> dict[str, BatchAnswer]:
    """Match an answer to each part. A part left out or cut short counts as broken."""
    found = document.get("responses")
    answers = [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
    by_id = {str(each.get("id")): _answer(each) for each in answers}
    return {part.id: _whole(part, by_id.get(part.id, NO_ANSWER)) for part in parts}


def _whole(part: BatchRequest, answer: BatchAnswer) -> BatchAnswer:
    """Whether the body is an object. Anything else would be kept as a message without its text."""
    is_cut = part.is_read and answer.error() is None and not isinstance(answer.body, dict)
    return NO_ANSWER if is_cut else answer


def _answer(response: dict[str, Any]) -> BatchAnswer:
    status, headers = response.get("status"), response.get("headers")
    named = headers.items() if isinstance(headers, dict) else ()
    return BatchAnswer(
        status if isinstance(status, int) else NO_ANSWER.status,
        {str(name): str(value) for name, value in named},
        response.get("body"),
    )


def to_repeat(
    parts: list[BatchRequest],
    answers: Mapping[str, BatchAnswer],
    *,
    backoff: float,
    may_renew: bool,
) -> tuple[list[BatchRequest], float]:
    """The parts to repeat, and how many seconds to wait first."""
    again = [part for part in parts if _deserves(part, answers[part.id].status, may_renew)]
    waits = [_wait(answers[part.id], backoff) for part in again]
    return again, max(waits, default=0.0)


def _deserves(part: BatchRequest, status: int, may_renew: bool) -> bool:
    refused = status == 401 and may_renew
    return refused or status == 429 or (part.is_read and status in BROKEN)


def _wait(answer: BatchAnswer, backoff: float) -> float:
    if answer.status == 401:
        return 0.0
    error = answer.error()
    told = None if error is None else error.retry_after
    return backoff if told is None else told
