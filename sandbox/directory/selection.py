"""What $select names of a person, and what it cannot name."""

from sandbox import odata
from sandbox.directory.resource import ELSEWHERE, MEMBERS
from sandbox.errors import GraphFault


def of_one() -> tuple[str, ...] | None:
    return odata.selected(MEMBERS, kind="user")


def of_list() -> tuple[str, ...] | None:
    """Members that another service keeps cannot be had for many people at once."""
    asked = (odata.option("$select") or "").lower().split(",")
    elsewhere = ELSEWHERE & {name.strip() for name in asked}
    if elsewhere:
        raise GraphFault(
            501,
            "NotImplemented",
            f"The properties {sorted(elsewhere)} are not supported within a users collection.",
        )
    return of_one()
