"""Invitations and fresh sign-ins with Microsoft, against the practice tenant."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from portal.users import people_store
from tests.microsoft365 import at_microsoft
from tests.microsoft365.conftest import env, microsoft
from tests.microsoft365.environment import Environment
from tests.support.environments import address_on
from tests.support.visitors import HOME, TOKEN, Visitor
from tests.users.confirmations import AT_MICROSOFT, CONFIRMATION, grow_stale

__all__ = ["env", "microsoft"]
INVITE = {"id": "11111111-1111-4111-8111-111111111111", "role": "member", "note": "Priya"}
LINK = re.compile(rf'value="{HOME}(/invitations/[^"]+)"')


@pytest.fixture
def link(env: Environment) -> str:
    """The invitation link that an administrator copies."""
    alex = env.visitor(env.person("alex"))
    found = LINK.search(alex.post("/admin/users/invitations", INVITE).text)
    assert found is not None
    return found[1]


def press(browser: Visitor, page: str, path: str) -> str:
    """The address at Microsoft to which the button on this page leads."""
    return address_on(browser.press(page, path))


def accept(env: Environment, browser: Visitor, link: str, upn: str) -> int:
    address = press(browser, link, link)
    came_back = at_microsoft.came_back(env.sandbox, address, upn)
    return browser.get(came_back).status_code


def test_invited_person_signs_in_with_their_account(env: Environment, link: str) -> None:
    browser = env.stranger()

    status = accept(env, browser, link, "priya@northwind.example")

    people = {listed.user.address: listed.user for listed in people_store.people(env.rows)}
    assert status == 303
    assert people["priya@northwind.example"].role == "member"
    assert browser.get("/candidates").status_code == 200


def test_link_works_for_the_first_person_only(env: Environment, link: str) -> None:
    first, second = env.stranger(), env.stranger()
    late = press(second, link, link)
    accept(env, first, link, "priya@northwind.example")

    came_back = at_microsoft.came_back(env.sandbox, late, "kim@northwind.example")
    answer = second.get(came_back, follow_redirects=True)

    assert "code=" not in answer.request.url
    assert "This invitation no longer works" in answer.text
    assert second.get(link).status_code == 403
    assert second.get("/settings/personal-info").status_code == 303
    assert len(people_store.people(env.rows)) == 2


def test_leaving_page_continues_automatically(env: Environment) -> None:
    browser = env.stranger()
    token = TOKEN.search(browser.get("/signin").text)
    assert token is not None

    answer = browser.client.post(
        "/signin/microsoft",
        base_url=HOME,
        data={"csrf_token": token[1]},
        headers={"Origin": HOME},
    )

    assert answer.headers["Refresh"] == f"1; url={address_on(answer)}"


def test_fresh_sign_in_asks_microsoft_for_credentials(env: Environment) -> None:
    user_id = env.person("alex")
    alex = env.visitor(user_id)
    grow_stale(env.rows)
    refused = alex.post("/admin/users/invitations", {**INVITE, "role": "admin"})

    address = press(alex, CONFIRMATION, AT_MICROSOFT)
    came_back = at_microsoft.came_back(env.sandbox, address, "alex@northwind.example")
    answer = alex.get(came_back)

    asked = parse_qs(urlsplit(address).query)
    assert refused.headers["Location"] == CONFIRMATION
    assert asked["prompt"] == ["login"]
    assert (answer.status_code, answer.headers["Location"]) == (303, CONFIRMATION)
    made = alex.post("/admin/users/invitations", {**INVITE, "role": "admin"})
    assert made.status_code == 200
