"""All SQL for lists of interviews, and for what a limited person may see of one."""

from collections.abc import Collection
from datetime import datetime

from portal.addresses import fold_name
from portal.interviews.lists.models import Answer, Invited, Listed, Wanted, When, Whose, Work
from portal.interviews.microsoft.texts import USUAL_KIND
from portal.interviews.models import Interview
from portal.interviews.store import INTERVIEW
from portal.storage.groups import grouped
from portal.storage.rows import Rows
from portal.storage.statements import containing

PAGE_SIZE = 50
# The latest entry of the ledger for one panelist, whose address may have changed.
MY_ENTRY = """
    t.user_id = :me and t.interview_id = i.id and t.folded = (select l.folded from invite_ledger l
        where l.interview_id = i.id and l.user_id = :me
        order by l.version desc, l.told_at desc, l.folded limit 1)
"""
IS_MINE = """
    exists (select 1 from interview_panel p where p.interview_id = i.id and p.user_id = :me)
"""
COLUMNS = """
    i.id, i.candidate_name, i.candidate_zone, i.place, i.place_text, i.state,
    i.goal, i.reason, i.candidate_id, i.organizer_id, i.generation
"""
ALL = f"""
    select {COLUMNS}, i.title, i.room_name, 1 as is_place_told, i.starts_at, i.ends_at
    from interviews i
"""  # noqa: S608  # constants
# The name of the events: on a group's calendar the kind, never a title that somebody typed.
TOLD_TITLE = f"""
    case i.calendar when 'group' then coalesce(
        (select k.name from interview_kinds k where k.id = i.kind_id), '{USUAL_KIND}')
    else i.title end
"""  # noqa: S608  # constants
# What others were told by the event of an entry `t`, also after all of it was withdrawn.
TOLD_WITH_ME = """
    l.interview_id = t.interview_id and l.generation = t.generation
    and (l.withdrawn_at is null or t.withdrawn_at is not null)
"""
TOLD_ROOM = f"""
    coalesce((select l.name from invite_ledger l where {TOLD_WITH_ME} and l.role = 'room'
        order by l.version desc, l.told_at desc, l.folded limit 1), '')
"""  # noqa: S608  # constants
# A limited person sees an interview once they were told of it, and as they were told.
INVITED = f"""
    select {COLUMNS}, {TOLD_TITLE} as title, {TOLD_ROOM} as room_name,
        case when t.generation = i.generation then 1 else 0 end as is_place_told,
        t.starts_at, t.ends_at, case when t.withdrawn_at is null then t.told_at end as told_at
    from interviews i join invite_ledger t on {MY_ENTRY}
    where {IS_MINE} and t.certainty <> 'unknown'
"""  # noqa: S608  # constants
HAS_TIME = "i.state in ('writing', 'scheduled', 'changing', 'asks')"
# A move in Outlook that a person has not decided on, as the interview has its time.
IS_MOVED = f"""
    {HAS_TIME} and i.goal = 'scheduled' and i.starts_at > :now and exists (
        select 1 from interview_moves m where m.interview_id = i.id and m.state = 'open'
        and m.new_starts_at = i.starts_at and m.new_ends_at = i.ends_at)
"""  # noqa: S608  # constants
CONDITIONS = {
    When.COMING: f"{HAS_TIME} and i.ends_at > :now",
    When.DECISION: "((i.state = 'asks' and i.ends_at > :now) "
    "or i.state in ('failed', 'needs_time') or (i.state = 'scheduled' and i.starts_at > :now "
    "and i.id in (select t.interview_id from rooms_not_booked t)))",
    When.MOVED: IS_MOVED,
    When.PAST: f"{HAS_TIME} and i.ends_at <= :now",
    When.CANCELLED: "i.state = 'cancelled'",
}
OF_PERSON = {
    Whose.EVERYBODY: "true",
    Whose.PANEL: IS_MINE,
    Whose.ORGANIZED: "i.organizer_id = :me",
}
FOUND_AS_TOLD = """
    (lower(i.candidate_name) like :search escape '!' or lower(i.title) like :search escape '!')
"""
FOUND = """
    (i.candidate_id in (select c.id from candidate_spellings c where c.folded_name like :folded
        escape '!')
    or lower(i.candidate_name) like :search escape '!' or lower(i.title) like :search escape '!')
"""
IS_UNSEEN = """
    case when exists (select 1 from interview_events e where e.interview_id = i.id
        and e.generation = i.generation and e.proof = 'not_seen') then 1 else 0 end as is_unseen
"""
# A deleted event needs a decision, which is said. An own copy decides nothing.
IS_CHANGED = f"""
    case when {HAS_TIME} and i.ends_at > :now and exists (select 1 from interview_findings f
        join interview_events e on e.id = f.event_id where f.interview_id = i.id
        and e.generation = i.generation and f.state = 'open'
        and f.kind not in ('own_copy', 'deleted')) then 1 else 0 end as is_changed
"""  # noqa: S608  # constants
FACTS = f"{IS_UNSEEN}, {IS_CHANGED}, case when {IS_MOVED} then 1 else 0 end as is_moved"
LISTED = """
    i.id, i.title, i.candidate_name, i.candidate_zone, i.starts_at, i.ends_at, i.place,
    i.place_text, i.room_name, i.state, i.goal, i.reason, i.is_place_told,
    coalesce((select t.trouble from rooms_not_booked t where t.interview_id = i.id), '')
        as room_trouble
"""


