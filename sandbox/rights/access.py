"""Access to the mailboxes of others with a delegated token.

https://learn.microsoft.com/graph/outlook-share-messages-folders
"""

from collections.abc import Iterable

from sandbox.database import State
from sandbox.rights import store

SHARED = ".shared"


def covers_own(granted: Iterable[str]) -> set[str]:
    """Name what permissions open in a person's own mailbox, which the .Shared ones include."""
    return {name.lower().removesuffix(SHARED) for name in granted}


def may_open(
    state: State, mailbox: str, person: str, *, granted: Iterable[str], wanted: Iterable[str]
) -> bool:
    """Whether a .Shared permission was granted and the person has full access."""
    named = {f"{name.lower()}{SHARED}" for name in wanted}
    is_granted = bool(named & {name.lower() for name in granted})
    return is_granted and store.has(state, mailbox, person, store.FULL_ACCESS)


def may_write_for_others(granted: Iterable[str]) -> bool:
    return f"mail.send{SHARED}" in {name.lower() for name in granted}
