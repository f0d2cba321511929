"""A failed flow: the person reads why, the audit log records it, and nothing else is kept."""

import html
from collections.abc import Callable

import pytest

from tests.microsoft365 import at_microsoft
from tests.microsoft365.environment import Environment
from tests.support.raw_rows import raw
from tests.support.visitors import Visitor

PRIYA = "priya@northwind.example"
KIM = "kim@northwind.example"
Flow = Callable[[Environment, Visitor], str]


def declined(env: Environment, priya: Visitor) -> str:
    return at_microsoft.came_back(env.sandbox, env.leave(priya), PRIYA, decision="cancel")


def approval_required(env: Environment, priya: Visitor) -> str:
    """The error that a tenant returns when it requires approval but shows no page."""
    state = at_microsoft.asked(env.leave(priya))["state"]
    return f"/oauth/microsoft/callback?error=consent_required&state={state}"


def approval_page_left(env: Environment, priya: Visitor) -> str:
    env.sandbox.control("PATCH", "tenant", {"adminConsentRequired": True})
    return declined(env, priya)


def another_account(env: Environment, priya: Visitor) -> str:
    return at_microsoft.came_back(env.sandbox, env.leave(priya), KIM)


def guest(env: Environment, priya: Visitor) -> str:
    found = env.sandbox.state.row("select upn from users where user_type = 'Guest'")
    assert found is not None
    # A user without a bound account could choose any account.
    raw(env.rows).execute(
        "update users set tenant_id = null, object_id = null where role = 'member'"
    )
    return at_microsoft.came_back(env.sandbox, env.leave(priya), found["upn"])


def replayed(env: Environment, priya: Visitor) -> str:
    back = declined(env, priya)
    priya.get(back)
    return back


def foreign_state(env: Environment, priya: Visitor) -> str:
    return "/oauth/microsoft/callback?code=abc&state=made-up"


def other_browser(env: Environment, priya: Visitor) -> str:
    kim = env.visitor(env.person("kim"))
    return at_microsoft.came_back(env.sandbox, env.leave(kim), KIM)


def token_endpoint_down(env: Environment, priya: Visitor) -> str:
    back = at_microsoft.came_back(env.sandbox, env.leave(priya), PRIYA)
    env.sandbox.control("POST", "faults", {"path": "/token", "status": 503})
    return back


FLOWS: dict[str, tuple[Flow, str, str]] = {
    "consent declined": (declined, "Portal got nothing and kept nothing", "declined:"),
    "approval required": (
        approval_required, "An administrator has to approve this", "approval:",
    ),
    "approval page left": (approval_page_left, "could you please approve", "declined:"),
    "wrong account": (another_account, f", not as {PRIYA}", "wrong-account:"),
    "guest": (guest, "Guests cannot connect", "guest:"),
    "replayed": (replayed, "This way back cannot be used", "refused:"),
    "foreign state": (foreign_state, "This way back cannot be used", "refused:"),
    "other browser": (other_browser, "This way back cannot be used", "refused:"),
    "token endpoint down": (
        token_endpoint_down, "Please try again in a few minutes", "unavailable:",
    ),
}  # fmt: skip  # one to a line says no more


@pytest.mark.parametrize(("go", "sentence", "entry"), FLOWS.values(), ids=FLOWS)
def test_failed_flow_is_explained_logged_and_keeps_nothing(
    env: Environment, go: Flow, sentence: str, entry: str
) -> None:
    alex = env.visitor(env.person("alex"))
    priya = env.visitor(env.person("priya"))
    back = go(env, priya)

    answer = priya.get(back)

    page = html.unescape(priya.text(answer.headers["Location"]))
    assert sentence in page, page
    assert entry in html.unescape(alex.text("/admin/audit-log"))
    assert raw(env.rows)["connections"].count == 0
    assert env.audited()[-1][2] == "refused"


def test_flow_succeeds_after_failed_ones(env: Environment) -> None:
    user_id = env.person("priya")
    priya = env.visitor(user_id)
    for go in (declined, another_account, foreign_state):
        priya.get(go(env, priya))

    answer = env.come_back(priya, PRIYA)

    assert answer.headers["Location"] == "/settings/microsoft-365"
    assert env.connection(user_id).address == PRIYA
    assert raw(env.rows)["connections"].count == 1
