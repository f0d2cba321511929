"""An invitation's link is taken with a Google account as with any other."""

import re

import pytest

from portal.users import people_store, store
from tests.google import at_google
from tests.google.at_google import KIM, OUTSIDE, PRIYA
from tests.google.world import World
from tests.support.visiting import HOME, Visitor

pytestmark = pytest.mark.oidc
INVITE = {"id": "11111111-1111-4111-8111-111111111111", "role": "member", "note": "Priya"}
LINK = re.compile(rf'value="{HOME}(/invitations/[^"]+)"')


@pytest.fixture
def link(world: World) -> str:
    found = LINK.search(world.admin().post("/admin/users/invitations", INVITE).text)
    assert found is not None
    return found[1]


def accept(world: World, browser: Visitor, link: str, account: str) -> str:
    address = world.leave(browser, link, f"{link}/google")
    return str(browser.get(at_google.came_back(address, account)).headers["Location"])


def test_invited_person_comes_in_and_is_keyed_by_issuer_and_subject(
    world: World, link: str
) -> None:
    browser = world.stranger()

    place = accept(world, browser, link, PRIYA)

    user = store.user_by_identity(world.db, world.google.issuer, PRIYA)
    assert place == "/"
    assert user is not None
    assert (user.address, str(user.role)) == ("priya@northwind.example", "member")
    assert browser.get("/candidates").status_code == 200


def test_link_is_used_up_by_the_first(world: World, link: str) -> None:
    first, second = world.stranger(), world.stranger()
    late = world.leave(second, link, f"{link}/google")
    accept(world, first, link, PRIYA)

    place = second.get(at_google.came_back(late, KIM)).headers["Location"]

    assert "This invitation no longer works" in second.text(place)
    assert len(people_store.people(world.db)) == 2


def test_link_does_not_open_to_another_organization(world: World, link: str) -> None:
    browser = world.stranger()

    place = accept(world, browser, link, OUTSIDE)

    assert place == "/oauth/google/outcome/wrong-domain"
    assert len(people_store.people(world.db)) == 1
    assert accept(world, world.stranger(), link, PRIYA) == "/"


def test_link_that_nobody_made_is_refused(world: World, link: str) -> None:
    answer = world.press(world.stranger(), "/signin", "/invitations/nonsense/google")

    assert answer.status_code == 403
    assert "This invitation no longer works" in answer.text
