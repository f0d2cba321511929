"""All SQL for watched calendars: which there are, and when each was read."""

from dataclasses import fields
from datetime import datetime

from portal.interviews.models import Event
from portal.interviews.watch.models import Watch
from portal.storage.claims import Claims, Fence
from portal.storage.rows import Rows

IS_ENABLED = "exists (select 1 from enabled_platforms p where p.name = 'microsoft-365')"
CLAIMS = Claims(Fence("interview_watches", "w", may_work=IS_ENABLED))
COLUMNS = ", ".join(each.name for each in fields(Watch))


def id_of(event: Event) -> str:
    """The watch of the calendar that an event is on."""
    return f"group:{event.group_id}" if event.group_id else f"own:{event.owner_user_id}"


def watch(rows: Rows, watch_id: str) -> Watch | None:
    sql = f"select {COLUMNS} from interview_watches where id = ?"  # noqa: S608  # constants
    return rows.one(Watch, sql, [watch_id])


def last_read(rows: Rows, event: Event) -> datetime | None:
    """When the part of a calendar that an event is in was last read whole. None if never."""
    found = watch(rows, id_of(event))
    if found is None or event.agreed_starts_at is None:
        return None
    return found.read_at(event.agreed_starts_at)


def ask(rows: Rows, watch_id: str, *, now: datetime) -> bool:
    """Let a worker read a calendar now. False for one that is not watched. Inside write().

    A failure's waiting time goes on, since Microsoft may have asked for it.
    """
    asked = rows.execute(
        "update interview_watches set asked_at = :now, "
        "due_at = case when failure is null then :now else due_at end where id = :id",
        {"id": watch_id, "now": now},
    )
    return asked == 1
