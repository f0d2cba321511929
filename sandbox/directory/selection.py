"""The members of a user that $select names."""

from sandbox import odata
from sandbox.directory.resource import ELSEWHERE, MEMBERS
from sandbox.errors import GraphError


def of_one() -> tuple[str, ...] | None:
    return odata.selected(MEMBERS, kind="user")


def of_list() -> tuple[str, ...] | None:
    """Read $select for a list, which cannot include members of other services."""
    asked = (odata.option("$select") or "").lower().split(",")
    elsewhere = ELSEWHERE & {name.strip() for name in asked}
    if elsewhere:
        raise GraphError(
            501,
            "NotImplemented",
            f"The properties {sorted(elsewhere)} are not supported within a users collection.",
        )
    return of_one()
