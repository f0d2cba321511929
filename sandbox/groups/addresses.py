"""Addresses of groups: mail to one reaches its members, as Exchange delivers it."""

from collections.abc import Iterable
from typing import Any

from sandbox.database import Row, State
from sandbox.groups import store


def with_members(
    state: State, addresses: Iterable[str], *, is_from_outside: bool = False
) -> list[str]:
    """Replace each group's address by those of its members.

    A group that takes no mail from outside keeps its address, and nobody has that mailbox.
    """
    groups = {address: item for item in store.groups(state) for address in addresses_of(item)}
    found: list[str] = []
    for address in addresses:
        group = groups.get(address.lower())
        is_open = group is not None and (group["allowExternalSenders"] or not is_from_outside)
        found += _of_members(state, group["id"]) if group and is_open else [address]
    return list(dict.fromkeys(found))


def group_of(state: State, address: str) -> dict[str, Any] | None:
    """Find the group that has an address."""
    found = (item for item in store.groups(state) if address.lower() in addresses_of(item))
    return next(found, None)


def members_of(state: State, group_id: str) -> list[Row]:
    """List the people in a group and in the groups within it."""
    ids = store.transitive_members(state, group_id, sees_hidden=True)
    return list(store.people_by_ids(state, ids).values())


def addresses_of(item: dict[str, Any]) -> list[str]:
    """The address of a group, and its other ones."""
    return [str(each).partition(":")[2].lower() for each in item["proxyAddresses"]]


def _of_members(state: State, group_id: str) -> list[str]:
    ids = store.transitive_members(state, group_id, sees_hidden=True)
    people = store.people_by_ids(state, ids).values()
    objects = store.objects_by_ids(state, ids).values()
    contacts: list[dict[str, Any]] = [item for kind, item in objects if kind == "orgContact"]
    mails = [row["mail"] for row in people] + [item["mail"] for item in contacts]
    return [mail.lower() for mail in mails if mail]
