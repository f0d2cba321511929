"""All SQL of the Users page: people with their connection, by search and by what they need."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from portal import clock
from portal.microsoft365 import authorizations, permissions
from portal.microsoft365 import store as microsoft365
from portal.storage.mapping import mapped
from portal.storage.rows import Rows
from portal.storage.statements import containing, has_word
from portal.users.models import WAITING, ConnectionSeen, LeftOut, ListedUser, Show, User

CHUNK = 500
OF_THE_DIRECTORY = ", ".join(f"'{reason}'" for reason in LeftOut)
LACKS = " or ".join(
    f"not {has_word('account.scopes', scope)}"
    for scope in permissions.missing((), permissions.scopes_needed(permissions.BASIC_FEATURES))
)
# Of members once a group calendar was added, as features_needed() says of one person.
CANNOT_SCHEDULE = (
    "users.role <> 'limited' and exists (select 1 from scheduling_calendars) "  # noqa: S608  # constants
    f"and not {has_word('account.scopes', 'Group.ReadWrite.All')}"
)
NEEDS_RECONNECT = f"(account.state <> 'working' or {LACKS} or ({CANNOT_SCHEDULE}))"
FILTERS = {
    Show.ALL: "true",
    Show.WAITING: f"users.is_enabled = 0 and users.kept_out = '{WAITING}'",
    Show.BY_DIRECTORY: f"users.is_enabled = 0 and users.kept_out in ({OF_THE_DIRECTORY})",
    Show.DISABLED: "users.is_enabled = 0",
    Show.RECONNECT: NEEDS_RECONNECT,
}
COVERED = "exists (select 1 from covered_people v where v.user_id = users.id)"
CLOSED = "exists (select 1 from closed_mailboxes v where v.user_id = users.id)"
ABSENT = "exists (select 1 from absent_mailboxes v where v.user_id = users.id)"
SYNCED = "(select max(v.last_success_at) from mailbox_states v where v.user_id = users.id)"
FROM = """
    from users left join connected_accounts account on account.user_id = users.id
    where users.became is null and users.source <> 'shared_mailbox'
    and (lower(users.display_name) like :search escape '!'
        or lower(users.address) like :search escape '!'
        or lower(users.user_name) like :search escape '!')
"""


def people(
    rows: Rows, *, search: str = "", show: Show = Show.ALL, limit: int = 1000, offset: int = 0
) -> list[ListedUser]:
    """By name, with the state of their connection."""
    found = rows.all(
        dict,
        "select users.*, account.state as connection_state, "  # put together from constants
        "account.address as connection_address, "
        f"{NEEDS_RECONNECT} as needs_reconnect, {COVERED} as is_covered, "
        f"{CLOSED} as is_closed, {ABSENT} as is_absent, {SYNCED} as last_synced_at "
        f"{FROM} and {FILTERS[show]} "
        "order by lower(users.display_name), users.id limit :limit offset :offset",
        {"search": containing(search), "limit": limit, "offset": offset},
    )
    return [_listed(row) for row in found]


def count(rows: Rows, *, search: str = "", show: Show = Show.ALL) -> int:
    sql = f"select count(*) {FROM} and {FILTERS[show]}"
    return rows.value(int, sql, {"search": containing(search)}) or 0


def everybody(rows: Rows, *, search: str, show: Show) -> Iterator[ListedUser]:
    """All pages of people(), one after the other."""
    offset = 0
    while found := people(rows, search=search, show=show, limit=CHUNK, offset=offset):
        yield from found
        offset += CHUNK


def has_waiting_admin(rows: Rows) -> bool:
    sql = "select 1 from users where is_enabled = 0 and kept_out = ? and role = 'admin' limit 1"
    return rows.value(int, sql, [WAITING]) is not None


def enable_waiting(rows: Rows) -> int:
    return rows.execute(
        "update users set is_enabled = 1, kept_out = null where is_enabled = 0 and kept_out = ?",
        [WAITING],
    )


def connection_of(rows: Rows, user_id: str) -> ConnectionSeen | None:
    """This person's Microsoft 365 connection, as other pages show it."""
    found = microsoft365.connection_of(rows, user_id)
    if found is None:
        return None
    needed = authorizations.features_needed(rows, user_id)
    return ConnectionSeen(found.address, permissions.needs_reconnect(found, needed))


def _listed(row: Mapping[str, Any]) -> ListedUser:
    connection = _seen(row) if row["connection_state"] else None
    return ListedUser(
        mapped(User, row),
        connection,
        is_covered=bool(row["is_covered"]),
        is_closed=bool(row["is_closed"]),
        is_absent=bool(row["is_absent"]),
        last_synced_at=clock.moment_or_none(row["last_synced_at"]),
    )


def _seen(row: Mapping[str, Any]) -> ConnectionSeen:
    return ConnectionSeen(row["connection_address"], needs_reconnect=bool(row["needs_reconnect"]))


def has_interview(rows: Rows, user_id: str, *, now: datetime) -> bool:
    """Whether a person organizes an interview that is coming, or is on its panel."""
    sql = (
        "select 1 from coming_interviews i where (i.ends_at > :now "
        "or i.state = 'needs_time') and (i.organizer_id = :user "
        "or exists (select 1 from interview_panelists p "
        "where p.interview_id = i.interview_id and p.user_id = :user)) limit 1"
    )
    return rows.value(int, sql, {"user": user_id, "now": now}) is not None
