"""Exchange limits the concurrent requests for one mailbox."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from tests.sandbox.answers import error
from tests.sandbox.callers import Caller, person
from tests.sandbox.messages import PRIYA
from tests.support.sandbox_server import Sandbox


@pytest.fixture
def narrow(tenant: Sandbox) -> Sandbox:
    """Allow two requests at a time, and make each of them slow."""
    tenant.control("PATCH", "tenant", {"mailboxConcurrency": 2})
    tenant.control("POST", "faults", {"path": "/mailFolders", "delayMs": 800})
    return tenant


def test_third_request_of_a_mailbox_is_throttled(narrow: Sandbox, app: Caller) -> None:
    # The same mailbox under different names.
    names = (PRIYA, PRIYA.upper(), narrow.oid(PRIYA), PRIYA)

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda name: app.call("GET", f"/users/{name}/mailFolders"), names))

    refused = [answer for answer in answers if answer.status_code == 429]
    assert sorted(answer.status_code for answer in answers) == [200, 200, 429, 429]
    assert error(refused[0]) == (429, "ApplicationThrottled")
    assert refused[0].headers["Retry-After"] == "1"
    assert app.call("GET", f"/users/{PRIYA}/mailFolders").status_code == 200


def test_each_mailbox_has_its_own_limit(narrow: Sandbox, app: Caller) -> None:
    names = (PRIYA, PRIYA, "kim@northwind.example", "sam@northwind.example")

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda name: app.call("GET", f"/users/{name}/mailFolders"), names))

    assert [answer.status_code for answer in answers] == [200] * 4


def test_most_requests_at_one_time_are_recorded(tenant: Sandbox, app: Caller) -> None:
    tenant.control("POST", "faults", {"path": "/mailFolders", "delayMs": 500})
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: app.call("GET", f"/users/{PRIYA}/mailFolders"), range(3)))
    app.read("/users/kim@northwind.example/mailFolders")

    assert highest(tenant) == {PRIYA: 3, "kim@northwind.example": 1}
    tenant.control("DELETE", "concurrency")
    assert highest(tenant) == {}


def test_refused_requests_are_recorded_too(narrow: Sandbox, app: Caller) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: app.call("GET", f"/users/{PRIYA}/mailFolders"), range(4)))

    assert highest(narrow)[PRIYA] > 2


@pytest.mark.parametrize(("is_chained", "expected"), [(False, 4), (True, 1)])
def test_batch_takes_up_to_four_places(
    tenant: Sandbox, app: Caller, is_chained: bool, expected: int
) -> None:
    parts = [
        {"id": str(number), "method": "GET", "url": f"/users/{PRIYA}/mailFolders"}
        | ({"dependsOn": [str(number - 1)]} if is_chained and number else {})
        for number in range(6)
    ]
    answers = app.call("POST", "/$batch", json={"requests": parts}).json()["responses"]

    assert {one["status"] for one in answers} == {200}
    assert highest(tenant) == {PRIYA: expected}


def highest(tenant: Sandbox) -> dict[str, int]:
    found = tenant.control("GET", "concurrency")["value"]
    return {one["mailbox"]: one["highest"] for one in found}


@pytest.mark.parametrize("wait", [None, 30, "2.128"])
def test_one_mailbox_is_throttled_for_a_while(
    tenant: Sandbox, app: Caller, priya: Caller, wait: str | float | None
) -> None:
    asked = {"seconds": 600, "retryAfter": wait}
    tenant.control("POST", f"mailboxes/{PRIYA}/throttling", asked)
    part = {"id": "1", "method": "GET", "url": f"/users/{PRIYA}/mailFolders"}

    alone = priya.call("GET", "/me/mailFolders")
    batch = app.call("POST", "/$batch", json={"requests": [part]}).json()["responses"]

    assert error(alone) == (429, "ApplicationThrottled")
    assert alone.headers.get("Retry-After") == (None if wait is None else str(wait))
    assert [one["status"] for one in batch] == [429]
    assert app.call("GET", "/users/kim@northwind.example/mailFolders").status_code == 200
    tenant.control("PATCH", "tenant", {"clockOffset": 601})
    assert app.call("GET", f"/users/{PRIYA}/mailFolders").status_code == 200


def test_calendar_of_a_group_is_throttled(tenant: Sandbox) -> None:
    groups = tenant.control("GET", "groups")["value"]
    group = next(one["id"] for one in groups if one["displayName"] == "Recruiting")
    tenant.control("POST", "mailboxes/Recruiting/throttling", {"seconds": 600})
    alex = person(tenant, "alex@northwind.example", {"Group.ReadWrite.All"})

    answer = alex.call("GET", f"/groups/{group}/events")

    assert error(answer) == (429, "ApplicationThrottled")
    assert "Retry-After" not in answer.headers
    assert highest(tenant) == {}


@pytest.mark.parametrize(
    ("name", "asked"),
    [("nobody", {"seconds": 1}), (PRIYA, {"seconds": "1"}), (PRIYA, {})],
)
def test_unclear_throttling_is_refused(tenant: Sandbox, name: str, asked: dict[str, Any]) -> None:
    with pytest.raises(requests.HTTPError, match=r"40[04]"):
        tenant.control("POST", f"mailboxes/{name}/throttling", asked)


def test_ordered_fault_answers_before_a_bad_token_is_refused(tenant: Sandbox) -> None:
    tenant.control("POST", "faults", {"path": "/mailFolders", "times": 1, "status": 503})
    stranger = Caller(tenant, "no token")

    statuses = [stranger.call("GET", "/me/mailFolders").status_code for _ in range(2)]

    assert statuses == [503, 401]
    assert highest(tenant) == {}
