"""All SQL for candidates and their addresses."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from portal.addresses import fold, fold_name, stands_for
from portal.candidates.models import Candidate, CandidateAddress, CandidatePage, ClosedAs, Sharer
from portal.errors import NotFound
from portal.storage.claims import SKEW
from portal.storage.rows import Rows

PAGE_SIZE = 50
FOUND = """
select c.*, count(*) over () as found_count from candidates c
where c.folded_name like :name escape '\\' or lower(c.headline) like :headline escape '\\'
or exists (select 1 from candidate_addresses a where a.candidate_id = c.id
    and (lower(a.address) like :address escape '\\' or a.folded like :address escape '\\'))
order by c.folded_name, c.name, c.id limit :limit offset :offset
"""


@dataclass(frozen=True)
class _Row:
    """A candidate without addresses. `found_count` counts all results of a search."""

    id: str
    name: str
    headline: str
    created_at: datetime
    updated_at: datetime
    closed_at: datetime | None = None
    closed_as: ClosedAs | None = None
    time_zone: str = ""
    found_count: int = 1


def candidate(rows: Rows, candidate_id: str) -> Candidate:
    found = rows.one(_Row, "select * from candidates where id = ?", [candidate_id])
    if found is None:
        raise NotFound
    return _with_addresses(rows, [found])[0]


def candidates(
    rows: Rows, *, search: str = "", page: int = 1, size: int = PAGE_SIZE
) -> CandidatePage:
    """Candidates by name. `search` matches names, headlines and addresses."""
    # An empty search has the pattern %%, which matches everything.
    values = {
        "name": _pattern(fold_name(search)),
        "headline": _pattern(search.strip().lower()),
        "address": _pattern(fold(search)),
        "limit": size,
        "offset": (page - 1) * size,
    }
    found = rows.all(_Row, FOUND, values)
    total = found[0].found_count if found else 0
    owners = tuple(_with_addresses(rows, found))
    return CandidatePage(candidates=owners, total=total, number=page, size=size)


def _pattern(text: str) -> str:
    for special in ("\\", "%", "_"):
        text = text.replace(special, f"\\{special}")
    return f"%{text}%"


def _with_addresses(rows: Rows, found: list[_Row]) -> list[Candidate]:
    owned: dict[str, list[str]] = {each.id: [] for each in found}
    for owner, address in rows.all(
        tuple,
        "select candidate_id, address from candidate_addresses "
        "where candidate_id in :ids order by position",
        {"ids": [*owned]},
    ):
        owned[owner].append(address)
    return [
        Candidate(
            id=each.id,
            name=each.name,
            headline=each.headline,
            addresses=tuple(owned[each.id]),
            created_at=each.created_at,
            updated_at=each.updated_at,
            closed_at=each.closed_at,
            closed_as=each.closed_as,
            time_zone=each.time_zone,
        )
        for each in found
    ]


def add(rows: Rows, new: Candidate, *, created_by: str | None) -> None:
    """Belongs inside write()."""
    rows.execute(
        "insert into candidates (id, name, folded_name, headline, created_by, created_at, "
        "updated_at, time_zone) values (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            new.id,
            new.name,
            fold_name(new.name),
            new.headline,
            created_by,
            new.created_at,
            new.updated_at,
            new.time_zone,
        ],
    )
    _save_addresses(rows, new)


def change(rows: Rows, changed: Candidate) -> None:
    """Change a candidate. Kept addresses keep their date. Belongs inside write()."""
    rows.execute(
        "update candidates set name = ?, folded_name = ?, headline = ?, updated_at = ?, "
        "time_zone = ? where id = ?",
        [
            changed.name,
            fold_name(changed.name),
            changed.headline,
            changed.updated_at,
            changed.time_zone,
            changed.id,
        ],
    )
    _save_addresses(rows, changed)


def _save_addresses(rows: Rows, owner: Candidate) -> None:
    rows.execute(
        "delete from candidate_addresses where candidate_id = :id and folded not in :kept",
        {"id": owner.id, "kept": [fold(address) for address in owner.addresses]},
    )
    rows.many(
        "insert into candidate_addresses "
        "(candidate_id, address, folded, position, added_at) values (?, ?, ?, ?, ?) "
        "on conflict (candidate_id, folded) do update set "
        "address = excluded.address, position = excluded.position",
        [
            (owner.id, address, fold(address), position, owner.updated_at)
            for position, address in enumerate(owner.addresses)
        ],
    )


def delete(rows: Rows, candidate_id: str) -> None:
    """With addresses and feed entries; messages are left to email.removal."""
    rows.execute("delete from candidates where id = ?", [candidate_id])


def sharers(rows: Rows, addresses: Collection[str], *, besides: str | None) -> list[Sharer]:
    """Other candidates who have one of these addresses too."""
    return rows.all(
        Sharer,
        "select c.id as candidate_id, c.name, a.address from candidate_addresses a "
        "join candidates c on c.id = a.candidate_id "
        "where a.folded in :folded and c.id <> :besides order by c.name, c.id",
        {"folded": {fold(address) for address in addresses}, "besides": besides or ""},
    )


def matching_addresses(rows: Rows, written: Collection[str]) -> list[CandidateAddress]:
    """Candidates' addresses that one of these may stand for."""
    return rows.all(
        CandidateAddress,
        "select a.candidate_id, a.address, a.folded, c.closed_at from candidate_addresses a "
        "join candidates c on c.id = a.candidate_id where a.folded in :forms",
        {"forms": list({form for address in written for form in stands_for(address)})},
    )


def close(rows: Rows, candidate_id: str, closed_as: ClosedAs, *, now: datetime) -> int:
    """How many were closed: none if the candidate is closed. Belongs inside write()."""
    return rows.execute(
        "update candidates set closed_at = ?, closed_as = ? where id = ? and closed_at is null",
        [now, closed_as, candidate_id],
    )


def reopen(rows: Rows, candidate_id: str, *, now: datetime) -> int:
    """Reopen a candidate, whose addresses are searched for as if they were new."""
    count = rows.execute(
        "update candidates set closed_at = null, closed_as = null "
        "where id = ? and closed_at is not null",
        [candidate_id],
    )
    if count:
        rows.execute(
            "update candidate_addresses set added_at = ? where candidate_id = ?",
            [now, candidate_id],
        )
    return count


def undo_future(rows: Rows, *, now: datetime) -> bool:
    """Addresses that a clock running ahead added are of now. True if there were some."""
    ahead = now + SKEW
    sql = "select 1 from candidate_addresses where added_at > ? limit 1"
    if rows.value(int, sql, [ahead]) is None:
        return False
    with rows.write():
        rows.execute("update candidate_addresses set added_at = ? where added_at > ?", [now, ahead])
    return True
