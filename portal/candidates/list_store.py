"""All SQL of the list: which candidates it shows, in which order, and the last mail with each.

Nothing is counted beforehand: an index has the mail of each feed in order. What a colleague hid
from the viewer, and mail that never went out, is left out.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from portal.addresses import fold, fold_name
from portal.candidates.models import Place
from portal.storage.rows import Rows

# Parts of statements, in which `c` is the candidate and `hidden` has what the viewer may not see.
UNSENT = "union all select outbox_id from unsent_mail"
LAST = """
from feed_entries e where e.candidate_id = c.id and e.kind in :kinds
and e.subject_id not in (select subject_id from hidden)
order by e.happened_at desc, e.id desc limit 1
"""
MATCHES = """
(c.folded_name like :name escape '\\' or lower(c.headline) like :headline escape '\\'
or exists (select 1 from candidate_addresses a where a.candidate_id = c.id
    and (lower(a.address) like :address escape '\\' or a.folded like :address escape '\\')))
"""
EVERYBODY = ""
# Read from the side that has less: a mailbox with few messages, or the newest mail of each feed.
IN_SMALL_MAILBOX = """
and c.id in (
    select e.candidate_id from held_messages h join feed_entries e on e.subject_id = h.message_id
    where e.kind = 'email' and h.account_id = :viewer
    union
    select e.candidate_id from held_sent_mail h join feed_entries e on e.subject_id = h.outbox_id
    where e.kind = 'outbox' and h.account_id = :viewer)
"""
IN_BIG_MAILBOX = """
and exists (select 1 from feed_entries e where e.candidate_id = c.id and (
    e.kind = 'email' and exists (select 1 from held_messages h
        where h.account_id = :viewer and h.message_id = e.subject_id)
    or e.kind = 'outbox' and exists (select 1 from held_sent_mail h
        where h.account_id = :viewer and h.outbox_id = e.subject_id)))
"""
BIG = 100_000
IS_BIG = "select 1 from held_messages where account_id = :viewer limit 1 offset :big"
ORDER = "order by last_at desc, c.folded_name, c.name, c.id"


@dataclass(frozen=True)
class Wanted:
    """The filters of the list. `mine`: the viewer's own mailbox holds mail with the candidate."""

    search: str = ""
    mine: bool = False
    waiting: bool = False


@dataclass(frozen=True)
class Last:
    """The newest mail of a feed that the viewer may see. `is_new`: it came after their visit."""

    candidate_id: str
    entry_id: str
    kind: str
    subject_id: str
    happened_at: datetime
    is_new: bool = False

    @property
    def place(self) -> Place:
        return Place(self.happened_at, self.entry_id)


@dataclass(frozen=True)
class _Found:
    """`found_count` counts all results."""

    id: str
    found_count: int


def found(
    rows: Rows, wanted: Wanted, *, viewer: str, kinds: Collection[str], page: int, size: int
) -> tuple[list[str], int]:
    """One page of candidates, those with the newest mail first, and the count of all."""
    listed = rows.all(
        _Found,
        "with hidden as materialized (select subject_id "  # noqa: S608  # put together from constants
        f"from feed_mail_hidden_from where user_id = :viewer {UNSENT}) "
        "select c.id, count(*) over () as found_count, "
        f"coalesce((select e.happened_at {LAST}), '') as last_at "
        f"from candidates c where {MATCHES} {_of(rows, wanted, viewer)} {ORDER} "
        "limit :limit offset :offset",
        {**_values(wanted, viewer, kinds), "limit": size, "offset": (page - 1) * size},
    )
    return [each.id for each in listed], listed[0].found_count if listed else 0


