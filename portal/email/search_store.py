"""All SQL for searches of earlier correspondence, and for walks in their place."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.addresses import fold
from portal.candidates.models import EarlierMail, ImportProgress
from portal.email.store import OFF_BECAUSE
from portal.storage.claims import SKEW, ClaimLost, Claims, Fence
from portal.storage.ids import new_id
from portal.storage.rows import Rows
from portal.subscriptions.store import WAITS_FOR_CONSENT
from portal.worker.queue import Listing

# Past this many new addresses at once, one walk through the mailbox is less work for Microsoft.
MOST_SEARCHES = 20
# A slow transaction may commit an address older than our last check.
MARGIN = timedelta(seconds=60)
NEW = """
select mailbox_id, candidate_id, address, folded from wanted_searches order by added_at, address
"""
# Rows that wait for a walk which has not begun; a walk that runs has passed some messages already.
WITHOUT_WALK = """
select distinct s.mailbox_id from searches s
where s.finished_at is null and s.stage = 'walking' and s.address <> '' and s.cursor is null
and not exists (select 1 from searches w where w.mailbox_id = s.mailbox_id
    and w.address = '' and w.finished_at is null and w.cursor is null)
"""
# Microsoft forgets to tell of some changes: all of a mailbox is read again once in a while.
WALKED_EVERY = timedelta(days=30)
WALKED_LONG_AGO = """
select b.id from mailboxes b join syncable_mailboxes y on y.id = b.id
where b.stage = 'following' and coalesce(b.walked_at, b.first_sync_finished_at) < ?
and not exists (select 1 from searches w where w.mailbox_id = b.id
    and w.address = '' and w.finished_at is null)
"""
READ_MAILBOXES = """
select b.id from mailboxes b where b.first_sync_started_at is not null
and (:owner = '' or b.user_id = :owner) and b.user_id not in :besides
and not exists (select 1 from searches w where w.mailbox_id = b.id
    and w.address = '' and w.finished_at is null and w.cursor is null)
"""
UNFINISHED = """
select 1 from searches s where s.mailbox_id = :mailbox and s.finished_at is null
union all
select 1 from wanted_searches w where w.mailbox_id = :mailbox
limit 1
"""
# An address that was there before the first sync of a mailbox needs no search of its own.
EARLIER_MAIL = """
select count(*) as mailboxes, count(*) filter (
    where b.first_sync_finished_at is null or exists (
        select 1 from addresses_of_candidates a left join searches s on s.mailbox_id = b.id
            and s.candidate_id = a.candidate_id and s.folded = a.folded
            and s.asked_at >= a.added_at
        where a.candidate_id = :candidate and a.added_at >= b.first_sync_started_at
        and s.finished_at is null)
) as searching, count(*) filter (where exists (select 1 from mail_on_hold h
    where h.user_id = b.user_id and h.candidate_id = :candidate)) as asked
from mailboxes b
join syncable_mailboxes y on y.id = b.id
"""
# One row for each address in each mailbox that can be synced, by the same rule.
PROGRESS = """
select count(distinct b.id) as mailboxes, count(*) as total, count(*) filter (
    where b.first_sync_finished_at is not null and (a.added_at < b.first_sync_started_at or exists (
        select 1 from searches s where s.mailbox_id = b.id and s.candidate_id = a.candidate_id
        and s.folded = a.folded and s.asked_at >= a.added_at
        and s.finished_at is not null))
) as finished, count(distinct case when exists (select 1 from mail_on_hold h
    where h.user_id = b.user_id and h.candidate_id = a.candidate_id) then b.id end) as asked
from mailboxes b
join syncable_mailboxes y on y.id = b.id
join addresses_of_candidates a on a.candidate_id in :ids
"""
# Held are addresses whose earlier mail waits for the owner of the mailbox, or stays in it.
SEARCH = """
select s.*, b.user_id, case when exists (select 1 from mail_on_hold h
    join addresses_of_candidates a on a.candidate_id = h.candidate_id and a.folded = h.folded
    where h.user_id = b.user_id and h.candidate_id = s.candidate_id and h.folded = s.folded
    and h.asked_at >= a.added_at) then 1 else 0 end as is_held
