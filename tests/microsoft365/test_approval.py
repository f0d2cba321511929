"""A link handed on to an administrator, and what it changes for the person who waits."""

import html
import re
from urllib.parse import urlsplit

import requests

from tests.microsoft365 import at_microsoft
from tests.microsoft365.world import World
from tests.support.sandbox_server import TENANT_ID

PRIYA = "priya@northwind.example"
ALEX = "alex@northwind.example"
LINK = re.compile(r'value="(http[^"]+/adminconsent[^"]+)"')


def handed_on(world: World) -> str:
    browser = world.visitor(world.person("kim"))
    link = LINK.search(browser.get("/settings/microsoft-365/approval").text)
    assert link is not None
    return html.unescape(link[1])


def followed(world: World, link: str, decision: str) -> str:
    """What an administrator's browser is sent to in the end."""
    with requests.Session() as browser:
        browser.trust_env = False
        oid = world.sandbox.oid(ALEX)
        browser.post(link, data={"account": oid}, allow_redirects=False, timeout=10)
        answer = browser.post(link, data={"decision": decision}, allow_redirects=False, timeout=10)
    parts = urlsplit(answer.headers["Location"])
    return f"{parts.path}?{parts.query}"


def test_approval_lets_people_connect_without_being_asked(world: World) -> None:
    world.sandbox.control("PATCH", "tenant", {"adminConsentRequired": True})

    back = followed(world, handed_on(world), "accept")

    page = world.stranger().get(back)
    assert f"tenant={TENANT_ID}" in back
    assert "<h1>Thank you</h1>" in page.text
    user_id, _ = world.connect("priya")
    assert {"Mail.Read", "User.Read"} <= world.connection(user_id).scopes


def test_approval_that_is_declined_says_so(world: World) -> None:
    back = followed(world, handed_on(world), "cancel")

    page = world.stranger().get(back)
    assert "admin_consent=True" in back
    assert "<h1>Not approved</h1>" in page.text


def test_approval_changes_nothing_in_the_portal(world: World) -> None:
    link = handed_on(world)
    before = [*world.db.query("select * from flows"), *world.db.query("select * from users")]

    world.stranger().get(followed(world, link, "accept"))

    after = [*world.db.query("select * from flows"), *world.db.query("select * from users")]
    assert after == before
    assert list(world.db.query("select id from connections")) == []


def test_connecting_is_stuck_without_approval(world: World) -> None:
    world.sandbox.control("PATCH", "tenant", {"adminConsentRequired": True})
    browser = world.visitor(world.person("priya"))
    address = world.leave(browser)

    back = at_microsoft.came_back(world.sandbox, address, PRIYA, decision="cancel")

    assert browser.get(back).headers["Location"] == "/oauth/microsoft/outcome/declined"
