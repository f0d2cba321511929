"""A newcomer to the practice tenant finds whom they need, and the way back to Portal."""

import re

import pytest

from tests.sandbox.sign_in import Visit
from tests.support.sandbox_server import Sandbox
from tests.support.walk import Person

ADDRESSES = ("/", "/outside", "/admin-center", "/outlook/priya@northwind.example")


def test_accounts_that_a_newcomer_needs_come_first(visit: Visit) -> None:
    page = visit.start().html

    accounts = re.findall(r'<button class="account".*?<span>(.*?)</span>', page, re.DOTALL)
    assert accounts[:4] == ["Alex Berg", "Priya Kaur", "Kim Lund", "Sam Reed"]
    assert accounts.index("Dana Disabled") > 4


def test_pick_of_an_account_leads_back_to_the_portal(visit: Visit) -> None:
    portal = visit.back.replace("/back", "/")

    assert f'<a href="{portal}">Back to Portal</a>' in visit.start().html


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_page_leads_back_to_the_portal(tenant: Sandbox, address: str) -> None:
    moved = ["http://localhost:8765/oauth/microsoft/callback"]
    tenant.control("PATCH", "tenant", {"redirectUris": moved})

    page = Person().open(f"{tenant.url}{address}").html

    assert '<a href="http://localhost:8765/">Back to Portal</a>' in page


def test_rooms_stand_apart_from_people(tenant: Sandbox) -> None:
    page = Person().open(f"{tenant.url}/admin-center").html

    people, rooms = page.split("<h2>Rooms</h2>")
    assert "Priya Kaur" in people
    assert "Rights in Aurora" in rooms
    assert "Rights in Aurora" not in people
