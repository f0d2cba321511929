"""Exchange limits the concurrent requests for one mailbox."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.sandbox.answers import error
from tests.sandbox.callers import Caller
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