def listed(rows: Rows, wanted: Wanted, *, page: int = 1, size: int = PAGE_SIZE) -> list[Listed]:
    """One page of what a reader wants: the earliest first of coming ones, else the latest."""
    order = "desc" if wanted.when in (When.PAST, When.CANCELLED) else "asc"
    conditions = [CONDITIONS[wanted.when], OF_PERSON[wanted.whose]]
    if wanted.search:
        conditions.append(FOUND_AS_TOLD if wanted.is_limited else FOUND)
    return rows.all(
        Listed,
        f"select {LISTED}, {FACTS}, count(*) over () as found_count "  # noqa: S608  # constants
        f"from ({INVITED if wanted.is_limited else ALL}) i "
        f"where {' and '.join(conditions)} "
        f"order by i.starts_at {order}, i.id limit :limit offset :offset",
        {
            "me": wanted.reader_id,
            "now": wanted.now,
            "search": containing(wanted.search),
            "folded": containing(fold_name(wanted.search)),
            "limit": size,
            "offset": (page - 1) * size,
        },
    )


def coming_of_candidate(rows: Rows, candidate_id: str, *, now: datetime) -> list[Listed]:
    """The interviews ahead with one candidate, and those that need a decision."""
    return rows.all(
        Listed,
        f"select {LISTED}, {FACTS}, 1 as found_count from ({ALL}) i "  # noqa: S608  # constants
        f"where i.candidate_id = :candidate and ({CONDITIONS[When.COMING]} "
        f"or {CONDITIONS[When.DECISION]}) order by i.starts_at, i.id",
        {"candidate": candidate_id, "now": now},
    )


def interviews(rows: Rows, interview_ids: Collection[str]) -> list[Interview]:
    return rows.all(Interview, f"{INTERVIEW} where id in :ids", {"ids": [*interview_ids]})


def names(rows: Rows, interview_ids: Collection[str]) -> dict[str, list[str]]:
    """The names of each panel, in its order."""
    found = rows.all(
        tuple,
        "select p.interview_id, u.display_name from interview_panel p "
        "join people u on u.id = p.user_id where p.interview_id in :ids "
        "order by p.position, u.display_name, p.user_id",
        {"ids": [*interview_ids]},
    )
    return grouped(found)


def told_names(rows: Rows, interview_ids: Collection[str], *, user_id: str) -> dict[str, list[str]]:
    """The names of each panel as a person of it was told."""
    found = rows.all(
        tuple,
        "select i.id, l.name from interviews i "  # noqa: S608  # constants
        f"join invite_ledger t on {MY_ENTRY} join invite_ledger l on {TOLD_WITH_ME} "
        "where l.role = 'panel' and i.id in :ids order by l.name, l.folded",
        {"ids": [*interview_ids], "me": user_id},
    )
    return grouped(found)


def answers(rows: Rows, interview_ids: Collection[str]) -> dict[str, list[Answer]]:
    """The last news to everybody who still has an invitation, by interview."""
    found = rows.all(
        Answer,
        "select interview_id, name, role, starts_at, ends_at, reply from invite_ledger "
        "where interview_id in :ids and withdrawn_at is null order by role, name, folded",
        {"ids": [*interview_ids]},
    )
    return grouped((each.interview_id, each) for each in found)


def invited(rows: Rows, interview_id: str, *, user_id: str) -> Invited | None:
    """The invitation of a person of the panel. None for others, and before they are told."""
    return rows.one(
        Invited,
        "select i.title, i.room_name, i.is_place_told, i.starts_at, i.ends_at, i.told_at "  # noqa: S608  # constants
        f"from ({INVITED}) i where i.id = :id",
        {"id": interview_id, "me": user_id},
    )


def is_invited(rows: Rows, user_id: str) -> bool:
    """Whether a person is on the panel of any interview."""
    sql = "select 1 from interview_panel where user_id = ? limit 1"
    return rows.value(int, sql, [user_id]) is not None


def work(rows: Rows, interview_id: str) -> Work | None:
    """How far writing to Microsoft is. None if there is nothing to write."""
    return rows.one(
        Work,
        "select due_at, failure, failed_at, is_throttled from interview_work where id = ?",
        [interview_id],
    )
