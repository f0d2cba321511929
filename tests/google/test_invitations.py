"""Invitations accepted with a Google account."""

import re

import pytest

from portal.users import people_store, store
from tests.google import at_google
from tests.google.at_google import KIM, OUTSIDE, PRIYA
from tests.google.environment import Environment
from tests.support.visitors import HOME, Visitor

pytestmark = pytest.mark.oidc
INVITE = {"id": "11111111-1111-4111-8111-111111111111", "role": "member", "note": "Priya"}
LINK = re.compile(rf'value="{HOME}(/invitations/[^"]+)"')


@pytest.fixture
def link(env: Environment) -> str:
    found = LINK.search(env.admin().post("/admin/users/invitations", INVITE).text)
    assert found is not None
    return found[1]


def accept(env: Environment, browser: Visitor, link: str, account: str) -> str:
    address = env.leave(browser, link, f"{link}/google")
    return str(browser.get(at_google.came_back(address, account)).headers["Location"])


def test_invited_person_is_identified_by_issuer_and_subject(env: Environment, link: str) -> None:
    browser = env.stranger()

    place = accept(env, browser, link, PRIYA)

    user = store.user_by_identity(env.rows, env.google.issuer, PRIYA)
    assert place == "/"
    assert user is not None
    assert (user.address, str(user.role)) == ("priya@northwind.example", "member")
    assert browser.get("/candidates").status_code == 200


def test_link_works_for_the_first_person_only(env: Environment, link: str) -> None:
    first, second = env.stranger(), env.stranger()
    late = env.leave(second, link, f"{link}/google")
    accept(env, first, link, PRIYA)

    place = second.get(at_google.came_back(late, KIM)).headers["Location"]

    assert "This invitation no longer works" in second.text(place)
    assert len(people_store.people(env.rows)) == 2


def test_link_does_not_open_to_another_organization(env: Environment, link: str) -> None:
    browser = env.stranger()

    place = accept(env, browser, link, OUTSIDE)

    assert place == "/oauth/google/outcome/wrong-domain"
    assert len(people_store.people(env.rows)) == 1
    assert accept(env, env.stranger(), link, PRIYA) == "/"


def test_invented_link_is_refused(env: Environment, link: str) -> None:
    answer = env.stranger().press("/signin", "/invitations/nonsense/google")

    assert answer.status_code == 403
    assert "This invitation no longer works" in answer.text
