"""Rooms in Microsoft's answers, including recorded ones."""

import json
from typing import Any

import pytest

from portal.calendars.models import NO_ADDRESS
from portal.calendars.places import room_from, rooms_in
from tests.support import openapi
from tests.support.needs import SHARED

FULL = {
    "id": "one",
    "displayName": "  Aurora\n ",
    "emailAddress": "aurora@northwind.example",
    "building": "Harbour House",
    "floorNumber": 2,
    "capacity": 8,
    "audioDeviceName": "Microphone",
    "videoDeviceName": "Camera",
    "displayDeviceName": "Screen",
    "isWheelChairAccessible": True,
    "tags": ["quiet", "Camera"],
}


def test_room_has_place_and_equipment() -> None:
    room = room_from(FULL)

    assert room is not None
    assert (room.name, room.place, room.seats) == ("Aurora", "Harbour House, floor 2", "8 seats")
    assert room.equipment == ("Microphone", "Camera", "Screen", "quiet", "wheelchair accessible")
    assert room.left_out_because == ""


@pytest.mark.parametrize("address", [None, "", "no address", 7])
def test_room_without_an_address_is_left_out_with_its_reason(address: Any) -> None:
    room = room_from({**FULL, "emailAddress": address})

    assert room is not None
    assert (room.address, room.left_out_because) == (None, NO_ADDRESS)


@pytest.mark.parametrize(
    ("told", "capacity"),
    [(12, 12), ("12", 12), (0, 0), (-1, None), ("many", None), (True, None), (10**9, None)],
)
def test_capacity_is_a_number_or_unknown(told: Any, capacity: int | None) -> None:
    room = room_from({**FULL, "capacity": told})

    assert room is not None
    assert room.capacity == capacity


@pytest.mark.parametrize(
    ("facts", "floor"),
    [
        ({"floorLabel": "Mezzanine"}, "floor Mezzanine"),
        ({"floorLabel": "Floor 3"}, "Floor 3"),
        ({"floorNumber": -1}, "floor -1"),
        ({"floorNumber": None}, ""),
    ],
)
def test_floor_has_a_label_or_a_number(facts: dict[str, Any], floor: str) -> None:
    room = room_from({"id": "one", **facts})

    assert room is not None
    assert room.floor == floor


def test_room_on_two_pages_is_listed_once() -> None:
    moved = {**FULL, "displayName": "Aurora II"}

    found = rooms_in([FULL, moved])

    assert [room.name for room in found] == ["Aurora II"]


@pytest.mark.parametrize("item", ["text", None, {}, {"id": None}])
def test_item_that_is_no_room_is_skipped(item: Any) -> None:
    assert rooms_in([item]) == ()


@pytest.mark.openapi
def test_recorded_rooms_are_read() -> None:
    samples = json.loads((SHARED / "graph-samples" / "place-list.json").read_text())
    listed = SHARED / "real-fixtures" / "waldekmastykarz-graph-mocks" / "graphmocks-docs-193.json"
    bodies = [example["response"]["body"] for example in samples["examples"]]

    (in_list,) = rooms_in(bodies[1]["value"])
    all_rooms = rooms_in(json.loads(listed.read_text())["response"]["body"]["value"])

    assert openapi.is_available()
    assert (in_list.name, in_list.capacity, in_list.place) == ("Conf Room 200", 40, "2, floor 2")
    assert in_list.equipment == ("surface hub", "benches", "nice view")
    assert [room.address for room in all_rooms] == ["cf100@contoso.com", "cf200@contoso.com"]
