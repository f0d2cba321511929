"""The parts of Graph's answers that tests compare."""

from typing import Any

import requests


def names(found: dict[str, Any]) -> list[str]:
    return [one["displayName"] for one in found["value"]]


def error(answer: requests.Response) -> tuple[int, str]:
    """Return status and code, after a check of everything that all errors share."""
    body = answer.json()["error"]
    assert set(body) == {"code", "message", "innerError"}
    assert set(body["innerError"]) == {"date", "request-id", "client-request-id"}
    assert body["innerError"]["request-id"] == answer.headers["request-id"]
    assert answer.headers["Date"]
    return answer.status_code, body["code"]
