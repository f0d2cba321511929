"""A way to Microsoft ends badly: the person reads why, the audit log keeps it, nothing else is."""

import html
from collections.abc import Callable

import pytest

from tests.microsoft365 import at_microsoft
from tests.microsoft365.world import World
from tests.support.visiting import Visitor

PRIYA = "priya@northwind.example"
KIM = "kim@northwind.example"
Way = Callable[[World, Visitor], str]


def declined(world: World, priya: Visitor) -> str:
    return at_microsoft.came_back(world.sandbox, world.leave(priya), PRIYA, decision="cancel")


def approval_required(world: World, priya: Visitor) -> str:
    """As Microsoft's client library is told, when a tenant asks for it without a page."""
    state = at_microsoft.asked(world.leave(priya))["state"]
    return f"/oauth/microsoft/callback?error=consent_required&state={state}"


def approval_page_left(world: World, priya: Visitor) -> str:
    world.sandbox.control("PATCH", "tenant", {"adminConsentRequired": True})
    return declined(world, priya)


def another_account(world: World, priya: Visitor) -> str:
    return at_microsoft.came_back(world.sandbox, world.leave(priya), KIM)


def guest(world: World, priya: Visitor) -> str:
    found = world.sandbox.state.row("select upn from users where user_type = 'Guest'")
    assert found is not None
    # Somebody without an account of their own might choose any.
    world.db.execute("update users set tenant_id = null, object_id = null where role = 'member'")
    return at_microsoft.came_back(world.sandbox, world.leave(priya), found["upn"])


def replayed(world: World, priya: Visitor) -> str:
    back = declined(world, priya)
    priya.get(back)
    return back


def foreign_state(world: World, priya: Visitor) -> str:
    return "/oauth/microsoft/callback?code=abc&state=made-up"


def other_browser(world: World, priya: Visitor) -> str:
    kim = world.visitor(world.person("kim"))
    return at_microsoft.came_back(world.sandbox, world.leave(kim), KIM)


def token_endpoint_down(world: World, priya: Visitor) -> str:
    back = at_microsoft.came_back(world.sandbox, world.leave(priya), PRIYA)
    world.sandbox.control("POST", "faults", {"path": "/token", "status": 503})
    return back


WAYS: dict[str, tuple[Way, str, str]] = {
    "consent declined": (declined, "the portal got nothing and kept nothing", "declined:"),
    "approval required": (
        approval_required, "An administrator has to approve this", "approval:",
    ),
    "approval page left": (approval_page_left, "could you please approve", "declined:"),
    "wrong account": (another_account, f"as {KIM}, not as {PRIYA}", "wrong-account:"),
    "guest": (guest, "Guests cannot connect here", "guest:"),
    "replayed": (replayed, "This way back cannot be used", "refused:"),
    "foreign state": (foreign_state, "This way back cannot be used", "refused:"),
    "other browser": (other_browser, "This way back cannot be used", "refused:"),
    "token endpoint down": (
        token_endpoint_down, "Please try again in a few minutes", "unavailable:",
    ),
}  # fmt: skip  # one to a line says no more


@pytest.mark.parametrize(("go", "sentence", "entry"), WAYS.values(), ids=WAYS)
def test_way_that_ends_badly_is_told_logged_and_keeps_nothing(
    world: World, go: Way, sentence: str, entry: str
) -> None:
    alex = world.visitor(world.person("alex"))
    priya = world.visitor(world.person("priya"))
    back = go(world, priya)

    answer = priya.get(back)

    page = html.unescape(priya.text(answer.headers["Location"]))
    assert sentence in page, page
    assert entry in html.unescape(alex.text("/admin/audit-log"))
    assert world.db["connections"].count == 0
    assert world.audited()[-1][2] == "refused"


def test_next_way_is_open_after_one_that_ended_badly(world: World) -> None:
    user_id = world.person("priya")
    priya = world.visitor(user_id)
    for go in (declined, another_account, foreign_state):
        priya.get(go(world, priya))

    answer = world.come_back(priya, PRIYA)

    assert answer.headers["Location"] == "/settings/microsoft-365"
    assert world.connection(user_id).address == PRIYA
    assert world.db["connections"].count == 1
