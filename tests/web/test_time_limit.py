"""Each page ends in time, whichever route it takes, and no visitor waits for another."""

import threading
import time
from collections.abc import Callable

import pytest

from portal import clock
from portal.web import time_limit
from tests.microsoft365 import at_microsoft
from tests.microsoft365.conftest import env, microsoft
from tests.microsoft365.environment import Environment

__all__ = ["env", "microsoft"]

PRIYA = "priya@northwind.example"
CHECK = "/admin/integrations/microsoft-365/consent/check"
SLOW = {"path": "/oauth2/v2.0/token|/discovery/|/.well-known/", "delayMs": 6000}


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time_limit, "PAGE_SECONDS", 0.6)


@pytest.mark.usefixtures("hurried")
def test_sign_in_ends_in_time(env: Environment) -> None:
    env.person("priya")
    browser = env.stranger()
    back = at_microsoft.came_back(env.sandbox, env.leave_to_sign_in(browser), PRIYA)
    env.sandbox.control("POST", "faults", SLOW)
    began = clock.monotonic()

    answer = browser.get(back)

    assert clock.monotonic() - began < 5
    assert answer.headers["Location"].endswith("/outcome/unavailable")


@pytest.mark.usefixtures("hurried")
def test_check_of_consent_ends_in_time_and_refuses_nobody_else(env: Environment) -> None:
    alex = env.visitor(env.person("alex"))
    env.sandbox.control("POST", "consent")
    env.sandbox.control("POST", "faults", SLOW | {"times": 1})
    began = clock.monotonic()

    alex.post(CHECK)

    assert clock.monotonic() - began < 5
    microsoft365 = env.services.microsoft365
    assert "Mail.Read" in microsoft365.tokens.token().roles


def test_page_does_not_wait_for_a_workers_token(env: Environment) -> None:
    env.sandbox.control("POST", "consent")
    alex, microsoft365 = env.visitor(env.person("alex")), env.services.microsoft365
    microsoft365.oauth.tenant_id()
    env.sandbox.control("POST", "faults", SLOW | {"times": 1})
    worker = begun(env, microsoft365.tokens.token)

    answer = alex.post(CHECK)

    assert answer.status_code == 303
    assert worker.is_alive()
    worker.join()


def test_sign_in_does_not_wait_for_another_sign_in(env: Environment) -> None:
    oauth = env.services.microsoft365.oauth
    env.sandbox.control("POST", "faults", SLOW | {"times": 1})
    other = begun(env, oauth.tenant_id)

    oauth.tenant_id()

    assert other.is_alive()
    other.join()


def begun(env: Environment, call: Callable[[], object]) -> threading.Thread:
    """A thread that waits for the slow answer, so that the next one is fast."""
    thread = threading.Thread(target=call)
    thread.start()
    while any(plan["times_left"] for plan in env.sandbox.state.rows("select * from faults")):
        time.sleep(0.02)
    return thread
