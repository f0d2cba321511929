"""The check of members' permission to schedule on group calendars."""

from collections.abc import Iterator

from portal.diagnostics.models import Check, advice, ok
from portal.microsoft365 import authorization_store
from portal.storage.rows import Rows
from portal.wording import number, verb

NAME = "Group calendars"
CURE = (
    "Hand on the link under Personal settings, Microsoft 365, Approval by an administrator. Then "
    "remind people under Integrations, Microsoft 365, Group calendars."
)


def checks(rows: Rows) -> Iterator[Check]:
    """One check once a calendar was added."""
    if not authorization_store.calendars(rows):
        return
    ready, members = authorization_store.count_schedulers(rows)
    if ready == members:
        yield ok(NAME, "Each member's connection has Group.ReadWrite.All.")
        return
    have = verb(ready, "has", "have")
    yield advice(
        NAME,
        f"{number(ready)} of {number(members)} members {have} a connection with "
        "Group.ReadWrite.All. The others cannot schedule on a group calendar.",
        CURE,
    )
