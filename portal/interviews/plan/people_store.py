"""All SQL for the people who can be on a panel."""

from collections.abc import Collection
from dataclasses import dataclass

from portal.storage.rows import Rows

# Those first who were on a panel lately.
PEOPLE = """
select p.id as user_id, p.display_name as name, p.address, count(*) over () as found_count
from people p where p.is_enabled = 1 and p.source <> 'shared_mailbox'
"""
IN_ORDER = """
order by coalesce((select max(i.created_at) from interview_panel n
    join interviews i on i.id = n.interview_id where n.user_id = p.id), '') desc,
    lower(p.display_name), p.id
"""


@dataclass(frozen=True)
class Person:
    """A person who can be on a panel. `found_count` counts all results of a search."""

    user_id: str
    name: str
    address: str
    found_count: int = 1


def people(rows: Rows, *, search: str, limit: int) -> list[Person]:
    """The first people whose name or address has these words."""
    for special in ("\\", "%", "_"):
        search = search.replace(special, f"\\{special}")
    return rows.all(
        Person,
        f"{PEOPLE} and (lower(p.display_name) like :pattern escape '\\' "
        f"or p.folded_address like :pattern escape '\\') {IN_ORDER} limit :limit",
        {"pattern": f"%{search.strip().lower()}%", "limit": limit},
    )


def chosen(rows: Rows, user_ids: Collection[str]) -> list[Person]:
    """Those of these people who can be on a panel, by name."""
    return rows.all(
        Person,
        f"{PEOPLE} and p.id in :ids order by lower(p.display_name), p.id",
        {"ids": [*user_ids]},
    )


def at(rows: Rows, folded: Collection[str]) -> list[Person]:
    """Those who can be on a panel and have one of these addresses."""
    return rows.all(
        Person,
        f"{PEOPLE} and p.folded_address in :folded order by p.id",
        {"folded": [*folded]},
    )
