"""Declarations of what subscriptions wake, each written by the subject it wakes."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.storage.rows import Rows


@dataclass(frozen=True)
class Wakes:
    """A kind of subscription. `resource` stands below the path of the person's account."""

    name: str
    resource: str
    # The feature whose permission it needs, by name.
    feature: str
    # Given users' ids: makes due what is theirs. Belongs inside write().
    make_due: Callable[[Rows, Collection[str], datetime], None]
    # What Microsoft tells of, as it is written there.
    changes: str = "created"

    def resource_at(self, path: str) -> str:
        """The resource Microsoft watches, below `/me` or `/users/{id}`."""
        return f"{path.removeprefix('/')}/{self.resource}"


def named(wakes: Sequence[Wakes], name: str) -> Wakes | None:
    """None for a kind that another version of Portal knew."""
    return next((each for each in wakes if each.name == name), None)
