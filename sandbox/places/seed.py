"""Northwind's rooms: two buildings, and one room without a place."""

from typing import Any

from sandbox.database import State
from sandbox.directory.seed import DOMAIN
from sandbox.places import store

HARBOUR = f"harbour-house@{DOMAIN}"
MILL = f"mill-yard@{DOMAIN}"
CITY = {"city": "Malmö", "state": "", "countryOrRegion": "Sweden"}
LISTS: tuple[dict[str, Any], ...] = (
    {
        "emailAddress": HARBOUR,
        "displayName": "Harbour House",
        "address": {"street": "Kajgatan 4", "postalCode": "211 19", **CITY},
    },
    {
        "emailAddress": MILL,
        "displayName": "Mill Yard",
        "address": {"street": "Kvarnvägen 12", "postalCode": "212 24", **CITY},
    },
)
ROOMS: tuple[tuple[str | None, dict[str, Any]], ...] = (
    (
        HARBOUR,
        {
            "emailAddress": f"room-aurora@{DOMAIN}",
            "displayName": "Aurora",
            "building": "Harbour House",
            "floorNumber": 1,
            "floorLabel": "First",
            "label": "1.04",
            "capacity": 8,
            "audioDeviceName": "Ceiling microphone",
            "videoDeviceName": "Wall camera",
            "displayDeviceName": "Large screen",
            "isWheelChairAccessible": True,
            "tags": ["quiet"],
            "teamsEnabledState": "enabled",
        },
    ),
    (
        HARBOUR,
        {
            "emailAddress": f"room-borealis@{DOMAIN}",
            "displayName": "Borealis",
            "building": "Harbour House",
            "floorNumber": 2,
            "label": "2.11",
            "capacity": 4,
            "displayDeviceName": "Screen",
        },
    ),
    (
        MILL,
        {
            "emailAddress": f"room-cirrus@{DOMAIN}",
            "displayName": "Cirrus",
            "building": "Mill Yard",
            "floorNumber": 0,
            "capacity": 12,
            "videoDeviceName": "Camera on a stand",
            "isWheelChairAccessible": True,
        },
    ),
    (
        MILL,
        {
            "emailAddress": f"room-dune@{DOMAIN}",
            "displayName": "Dune",
            "building": "Mill Yard",
            "floorNumber": 3,
            "capacity": 2,
            "bookingType": "reserved",
        },
    ),
    (None, {"emailAddress": f"room-attic@{DOMAIN}", "displayName": "Attic"}),
)


def seed(state: State) -> None:
    for facts in LISTS:
        store.add_list(state, facts)
    for in_list, facts in ROOMS:
        place = next((one["address"] for one in LISTS if one["emailAddress"] == in_list), None)
        store.add_room(state, {"address": place, **facts}, in_list=in_list)
