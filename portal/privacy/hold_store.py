"""All SQL about earlier mail that waits for the owner of its mailbox."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from portal.privacy.models import Hold, Question
from portal.storage.claims import SKEW
from portal.storage.ids import new_id
from portal.storage.rows import Rows

# One row for each held address that its candidate still has, the newest question first.
HELD = """
select h.candidate_id, n.name, h.asked_at, h.asked_by, h.closed_at, h.refused_at, a.address
from held_addresses h
join candidate_names n on n.id = h.candidate_id
join addresses_of_candidates a on a.candidate_id = h.candidate_id and a.folded = h.folded
where h.user_id = :user and h.candidate_id in :candidates
order by h.asked_at desc, a.address
"""
ASKED = """
select h.candidate_id from held_addresses h
join addresses_of_candidates a on a.candidate_id = h.candidate_id and a.folded = h.folded
where h.user_id = :user group by h.candidate_id
order by min(case when h.refused_at is null then 0 else 1 end), max(h.asked_at) desc,
    h.candidate_id
limit :limit offset :offset
"""
# An address that is taken off a candidate and added again is not held twice.
OF_OTHERS = """
select distinct h.user_id, h.closed_at, h.asked_at, h.asked_by, h.refused_at
from held_addresses h where h.folded = :held and h.candidate_id <> :to
and not exists (select 1 from held_addresses o where o.user_id = h.user_id
    and o.candidate_id = :to and o.folded = :folded and o.asked_at = h.asked_at)
