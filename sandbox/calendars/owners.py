"""Owners of calendars: people, rooms and shared mailboxes, and Microsoft 365 groups."""

from dataclasses import dataclass
from typing import Any

from sandbox.database import Row, State
from sandbox.directory import store as people
from sandbox.groups import store as groups


@dataclass(frozen=True)
class Owner:
    """The owner of a calendar. `path` is that of Graph, as contexts write it."""

    id: str
    name: str
    address: str
    path: str
    is_group: bool = False
    # A person of the organization who has the calendar open by a share.
    is_opened_by_another: bool = False

    @property
    def contact(self) -> dict[str, Any]:
        return {"emailAddress": {"name": self.name, "address": self.address}}


def of_person(row: Row, *, is_opened_by_another: bool = False) -> Owner:
    address = row["mail"] or row["upn"]
    path = f"users('{row['id']}')"
    return Owner(
        row["id"], row["display_name"], address, path, is_opened_by_another=is_opened_by_another
    )


def by_id(state: State, identity: str) -> Owner | None:
    """Find the owner of stored events."""
    group = groups.group(state, identity)
    if group is not None:
        return of_group(group)
    person = people.person(state, identity)
    return of_person(person) if person else None


def of_group(item: dict[str, Any]) -> Owner:
    path = f"groups('{item['id']}')"
    return Owner(item["id"], item["displayName"], item["mail"], path, is_group=True)
