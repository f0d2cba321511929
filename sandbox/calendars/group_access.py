"""Access of people to the calendar of a group."""

from typing import Any

from sandbox import quirks
from sandbox.database import State
from sandbox.groups import resource, store


def may_read(state: State, item: dict[str, Any], person: str) -> bool:
    """Whether a person sees the calendar: everybody that of a public group."""
    is_public = str(item["visibility"]).lower() == "public"
    return is_public or _is_member(state, item, person) or _is_owner(state, item, person)


def may_write(state: State, item: dict[str, Any], person: str) -> bool:
    """Whether a person changes the calendar. Owners are not always members."""
    is_owner = _is_owner(state, item, person)
    if is_owner and not quirks.OWNERS_CANNOT_WRITE.is_on(state):
        return True
    is_read_only = item[resource.MEMBERS_READ_ONLY] and not is_owner
    return _is_member(state, item, person) and not is_read_only


def _is_member(state: State, item: dict[str, Any], person: str) -> bool:
    return person in store.direct_members(state, item["id"])


def _is_owner(state: State, item: dict[str, Any], person: str) -> bool:
    return person in store.owners(state, item["id"])
