"""All SQL about coming interviews that lose a person, their candidate, their calendar or room."""

from collections.abc import Collection
from datetime import datetime

from portal.interviews.models import Interview, Panelist
from portal.interviews.store import INTERVIEW, IS_OPEN
from portal.storage.rows import Rows

# An interview that has not ended or waits for a time, and that nobody wants to be cancelled.
IS_COMING = f"{IS_OPEN} and goal <> 'cancelled' and (ends_at > :now or state = 'needs_time')"
COMING = f"{INTERVIEW} where {IS_COMING}"
# Microsoft is not told of a change of one that runs.
AHEAD = f"{COMING} and (starts_at > :now or state = 'needs_time')"
IN_ORDER = "order by starts_at, id"
GONE = "select id from people where is_enabled = 0 and coalesce(kept_out, '') <> 'waiting'"
# Somebody of the panel has gone. With nobody left who must attend it asks already.
LOST_PANELIST = f"""
    exists (select 1 from interview_panel p where p.interview_id = interviews.id
        and p.user_id in ({GONE}))
    and (state <> 'asks' or goal = 'needs_time' or exists (select 1 from interview_panel p
        where p.interview_id = interviews.id and p.is_required = 1
        and p.user_id not in ({GONE})))
"""  # noqa: S608  # constants
# The organizer has gone, and nobody else writes to their calendar.
LOST_ORGANIZER = (
    "calendar = 'organizer' and goal = 'scheduled' "
    "and state in ('writing', 'scheduled', 'changing') "
    f"and organizer_id in ({GONE})"
)
# Nothing has to be told to the candidate any more.
IS_FORGETTABLE = (
    "candidate_id is null and (candidate_name <> '' or candidate_address <> '') "
    "and (state in ('cancelled', 'failed') or (ends_at <= :now and state <> 'needs_time'))"
)


def coming(rows: Rows, *, now: datetime) -> int:
    """How many interviews are coming."""
    sql = f"select count(*) from interviews where {IS_COMING}"  # noqa: S608  # constants
    return rows.value(int, sql, {"now": now}) or 0


def of_person(rows: Rows, user_id: str, *, now: datetime) -> list[Interview]:
    """Interviews ahead that a person organizes, or of whose panel they are."""
    return rows.all(
        Interview,
        f"{AHEAD} and (organizer_id = :user or id in "  # noqa: S608  # constants
        f"(select interview_id from interview_panel where user_id = :user)) {IN_ORDER}",
        {"user": user_id, "now": now},
    )


def of_candidate(rows: Rows, candidate_id: str, *, now: datetime) -> list[Interview]:
    """Coming interviews with a candidate."""
    sql = f"{COMING} and candidate_id = :candidate {IN_ORDER}"
    return rows.all(Interview, sql, {"candidate": candidate_id, "now": now})


def on_calendar(rows: Rows, calendar_id: str, *, now: datetime) -> list[Interview]:
    """Interviews ahead on a group calendar."""
    sql = f"{AHEAD} and calendar = 'group' and calendar_id = :calendar {IN_ORDER}"
    return rows.all(Interview, sql, {"calendar": calendar_id, "now": now})


def with_room(rows: Rows, *, now: datetime) -> list[Interview]:
    """Coming interviews in a room of Microsoft's list."""
    return rows.all(Interview, f"{COMING} and room_id is not null {IN_ORDER}", {"now": now})


def without_candidate(rows: Rows, *, now: datetime) -> list[Interview]:
    """Coming interviews whose candidate was deleted."""
    return rows.all(Interview, f"{COMING} and candidate_id is null {IN_ORDER}", {"now": now})


def without_people(rows: Rows, *, now: datetime) -> list[Interview]:
    """Interviews ahead that a disabled person leaves without organizer, or is on a panel of."""
    sql = f"{AHEAD} and (({LOST_PANELIST}) or ({LOST_ORGANIZER})) {IN_ORDER}"
    return rows.all(Interview, sql, {"now": now})


def panels(rows: Rows, interview_ids: Collection[str]) -> dict[str, list[Panelist]]:
    """The panels of several interviews, by the interview's id."""
    found: dict[str, list[Panelist]] = {each: [] for each in interview_ids}
    for interview_id, user_id, name, address, is_required in rows.all(
        tuple,
        "select p.interview_id, p.user_id, u.display_name, u.address, p.is_required "
        "from interview_panel p join people u on u.id = p.user_id "
        "where p.interview_id in :ids order by p.position, u.display_name, p.user_id",
        {"ids": [*interview_ids]},
    ):
        found[interview_id].append(Panelist(user_id, name, address, bool(is_required)))
    return found


def gone_people(rows: Rows, user_ids: Collection[str]) -> set[str]:
    """Those of these people who are disabled."""
    found = rows.all(str, f"{GONE} and id in :ids", {"ids": [*user_ids]})
    return set(found)


def free_people(rows: Rows, interview_id: str, user_ids: Collection[str]) -> None:
    """Hold no time of these people for an interview any more. Belongs inside write()."""
    rows.execute(
        "delete from slot_claims where interview_id = :id and kind = 'person' "
        "and subject in :people",
        {"id": interview_id, "people": [*user_ids]},
    )


def forgettable(rows: Rows, *, now: datetime) -> list[Interview]:
    """Interviews that still name a deleted candidate without need."""
    sql = f"{INTERVIEW} where {IS_FORGETTABLE} {IN_ORDER}"
    return rows.all(Interview, sql, {"now": now})


def forget_candidate(rows: Rows, interview_id: str) -> None:
    """Remove the candidate from an interview and its ledger. Belongs inside write().

    The number to call is the candidate's too.
    """
    rows.execute(
        "update interviews set candidate_name = '', candidate_address = '', candidate_zone = '', "
        "words = '', comment = '', reason = '', "
        "place_text = case place when 'phone' then '' else place_text end where id = ?",
        [interview_id],
    )
    rows.execute(
        "delete from invite_ledger where interview_id = ? and role = 'candidate'", [interview_id]
    )
