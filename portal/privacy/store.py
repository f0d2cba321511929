"""All SQL about “Never sync” and about what belongs to the organization."""

from collections.abc import Collection
from datetime import datetime

from portal.errors import NotFound
from portal.privacy.models import Domain, Entry, Relay
from portal.storage.rows import Rows

INSIDE = """
select folded from entries_inside where folded in :forms
union select folded from addresses_of_mailboxes where folded in :forms
union select folded_address from accounts
where (is_enabled = 1 or is_shared = 1) and folded_address in :forms
"""


def addresses_inside(rows: Rows, forms: Collection[str]) -> set[str]:
    """Those of these folded addresses that somebody or something of the organization has."""
    return set(rows.all(str, INSIDE, {"forms": list(forms)}))


def domains_inside(rows: Rows, names: Collection[str]) -> set[str]:
    """Those of these domains that are verified, and that no administrator took off."""
    found = rows.all(
        str,
        "select name from domains_inside d where name in :names "
        "and not exists (select 1 from outside_domains o where o.name = d.name)",
        {"names": list(names)},
    )
    return set(found)


def domains(rows: Rows) -> list[Domain]:
    return rows.all(
        Domain,
        "select d.name, o.taken_off_by, o.taken_off_at from domains_inside d "
        "left join outside_domains o on o.name = d.name order by d.name",
    )


def take_off(rows: Rows, name: str, *, by: str, now: datetime) -> int:
    """Belongs inside write(), as all changes here."""
    return rows.execute(
        "insert into outside_domains (name, taken_off_by, taken_off_at) "
        "select name, ?, ? from domains_inside where name = ? on conflict (name) do nothing",
        [by, now, name],
    )


def put_back(rows: Rows, name: str) -> int:
    return rows.execute("delete from outside_domains where name = ?", [name])


def entries_for(rows: Rows, user_id: str) -> list[Entry]:
    """The entries that hold for one person's mailbox."""
    return rows.all(
        Entry, "select * from never_sync where user_id is null or user_id = ?", [user_id]
    )


def entries_of(rows: Rows, owner: str | None) -> list[Entry]:
    """A person's own list, or the organization's."""
    if owner is None:
        return rows.all(Entry, "select * from never_sync where user_id is null order by folded")
    return rows.all(Entry, "select * from never_sync where user_id = ? order by folded", [owner])


def address_of_shared(rows: Rows, user_id: str) -> str | None:
    """The address of a shared mailbox. None for a person's own."""
    sql = "select address from accounts where id = ? and is_shared = 1"
    return rows.value(str, sql, [user_id])


def entry(rows: Rows, entry_id: str, *, owner: str | None) -> Entry:
    found = rows.one(Entry, "select * from never_sync where id = ?", [entry_id])
    if found is None or found.user_id != owner:
        raise NotFound
    return found


def count_candidates_at(rows: Rows, domain: str) -> int:
    """How many candidates have an address in a domain."""
    found = rows.value(
        int,
        "select count(distinct candidate_id) from addresses_of_candidates where folded like ?",
        [f"%@{domain}"],
    )
    return found or 0


def add(rows: Rows, new: Entry) -> int:
    """How many were added: none if the list has it."""
    return rows.execute(
        "insert into never_sync (id, user_id, folded, is_domain, added_by, added_at) "
        "values (?, ?, ?, ?, ?, ?) on conflict do nothing",
        [new.id, new.user_id, new.folded, new.is_domain, new.added_by, new.added_at],
    )


def delete(rows: Rows, entry_id: str) -> None:
    rows.execute("delete from never_sync where id = ?", [entry_id])


def relays(rows: Rows) -> list[Relay]:
    return rows.all(Relay, "select * from relay_domains order by name")


def relay_domains(rows: Rows) -> list[str]:
    return rows.all(str, "select name from relay_domains")


def add_relay(rows: Rows, new: Relay) -> int:
    """How many were added: none if the list has it."""
    return rows.execute(
        "insert into relay_domains (name, added_by, added_at) values (?, ?, ?) "
        "on conflict do nothing",
        [new.name, new.added_by, new.added_at],
    )


def delete_relay(rows: Rows, name: str) -> int:
    return rows.execute("delete from relay_domains where name = ?", [name])
