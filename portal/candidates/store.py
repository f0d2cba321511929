"""All SQL for candidates and their addresses."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from portal import clock
from portal.candidates.addresses import base, fold, fold_name
from portal.candidates.models import Candidate, CandidateAddress, CandidatePage, Sharer
from portal.errors import NotFound
from portal.storage.rows import Rows

VALUES_AT_ONCE = 400  # below the number of parameters that every database takes
PAGE_SIZE = 50
FOUND = """
select c.*, count(*) over () as found_count from candidates c
where c.folded_name like :name escape '\\' or lower(c.headline) like :headline escape '\\'
or exists (select 1 from candidate_addresses a where a.candidate_id = c.id
    and (lower(a.address) like :address escape '\\' or a.folded like :address escape '\\'))
order by c.folded_name, c.name, c.id limit :limit offset :offset
"""


def candidate(rows: Rows, candidate_id: str) -> Candidate:
    found = list(rows.all(dict, "select * from candidates where id = ?", [candidate_id]))
    if not found:
        raise NotFound
    return _with_addresses(rows, [_candidate(found[0])])[0]


def candidates(
    rows: Rows, *, search: str = "", page: int = 1, size: int = PAGE_SIZE
) -> CandidatePage:
    """By name; `search` is looked for in names, headlines and addresses."""
    # Of an empty search the patterns are %%, which everything matches.
    values = {
        "name": _pattern(fold_name(search)),
        "headline": _pattern(search.strip().lower()),
        "address": _pattern(fold(search)),
        "limit": size,
        "offset": (page - 1) * size,
    }
    answer = list(rows.all(dict, FOUND, values))
    found = _with_addresses(rows, [_candidate(row) for row in answer])
    total = answer[0]["found_count"] if answer else 0
    return CandidatePage(candidates=tuple(found), total=total, number=page, size=size)


def _pattern(text: str) -> str:
    for special in ("\\", "%", "_"):
        text = text.replace(special, f"\\{special}")
    return f"%{text}%"


def _candidate(row: dict[str, Any]) -> Candidate:
    return Candidate(
        id=row["id"],
        name=row["name"],
        headline=row["headline"],
        addresses=(),
        created_at=clock.moment(row["created_at"]),
        updated_at=clock.moment(row["updated_at"]),
    )


def _with_addresses(rows: Rows, bare: list[Candidate]) -> list[Candidate]:
    ids = [each.id for each in bare]
    owned: dict[str, list[str]] = {each: [] for each in ids}
    for some in _chunks(ids):
        for row in rows.all(
            dict,
            _with_marks(
                "select candidate_id, address from candidate_addresses "
                "where candidate_id in (?*) order by position",
                some,
            ),
            some,
        ):
            owned[row["candidate_id"]].append(row["address"])
    return [replace(each, addresses=tuple(owned[each.id])) for each in bare]


def add(rows: Rows, new: Candidate, *, created_by: str | None) -> None:
    """Belongs inside write()."""
    rows.execute(
        "insert into candidates (id, name, folded_name, headline, created_by, created_at, "
        "updated_at) values (?, ?, ?, ?, ?, ?, ?)",
        [
            new.id,
            new.name,
            fold_name(new.name),
            new.headline,
            created_by,
            clock.text(new.created_at),
            clock.text(new.updated_at),
        ],
    )
    _save_addresses(rows, new)


def change(rows: Rows, changed: Candidate) -> None:
    """An address that stays keeps the time it was added. Belongs inside write()."""
    rows.execute(
        "update candidates set name = ?, folded_name = ?, headline = ?, updated_at = ? "
        "where id = ?",
        [
            changed.name,
            fold_name(changed.name),
            changed.headline,
            clock.text(changed.updated_at),
            changed.id,
        ],
    )
    _save_addresses(rows, changed)


def _save_addresses(rows: Rows, owner: Candidate) -> None:
    kept = [fold(address) for address in owner.addresses]
    rows.execute(
        _with_marks(
            "delete from candidate_addresses where candidate_id = ? and folded not in (?*)", kept
        ),
        [owner.id, *kept],
    )
    for position, address in enumerate(owner.addresses):
        rows.execute(
            "insert into candidate_addresses "
            "(candidate_id, address, folded, base, position, added_at) values (?, ?, ?, ?, ?, ?) "
            "on conflict (candidate_id, folded) do update set "
            "address = excluded.address, position = excluded.position",
            [
                owner.id,
                address,
                fold(address),
                base(address),
                position,
                clock.text(owner.updated_at),
            ],
        )


def delete(rows: Rows, candidate_id: str) -> None:
    """With addresses and feed entries; messages are left to email.forgetting."""
    rows.execute("delete from candidates where id = ?", [candidate_id])


def sharers(rows: Rows, addresses: Iterable[str], *, besides: str | None) -> list[Sharer]:
    """Other candidates who have one of these addresses too."""
    found: list[Sharer] = []
    for some in _chunks({fold(address) for address in addresses}):
        answer = rows.all(
            dict,
            _with_marks(
                "select c.id, c.name, a.address from candidate_addresses a "
                "join candidates c on c.id = a.candidate_id "
                "where a.folded in (?*) and c.id <> ? order by c.name, c.id",
                some,
            ),
            [*some, besides or ""],
        )
        found += [Sharer(row["id"], row["name"], row["address"]) for row in answer]
    return found


def matching_addresses(
    rows: Rows, folded: Iterable[str], bases: Iterable[str]
) -> list[CandidateAddress]:
    """The candidates' addresses that equal one of these, exactly or but for a plus tag."""
    queries = (
        (
            folded,
            "select candidate_id, address, folded, base from candidate_addresses "
            "where folded in (?*)",
        ),
        (
            bases,
            "select candidate_id, address, folded, base from candidate_addresses "
            "where base in (?*)",
        ),
    )
    found: dict[tuple[str, str], CandidateAddress] = {}
    for wanted, sql in queries:
        for some in _chunks(wanted):
            for row in rows.all(dict, _with_marks(sql, some), some):
                found[row["candidate_id"], row["folded"]] = CandidateAddress(**row)
    return list(found.values())


def _chunks(values: Iterable[str]) -> Iterator[list[str]]:
    ordered = sorted(set(values))
    for start in range(0, len(ordered), VALUES_AT_ONCE):
        yield ordered[start : start + VALUES_AT_ONCE]


def _with_marks(sql: str, values: list[str]) -> str:
    """As many parameters in place of `?*` as there are values."""
    return sql.replace("?*", ", ".join("?" * len(values)))
