"""Rooms and room lists: paging, addresses, missing members."""

from typing import Any
from urllib.parse import unquote

import pytest

from tests.sandbox.answers import error
from tests.sandbox.callers import Caller, application, person
from tests.support.sandbox_server import Sandbox

ROOMS = "/places/microsoft.graph.room"
AURORA = "room-aurora@northwind.example"
HARBOUR = "harbour-house@northwind.example"


def names(found: dict[str, Any]) -> list[str]:
    return [one["displayName"] for one in found["value"]]


def test_rooms_have_a_place_and_equipment(app: Caller) -> None:
    found = app.read(ROOMS)

    aurora = found["value"][0]
    assert names(found) == ["Aurora", "Borealis", "Cirrus", "Dune", "Attic"]
    assert (aurora["building"], aurora["floorNumber"], aurora["capacity"]) == (
        "Harbour House",
        1,
        8,
    )
    assert aurora["videoDeviceName"] == "Wall camera"
    assert aurora["address"]["city"] == "Malmö"


def test_room_may_have_no_place(app: Caller) -> None:
    attic = app.read(ROOMS)["value"][-1]

    assert (attic["address"], attic["building"], attic["capacity"]) == (None, None, None)


def test_rooms_are_paged_by_a_hundred(tenant: Sandbox, app: Caller) -> None:
    tenant.control("POST", "rooms/bulk", {"count": 250, "building": "Tower"})
    page = app.read(f"{ROOMS}?$count=true")
    seen = [names(page)]

    while "@odata.nextLink" in page:
        assert f"/v1.0{ROOMS}?" in page["@odata.nextLink"]
        page = app.read(page["@odata.nextLink"])
        seen.append(names(page))

    assert [len(part) for part in seen] == [100, 100, 55]
    assert len({name for part in seen for name in part}) == 255
    assert page["@odata.count"] == 255


def test_top_and_skip_choose_a_page(app: Caller) -> None:
    found = app.read(f"{ROOMS}?$top=2&$skip=1&$select=displayName")

    assert names(found) == ["Borealis", "Cirrus"]
    assert set(found["value"][0]) == {"id", "displayName"}
    assert unquote(found["@odata.nextLink"]).endswith("$skip=3")


def test_rooms_are_filtered(app: Caller) -> None:
    found = app.read(ROOMS, params={"$filter": "building eq 'Mill Yard' and capacity ge 4"})

    assert names(found) == ["Cirrus"]


def test_room_list_is_found_by_its_address_only(app: Caller) -> None:
    lists = app.read("/places/microsoft.graph.roomlist")

    found = app.read(f"/places/{HARBOUR}/microsoft.graph.roomlist/rooms")

    assert names(lists) == ["Harbour House", "Mill Yard"]
    assert names(found) == ["Aurora", "Borealis"]
    identity = lists["value"][0]["id"]
    by_id = app.call("GET", f"/places/{identity}/microsoft.graph.roomlist/rooms")
    assert error(by_id) == (404, "ErrorItemNotFound")


def test_one_place_is_read_by_address_or_id(app: Caller) -> None:
    room = app.read(f"/places/{AURORA}")
    again = app.read(f"/places/{room['id']}")
    building = app.read(f"/places/{HARBOUR}")

    assert room["@odata.type"] == "#microsoft.graph.room"
    assert again == room
    assert building["@odata.type"] == "#microsoft.graph.roomList"
    assert error(app.call("GET", "/places/none@northwind.example"))[0] == 404


def test_rooms_need_their_permission(tenant: Sandbox) -> None:
    app = application(tenant, "User.Read.All")
    kim = person(tenant, "kim@northwind.example", {"Place.Read.All"})

    assert error(app.call("GET", ROOMS)) == (403, "ErrorAccessDenied")
    assert len(kim.read(ROOMS)["value"]) == 5


def test_room_has_a_disabled_account(app: Caller) -> None:
    found = app.read(f"/users/{AURORA}?$select=displayName,accountEnabled,assignedLicenses,mail")

    assert found["displayName"] == "Aurora"
    assert (found["accountEnabled"], found["assignedLicenses"]) == (False, [])


def test_rooms_are_added_changed_and_deleted(tenant: Sandbox, app: Caller) -> None:
    facts = {"displayName": "Cellar", "emailAddress": None, "capacity": 3, "list": HARBOUR}
    cellar = tenant.control("POST", "rooms", facts)
    tenant.control("PATCH", f"rooms/{AURORA}", {"displayName": "Auriga", "capacity": 9})
    tenant.control("DELETE", f"rooms/{cellar['id']}")
    tenant.control("DELETE", "rooms/room-dune@northwind.example")

    found = app.read(ROOMS)

    assert cellar["emailAddress"] is None
    assert names(found) == ["Auriga", "Borealis", "Cirrus", "Attic"]
    assert found["value"][0]["capacity"] == 9
    assert app.read(f"/users/{AURORA}")["displayName"] == "Auriga"
    assert app.call("GET", "/users/room-dune@northwind.example").status_code == 404


@pytest.mark.parametrize("query", ["$orderby=displayName", "$expand=rooms"])
def test_gaps_answer_501(app: Caller, query: str) -> None:
    assert error(app.call("GET", f"{ROOMS}?{query}")) == (501, "NotImplemented")
