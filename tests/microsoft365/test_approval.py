"""The approval link for an administrator, and its effect on the person who sent it."""

from tests.microsoft365 import at_microsoft
from tests.microsoft365.environment import Environment
from tests.support.raw_rows import raw
from tests.support.sandbox_server import TENANT_ID

PRIYA = "priya@northwind.example"
ALEX = "alex@northwind.example"


def handed_on(env: Environment) -> str:
    browser = env.visitor(env.person("kim"))
    return at_microsoft.approval_link(browser.get("/settings/microsoft-365/approval").text)


def followed(env: Environment, link: str, decision: str) -> str:
    return at_microsoft.followed(env.sandbox, link, ALEX, decision)


def test_approval_lets_people_connect_without_being_asked(env: Environment) -> None:
    env.sandbox.control("PATCH", "tenant", {"adminConsentRequired": True})

    back = followed(env, handed_on(env), "accept")

    page = env.stranger().get(back)
    assert f"tenant={TENANT_ID}" in back
    assert "<h1>Thank you</h1>" in page.text
    user_id, _ = env.connect("priya")
    assert {"Mail.Read", "User.Read"} <= env.connection(user_id).scopes


def test_approval_that_is_declined_says_so(env: Environment) -> None:
    back = followed(env, handed_on(env), "cancel")

    page = env.stranger().get(back)
    assert "admin_consent=True" in back
    assert "<h1>Not approved</h1>" in page.text


def test_approval_changes_nothing_in_the_portal(env: Environment) -> None:
    link = handed_on(env)
    before = [
        *raw(env.rows).query("select * from flows"),
        *raw(env.rows).query("select * from users"),
    ]

    env.stranger().get(followed(env, link, "accept"))

    after = [
        *raw(env.rows).query("select * from flows"),
        *raw(env.rows).query("select * from users"),
    ]
    assert after == before
    assert list(raw(env.rows).query("select id from connections")) == []


def test_connecting_needs_approval(env: Environment) -> None:
    env.sandbox.control("PATCH", "tenant", {"adminConsentRequired": True})
    browser = env.visitor(env.person("priya"))
    address = env.leave(browser)

    back = at_microsoft.came_back(env.sandbox, address, PRIYA, decision="cancel")

    assert browser.get(back).headers["Location"] == "/oauth/microsoft/outcome/declined"