def received(
    rows: Rows, wanted: Wanted, *, viewer: str, kinds: Collection[str]
) -> list[tuple[str, str, str, str]]:
    """Candidates whose last mail was received: id, sender, who wrote for them, time."""
    return rows.all(
        tuple,
        "with hidden as materialized (select subject_id "  # noqa: S608  # put together from constants
        f"from feed_mail_hidden_from where user_id = :viewer {UNSENT}) "
        "select c.id, m.sender_address, m.sent_by_address, "
        "l.happened_at as last_at from candidates c "
        f"join feed_entries l on l.id = (select e.id {LAST}) "
        "join kept_messages m on m.id = l.subject_id and l.kind = 'email' "
        f"where {MATCHES} {_of(rows, wanted, viewer)} {ORDER}",
        _values(wanted, viewer, kinds),
    )


def lasts(
    rows: Rows, candidate_ids: Collection[str], *, viewer: str, kinds: Collection[str]
) -> dict[str, Last]:
    """The last mail with each of these candidates.

    Without a visit, mail is new that is younger than the candidate and the viewer.
    """
    listed = rows.all(
        Last,
        "with hidden as materialized (select subject_id "  # noqa: S608  # put together from constants
        f"from feed_mail_hidden_from where user_id = :viewer {UNSENT}) "
        "select l.candidate_id, l.id as entry_id, l.kind, "
        "l.subject_id, l.happened_at, case when v.user_id is null "
        "and l.happened_at > c.created_at and l.happened_at > p.created_at then 1 "
        "when v.user_id is not null and (l.happened_at, l.id) > "
        "(coalesce(v.seen_at, ''), coalesce(v.seen_id, '')) then 1 else 0 end as is_new "
        f"from candidates c join feed_entries l on l.id = (select e.id {LAST}) "
        "join people p on p.id = :viewer "
        "left join candidate_visits v on v.user_id = :viewer and v.candidate_id = c.id "
        "where c.id in :ids",
        {"ids": [*candidate_ids], "viewer": viewer, "kinds": [*kinds]},
    )
    return {each.candidate_id: each for each in listed}


def note_visit(rows: Rows, viewer: str, candidate_id: str, seen: Place | None) -> None:
    """Remember the newest mail that a person saw on a candidate's page. It never goes back."""
    at, entry_id = (seen.happened_at, seen.entry_id) if seen else (None, None)
    values = {"viewer": viewer, "candidate": candidate_id, "at": at, "id": entry_id}
    if rows.value(int, KNOWN, values) is None:
        with rows.write(durable=False):
            rows.execute(NOTE, values)


KNOWN = """
select 1 from candidate_visits where user_id = :viewer and candidate_id = :candidate
and (coalesce(seen_at, ''), coalesce(seen_id, '')) >= (coalesce(:at, ''), coalesce(:id, ''))
"""
NOTE = """
insert into candidate_visits (user_id, candidate_id, seen_at, seen_id)
values (:viewer, :candidate, :at, :id) on conflict (user_id, candidate_id) do update set
seen_at = excluded.seen_at, seen_id = excluded.seen_id
where (coalesce(candidate_visits.seen_at, ''), coalesce(candidate_visits.seen_id, ''))
    < (excluded.seen_at, excluded.seen_id)
"""


def _of(rows: Rows, wanted: Wanted, viewer: str) -> str:
    """The condition of the filter “With me”."""
    if not wanted.mine:
        return EVERYBODY
    is_big = rows.value(int, IS_BIG, {"viewer": viewer, "big": BIG})
    return IN_BIG_MAILBOX if is_big else IN_SMALL_MAILBOX


def _values(wanted: Wanted, viewer: str, kinds: Collection[str]) -> dict[str, object]:
    # An empty search has the pattern %%, which matches everything.
    return {
        "name": _pattern(fold_name(wanted.search)),
        "headline": _pattern(wanted.search.strip().lower()),
        "address": _pattern(fold(wanted.search)),
        "viewer": viewer,
        "kinds": [*kinds],
    }


def _pattern(text: str) -> str:
    for special in ("\\", "%", "_"):
        text = text.replace(special, f"\\{special}")
    return f"%{text}%"
