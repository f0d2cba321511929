"""Refusals of calendars have the status, code and words of recorded ones."""

import json
from typing import Any

import pytest
import requests

from tests.sandbox.answers import error
from tests.sandbox.calendars.conftest import DAY
from tests.sandbox.callers import Caller
from tests.sandbox.messages import PRIYA
from tests.sandbox.recorded_answers import FIXTURES, recorded
from tests.support.sandbox_server import Sandbox

pytestmark = pytest.mark.openapi
VIEW = f"/users/{PRIYA}/calendarView?{DAY}"


def seen(slug: str) -> tuple[int, str, str]:
    """Status, code and words of an answer that people met."""
    every = json.loads((FIXTURES / "errors-seen/errors.json").read_text())
    found: dict[str, Any] = next(one for one in every if one["slug"] == slug)
    told = found["body"]["error"]
    return found["status"], told["code"], told["message"]


def ours(answer: requests.Response) -> tuple[int, str, str]:
    return *error(answer), answer.json()["error"]["message"]


@pytest.mark.parametrize("path", ["/me/calendars/bad_id", "/me/events/bad_id"])
def test_malformed_id(priya: Caller, path: str) -> None:
    real = recorded("closeio-sync-engine/closeio-graph_client-test_request_exception-1.json")

    answer = priya.call("GET", path)

    assert ours(answer) == (400, real["error"]["code"], real["error"]["message"])


def test_calendar_of_somebody_else_is_not_found(priya: Caller, kim: Caller) -> None:
    other = kim.read("/me/calendar")["id"]

    assert error(priya.call("GET", f"/me/calendars/{other}")) == (404, "ErrorItemNotFound")


def test_fenced_calendar(tenant: Sandbox, reader: Caller) -> None:
    tenant.control("PATCH", f"users/{PRIYA}", {"fenced": True})

    assert ours(reader.call("GET", VIEW)) == seen("graph-403-odata-disabled")


def test_calendar_on_premises_answers_two_ways_in_turn(tenant: Sandbox, reader: Caller) -> None:
    tenant.control("PATCH", f"users/{PRIYA}", {"onPremises": True})

    found = {ours(reader.call("GET", VIEW)) for _ in range(2)}

    slugs = ("graph-404-mailbox-inactive", "graph-404-resource-not-discovered")
    assert found == {seen(slug) for slug in slugs}


def test_calendar_with_too_many_requests_at_once(tenant: Sandbox, priya: Caller) -> None:
    part = {"method": "GET", "url": f"/me/calendarView?{DAY}"}
    tenant.control("PATCH", "tenant", {"mailboxConcurrency": 3})

    parts = [{"id": str(number), **part} for number in range(4)]
    answers = priya.call("POST", "/$batch", json={"requests": parts}).json()["responses"]

    (refused,) = (one for one in answers if one["status"] == 429)
    told = refused["body"]["error"]
    assert (429, told["code"], told["message"]) == seen("graph-429-mailbox-concurrency")
    assert float(refused["headers"]["Retry-After"]) == 1


def test_throttled_calendar_has_an_empty_body_and_says_when_to_return(
    tenant: Sandbox, priya: Caller
) -> None:
    name = "closeio-sync-engine/closeio-graph_client-test_request_retry_429-1.json"
    real = json.loads((FIXTURES / name).read_text())["response"]
    wait = real["headers"]["Retry-After"]
    plan = {"path": "/calendars", "status": real["status"], "retryAfter": wait, "body": ""}
    tenant.control("POST", "faults", {**plan, "times": 1})

    refused, later = priya.call("GET", "/me/calendars"), priya.call("GET", "/me/calendars")

    assert (refused.status_code, refused.headers["Retry-After"], refused.text) == (429, "12", "")
    assert later.status_code == 200
