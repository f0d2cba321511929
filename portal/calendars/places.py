"""Rooms in Microsoft's answers. Pure."""

from collections.abc import Iterable
from typing import Any

from portal.calendars.models import Room

LONGEST = 200
DEVICES = ("audioDeviceName", "videoDeviceName", "displayDeviceName")
# Microsoft's own examples still use the former name of the display.
FORMER_DISPLAY = "displayDevice"


def rooms_in(items: Iterable[Any]) -> tuple[Room, ...]:
    """Every room of a list once; what is no room or has no id is passed over."""
    rooms = (room_from(item) for item in items)
    return tuple({room.id: room for room in rooms if room is not None}.values())


def room_from(place: Any) -> Room | None:
    if not isinstance(place, dict) or not _text(place.get("id")):
        return None
    address = _text(place.get("emailAddress"))
    return Room(
        id=_text(place["id"]),
        name=_text(place.get("displayName")) or address or "Room without a name",
        address=address if "@" in address else None,
        building=_text(place.get("building")),
        floor=_floor(place),
        capacity=_number(place.get("capacity")),
        equipment=_equipment(place),
    )


def _floor(place: dict[str, Any]) -> str:
    label, number = _text(place.get("floorLabel")), _number(place.get("floorNumber"), least=-99)
    if label:
        return label if label.casefold().startswith("floor") else f"floor {label}"
    return "" if number is None else f"floor {number}"


def _equipment(place: dict[str, Any]) -> tuple[str, ...]:
    """Devices, tags and wheelchair access, each once."""
    devices = [_text(place.get(name)) for name in DEVICES]
    if not devices[-1]:
        devices[-1] = _text(place.get(FORMER_DISPLAY))
    tags = [_text(tag) for tag in _list(place.get("tags"))[:20]]
    accessible = "wheelchair accessible" if place.get("isWheelChairAccessible") is True else ""
    return tuple(dict.fromkeys(each for each in (*devices, *tags, accessible) if each))


def _number(value: Any, *, least: int = 0) -> int | None:
    """Read a number, which Microsoft's examples also write as text."""
    if isinstance(value, bool):
        return None
    try:
        number = int(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if least <= number < 100_000 else None


def _text(value: Any) -> str:
    return " ".join(value.split())[:LONGEST] if isinstance(value, str) else ""


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
