"""All SQL for group calendars that are being removed, and for what is left on them."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from portal.storage.rows import Rows

# Interviews that could still go elsewhere. One that has begun stays until its end.
IS_AHEAD = "calendar_id in :calendars and (starts_at > :now or state = 'needs_time')"


@dataclass(frozen=True)
class Held:
    """An interview that has events on a calendar. `goes_to` names the calendar of new ones.

    It is empty for an organizer's own calendar.
    """

    calendar_id: str
    interview_id: str
    starts_at: datetime
    state: str
    goal: str
    goes_to: str
    stays: bool

    def is_ahead(self, now: datetime) -> bool:
        """Whether somebody still has to choose where it goes."""
        return self.stays and self.goal != "cancelled" and self.starts_at > now

    def is_running(self, now: datetime) -> bool:
        return self.stays and self.goal == "scheduled" and self.starts_at <= now


def ahead(rows: Rows, calendar_ids: Collection[str], *, now: datetime) -> Counter[str]:
    """How many interviews are on each of these calendars that have not begun, by its id."""
    sql = f"select calendar_id from coming_on_calendars where {IS_AHEAD}"  # noqa: S608  # a constant
    return Counter(rows.all(str, sql, {"calendars": [*calendar_ids], "now": now}))


def held(rows: Rows, calendar_ids: Collection[str], *, now: datetime) -> list[Held]:
    """Interviews that have events there and have not ended. Those that are over hold nothing."""
    return rows.all(
        Held,
        "select e.calendar_id, e.interview_id, e.starts_at, e.state, e.goal, "
        "coalesce(g.name, '') as goes_to, "
        "case when e.goes_to = e.calendar_id then 1 else 0 end as stays "
        "from events_on_calendars e left join group_calendars g on g.id = e.goes_to "
        "where e.calendar_id in :calendars and e.ends_at > :now "
        "order by e.starts_at, e.interview_id",
        {"calendars": [*calendar_ids], "now": now},
    )


def retiring(rows: Rows) -> list[str]:
    """The ids of calendars that are being removed."""
    sql = "select id from group_calendars where retiring_since is not null order by retiring_since"
    return rows.all(str, sql)


def retire(rows: Rows, calendar_id: str, *, now: datetime) -> None:
    """Offer a calendar no more. It is not the default then. Belongs inside write()."""
    rows.execute(
        "update group_calendars set retiring_since = coalesce(retiring_since, :now), "
        "default_until = case when is_default = 1 then :now else default_until end, "
        "is_default = 0 where id = :id",
        {"id": calendar_id, "now": now},
    )


def keep(rows: Rows, calendar_id: str) -> None:
    """Offer a calendar again. Belongs inside write()."""
    rows.execute("update group_calendars set retiring_since = null where id = ?", [calendar_id])
