"""A claim: a row that one worker works on until a time, whatever the row is about."""

from dataclasses import dataclass

from portal.errors import Conflict


@dataclass(frozen=True)
class Claim:
    """A row that one worker works on; `by` is of this claim alone, so a late worker is noticed."""

    row_id: str
    by: str


class ClaimLost(Conflict):
    """Somebody else works on it now, or it may no longer be worked on: nothing was kept."""

    def __init__(self) -> None:
        super().__init__("This work was taken over or called off.")