from searches s join mailboxes b on b.id = s.mailbox_id where s.id = ?
"""
MAY_RUN = """
    s.finished_at is null
    and exists (select 1 from syncable_mailboxes y where y.id = s.mailbox_id)
"""
IS_DUE = """
    s.due_at <= :now and (s.stage = 'searching' or s.address = '')
    and exists (select 1 from mailboxes b where b.id = s.mailbox_id and b.stage = 'following')
    and not exists (select 1 from searches o where o.mailbox_id = s.mailbox_id
        and o.finished_at is null and o.claimed_until >= :now)
"""
# Claim one search a mailbox, since Microsoft allows four requests at once for each.
CLAIMS = Claims(
    Fence("searches", "s", may_work=MAY_RUN),
    is_due=IS_DUE,
    order="case when s.address = '' then 1 else 0 end, s.asked_at, s.id",
)
LISTING = Listing(
    about="p.display_name || ': ' || "
    "case when s.address = '' then 'the whole mailbox' else s.address end",
    stage="s.stage",
    joins="join mailboxes b on b.id = s.mailbox_id join mailbox_access p on p.user_id = b.user_id",
    which="s.finished_at is null and (s.stage = 'searching' or s.address = '')",
    off_because=OFF_BECAUSE,
    is_connected="p.is_readable",
    waits_for_consent=WAITS_FOR_CONSENT,
    order="s.asked_at, s.id",
)


@dataclass(frozen=True)
class Search:
    """A search for earlier correspondence in one mailbox. Without an address it walks all of it."""

    id: str
    mailbox_id: str
    user_id: str
    address: str
    cursor: str | None
    read_count: int
    failure_count: int
    is_held: bool = False

    @property
    def is_walk(self) -> bool:
        return not self.address


def plan(rows: Rows, *, now: datetime) -> int:
    """Add a search for each new address in each synced mailbox and return their number."""
    long_ago = [now - WALKED_EVERY]
    if (
        rows.value(str, NEW) is None
        and rows.value(str, WITHOUT_WALK) is None
        and rows.value(str, WALKED_LONG_AGO, long_ago) is None
    ):
        return 0
    with rows.write():
        new = rows.all(tuple, NEW)
        _add_searches(rows, new, now)
        _add_walks(rows, rows.all(str, WITHOUT_WALK), now)
        _add_walks(rows, rows.all(str, WALKED_LONG_AGO, long_ago), now)
    return len(new)


def _add_searches(rows: Rows, new: list[tuple[str, str, str, str]], now: datetime) -> None:
    """`new` holds mailbox, candidate, address and its folded form."""
    many = Counter(mailbox_id for mailbox_id, *_ in new)
    rows.many(
        "insert into searches (id, mailbox_id, candidate_id, address, folded, stage, "
        "read_count, kept_count, asked_at, due_at, failure_count) "
        "values (?, ?, ?, ?, ?, ?, 0, 0, ?, ?, 0)",
        [
            (new_id(), *each, "walking" if many[each[0]] > MOST_SEARCHES else "searching", now, now)
            for each in new
        ],
    )
    rows.many(
        "update mailboxes set candidates_seen_at = ? where id = ?",
        [(now - MARGIN, mailbox_id) for mailbox_id in many],
    )


def _add_walks(rows: Rows, waiting: list[str], now: datetime) -> None:
    rows.many(
        "insert into searches (id, mailbox_id, address, folded, stage, read_count, "
        "kept_count, asked_at, due_at, failure_count) "
        "values (?, ?, '', '', 'walking', 0, 0, ?, ?, 0)",
        [(new_id(), mailbox_id, now, now) for mailbox_id in waiting],
    )


def walk_everywhere(
    rows: Rows, *, now: datetime, owner: str = "", besides: Collection[str] = ()
) -> int:
    """Read every mailbox once more, by new rules. Returns how many. Belongs inside write().

    With an `owner`, only theirs. A walk that runs has passed some messages already, so another one
    follows it.
    """
    waiting = rows.all(str, READ_MAILBOXES, {"owner": owner, "besides": list(besides)})
    _add_walks(rows, waiting, now)
    return len(waiting)


def owners_of_read_mailboxes(rows: Rows) -> list[str]:
    return rows.all(str, "select user_id from mailboxes where first_sync_started_at is not null")


def add_search(rows: Rows, user_id: str, *, candidate_id: str, address: str, now: datetime) -> None:
    """Search a mailbox once more for one address. Belongs inside write()."""
    rows.execute(
        "insert into searches (id, mailbox_id, candidate_id, address, folded, stage, read_count, "
        "kept_count, asked_at, due_at, failure_count) "
        "select ?, id, ?, ?, ?, 'searching', 0, 0, ?, ?, 0 from mailboxes where user_id = ?",
        [new_id(), candidate_id, address, fold(address), now, now, user_id],
    )


def search(rows: Rows, search_id: str) -> Search:
    found = rows.one(
        Search,
        SEARCH,
        [search_id],
    )
    if found is None:
        raise ClaimLost
    return found


def is_searching(rows: Rows, mailbox_id: str) -> bool:
    """Whether a search for earlier messages runs or is about to start in this mailbox."""
    return rows.value(int, UNFINISHED, {"mailbox": mailbox_id}) is not None


def earlier_mail(rows: Rows, candidate_id: str) -> EarlierMail:
    """Mailboxes that can be synced, and in how many a search for this candidate is not finished."""
    (found,) = rows.all(EarlierMail, EARLIER_MAIL, {"candidate": candidate_id})
    return found


def import_progress(rows: Rows, candidate_ids: Collection[str]) -> ImportProgress:
    """How many searches the addresses of these candidates need, and how many are finished."""
    (found,) = rows.all(ImportProgress, PROGRESS, {"ids": [*candidate_ids]})
    return found


def save_place(rows: Rows, search_id: str, cursor: str, *, read: int, kept: int) -> None:
    """Save the cursor of a search. Belongs inside write(), like all that follow."""
    rows.execute(
        "update searches set cursor = ?, read_count = read_count + ?, "
        "kept_count = kept_count + ?, failure = null, failed_at = null, failure_count = 0, "
        "is_throttled = 0 where id = ?",
        [cursor, read, kept, search_id],
    )


def begin_walk(rows: Rows, walk: Search) -> None:
    """Begin a walk that answers every search waiting for one."""
    rows.execute(
        "update searches set cursor = ? where mailbox_id = ? and stage = 'walking' "
        "and address <> '' and cursor is null and finished_at is null",
        [walk.id, walk.mailbox_id],
    )


def walk_instead(rows: Rows, search_id: str) -> None:
    """Let a search wait for a walk, since it finds too much or is refused."""
    rows.execute(
        "update searches set stage = 'walking', cursor = null, claimed_by = null, "
        "claimed_until = null where id = ?",
        [search_id],
    )


def finish(rows: Rows, search_id: str, *, now: datetime) -> None:
    """Finish a search, and those its walk answered."""
    rows.execute(
        "update mailboxes set walked_at = ? where id = "
        "(select mailbox_id from searches where id = ? and address = '')",
        [now, search_id],
    )
    rows.execute(
        "update searches set finished_at = ?, cursor = null, claimed_by = null, "
        "claimed_until = null, failure = null, failed_at = null, failure_count = 0, "
        "is_throttled = 0 where id = ? or (cursor = ? and stage = 'walking')",
        [now, search_id, search_id],
    )


def undo_future(rows: Rows, *, now: datetime) -> bool:
    """Mailboxes of which a clock running ahead says that all candidates are searched until later.

    Those added in between would never be searched. True if there were some.
    """
    ahead = now + SKEW
    sql = (
        "select 1 from mailboxes where candidates_seen_at > :ahead "
        "or first_sync_started_at > :ahead limit 1"
    )
    if rows.value(int, sql, {"ahead": ahead}) is None:
        return False
    with rows.write():
        rows.execute(
            "update mailboxes set candidates_seen_at = case when candidates_seen_at > :ahead "
            "then :now else candidates_seen_at end, first_sync_started_at = case "
            "when first_sync_started_at > :ahead then :now else first_sync_started_at end "
            "where candidates_seen_at > :ahead or first_sync_started_at > :ahead",
            {"ahead": ahead, "now": now},
        )
    return True
