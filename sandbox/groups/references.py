"""Groups and members as control names them: by id, address or name."""

from collections.abc import Iterable
from typing import Any

from sandbox.database import State
from sandbox.directory import store as people
from sandbox.errors import ControlRefused
from sandbox.groups import store


def group(state: State, reference: str) -> dict[str, Any] | None:
    return next((item for item in store.groups(state) if _is_named(item, reference)), None)


def ids_of(state: State, references: Iterable[str]) -> list[str]:
    """Find people, groups, contacts and devices. An unknown one is refused."""
    return [_id_of(state, reference) for reference in references]


def _id_of(state: State, reference: str) -> str:
    person = people.person(state, reference)
    if person:
        return str(person["id"])
    contacts, devices = store.objects(state, "orgContact"), store.objects(state, "device")
    others = (*store.groups(state), *contacts, *devices)
    found = next((item for item in others if _is_named(item, reference)), None)
    if found is None:
        raise ControlRefused(f"No member is called {reference}.", 404)
    return str(found["id"])


def _is_named(item: dict[str, Any], reference: str) -> bool:
    names = (item["id"], item["displayName"], item.get("mail"))
    return reference.lower() in [str(name).lower() for name in names]