"""
WAITING = """
select h.user_id, count(distinct h.candidate_id) from held_addresses h
join addresses_of_candidates a on a.candidate_id = h.candidate_id and a.folded = h.folded
where h.user_id in :accounts and h.refused_at is null group by h.user_id
"""


@dataclass(frozen=True)
class _Held:
    """One held address of a candidate."""

    candidate_id: str
    name: str
    asked_at: datetime
    asked_by: str
    closed_at: datetime | None
    refused_at: datetime | None
    address: str


def asks_since(rows: Rows, user_id: str) -> datetime | None:
    """Since when an owner decides about earlier mail. None if they do not."""
    return rows.value(datetime, "select since from asking_owners where user_id = ?", [user_id])


def asking_owners(rows: Rows) -> list[str]:
    return rows.all(str, "select user_id from asking_owners order by user_id")


def asking_decided_by(rows: Rows, user_id: str) -> list[str]:
    """The owners who ask and for whom this person decides: themself, and shared mailboxes."""
    return rows.all(
        str,
        "select o.user_id from asking_owners o join mailbox_deciders d "
        "on d.account_id = o.user_id where d.user_id = ? order by o.user_id",
        [user_id],
    )


def start_asking(rows: Rows, user_id: str, *, now: datetime) -> int:
    """Belongs inside write(), as all changes here."""
    return rows.execute(
        "insert into asking_owners (user_id, since) values (?, ?) on conflict do nothing",
        [user_id, now],
    )


def stop_asking(rows: Rows, user_id: str) -> int:
    return rows.execute("delete from asking_owners where user_id = ?", [user_id])


def add(rows: Rows, holds: Iterable[tuple[str, Hold]], *, asked_by: str) -> None:
    """Each with the owner of the mailbox."""
    rows.many(
        "insert into held_addresses (id, user_id, candidate_id, folded, closed_at, asked_at, "
        "asked_by) values (?, ?, ?, ?, ?, ?, ?)",
        [
            (
                new_id(),
                user_id,
                each.candidate_id,
                each.folded,
                each.closed_at,
                each.asked_at,
                asked_by,
            )
            for user_id, each in holds
        ],
    )


def copy(rows: Rows, folded: str, *, held_as: str, to: str) -> None:
    """Hold an address of a candidate as the same address of other candidates was held."""
    found = rows.all(tuple, OF_OTHERS, {"held": held_as, "to": to, "folded": folded})
    rows.many(
        "insert into held_addresses (id, user_id, candidate_id, folded, closed_at, asked_at, "
        "asked_by, refused_at) values (?, ?, ?, ?, ?, ?, ?, ?)",
        [(new_id(), user_id, to, folded, *rest) for user_id, *rest in found],
    )


def held_before(rows: Rows, forms: Collection[str]) -> set[str]:
    """Those of these folded addresses that are held for some owner."""
    found = rows.all(
        str,
        "select distinct folded from held_addresses where folded in :forms",
        {"forms": list(forms)},
    )
    return set(found)


def holds(rows: Rows, user_id: str, candidate_ids: Collection[str]) -> list[Hold]:
    """The holds on some candidates in one mailbox."""
    return rows.all(
        Hold,
        "select candidate_id, folded, asked_at, closed_at, refused_at from held_addresses "
        "where user_id = :user and candidate_id in :ids",
        {"user": user_id, "ids": list(candidate_ids)},
    )


def count_waiting(rows: Rows, user_id: str) -> int:
    """How many candidates wait for a decision."""
    return counts_waiting(rows, [user_id]).get(user_id, 0)


def counts_waiting(rows: Rows, account_ids: Collection[str]) -> dict[str, int]:
    """How many candidates wait for a decision, by account. Without those of which none does."""
    return dict(rows.all(tuple, WAITING, {"accounts": list(account_ids)}))


def questions(rows: Rows, user_id: str, *, limit: int, offset: int = 0) -> list[Question]:
    """Candidates whose earlier mail waits, then those whose mail stays, the newest first."""
    ids = rows.all(str, ASKED, {"user": user_id, "limit": limit, "offset": offset})
    return _questions(rows, user_id, ids)


def question(rows: Rows, user_id: str, candidate_id: str) -> Question | None:
    return next(iter(_questions(rows, user_id, [candidate_id])), None)


def _questions(rows: Rows, user_id: str, ids: list[str]) -> list[Question]:
    found: dict[str, list[_Held]] = {each: [] for each in ids}
    for each in rows.all(_Held, HELD, {"user": user_id, "candidates": ids}):
        found[each.candidate_id].append(each)
    return [_question(each) for each in found.values() if each]


def _question(held: list[_Held]) -> Question:
    """One question about all of a candidate's held addresses. The last one that waits tells it."""
    newest = next((each for each in held if each.refused_at is None), held[0])
    return Question(
        candidate_id=newest.candidate_id,
        name=newest.name,
        asked_at=newest.asked_at,
        asked_by=newest.asked_by,
        closed_at=newest.closed_at,
        refused_at=newest.refused_at,
        addresses=tuple(dict.fromkeys(each.address for each in held)),
    )


def bring_in(rows: Rows, user_id: str, asked: Question) -> int:
    """Release what was held when the question was asked; how many addresses that were.

    With what is left of deleted candidates, or it would keep out the same address once more.
    """
    return rows.execute(
        "delete from held_addresses where user_id = :user and asked_at <= :asked_at "
        "and folded in (select folded from held_addresses "
        "where user_id = :user and candidate_id = :candidate) "
        "and (candidate_id = :candidate or candidate_id not in (select id from candidate_names))",
        {"user": user_id, "candidate": asked.candidate_id, "asked_at": asked.asked_at},
    )


def refuse(rows: Rows, user_id: str, asked: Question, *, now: datetime) -> int:
    return rows.execute(
        "update held_addresses set refused_at = ? where user_id = ? and candidate_id = ? "
        "and asked_at <= ? and refused_at is null",
        [now, user_id, asked.candidate_id, asked.asked_at],
    )


def undo_future(rows: Rows, *, now: datetime) -> bool:
    """Mail of the future is new, whatever a clock running ahead said. True if there was some."""
    ahead = now + SKEW
    sql = "select 1 from held_addresses where asked_at > ? limit 1"
    if rows.value(int, sql, [ahead]) is None:
        return False
    with rows.write():
        rows.execute("update held_addresses set asked_at = ? where asked_at > ?", [now, ahead])
    return True
