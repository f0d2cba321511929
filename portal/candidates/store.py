"""All SQL for candidates and their addresses."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.addresses import fold, fold_name, stands_for
from portal.candidates.models import Candidate, CandidateAddress, ClosedAs, Sharer
from portal.errors import NotFound
from portal.storage.claims import SKEW
from portal.storage.rows import Rows


@dataclass(frozen=True)
class _Row:
    """A candidate without addresses."""

    id: str
    name: str
    headline: str
    created_at: datetime
    updated_at: datetime
    closed_at: datetime | None = None
    closed_as: ClosedAs | None = None
    time_zone: str = ""


def candidate(rows: Rows, candidate_id: str) -> Candidate:
    found = rows.one(_Row, "select * from candidates where id = ?", [candidate_id])
    if found is None:
        raise NotFound
    return _with_addresses(rows, [found])[0]


def by_ids(rows: Rows, candidate_ids: Sequence[str]) -> list[Candidate]:
    """These candidates in this order, without those that are gone."""
    found = rows.all(_Row, "select * from candidates where id in :ids", {"ids": [*candidate_ids]})
    known = {each.id: each for each in _with_addresses(rows, found)}
    return [known[each] for each in candidate_ids if each in known]


def folded_addresses(rows: Rows, candidate_ids: Sequence[str]) -> dict[str, set[str]]:
    """The addresses of each of these candidates as they are compared."""
    owned: dict[str, set[str]] = {each: set() for each in candidate_ids}
    for owner, folded in rows.all(
        tuple,
        "select candidate_id, folded from candidate_addresses where candidate_id in :ids",
        {"ids": [*candidate_ids]},
    ):
        owned[owner].add(folded)
    return owned


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
