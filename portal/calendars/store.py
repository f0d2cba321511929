"""All SQL for rooms, the state of their list, and the delegate."""

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from portal.calendars.models import Counts, Delegate, Person, Refresh, Room
from portal.storage.claims import Claim, Claims, Fence
from portal.storage.mapping import mapped
from portal.storage.rows import Rows
from portal.worker.queue import Listing

ID = "rooms"
DAY = timedelta(days=1)
MAY_LIST = "exists (select 1 from room_list_permissions)"
OFF_BECAUSE = """
    case when not exists (select 1 from room_list_permissions)
    and not exists (select 1 from organization_consents o where o.state = 'withdrawn')
    then 'nothing permits reading the list of rooms' end
"""
IS_PLANNED = """
    select 1 where not exists (select 1 from room_list_permissions)
    or exists (select 1 from room_refreshes)
"""
# A failed refresh is also due once the permission is granted again.
IS_DUE = """
    f.due_at <= :now or (f.failure is not null and exists (select 1 from granted_roles r
        where r.role = 'Place.Read.All' and r.granted_at > f.last_attempt_at
        and r.granted_at <= :now))
"""
CLAIMS = Claims(
    Fence("room_refreshes", "f", may_work=MAY_LIST, lease=timedelta(seconds=90)), is_due=IS_DUE
)
WAITS_FOR_CONSENT = """
    case when not exists (select 1 from room_list_permissions)
    and exists (select 1 from organization_consents o where o.state = 'withdrawn')
    then 1 else 0 end
"""
LISTING = Listing(
    about="'Meeting rooms'",
    stage="'the list of rooms'",
    joins="cross join latest_grants g",
    due_at="case when f.due_at < g.granted_at then g.granted_at else f.due_at end",
    last_success_at="f.last_success_at",
    off_because=OFF_BECAUSE,
    waits_for_consent=WAITS_FOR_CONSENT,
)
PERSON = "d.chosen_by, d.chosen_at, u.id, u.display_name as name, u.address, u.role, u.is_enabled"
DELEGATE = f"""
select {PERSON} from room_delegates d join people u on u.id = d.user_id where d.id = ?
"""  # noqa: S608  # put together from constants
DEPUTY = f"""
select {PERSON} from room_deputies d join people u on u.id = d.user_id where d.id = ?
"""  # noqa: S608  # put together from constants


def is_planned(rows: Rows) -> bool:
    """Whether there is a row to claim, or nothing that the list may be read with."""
    return rows.value(int, IS_PLANNED) is not None


def make_due(rows: Rows, *, now: datetime) -> None:
    """Make the list due, also the first time. An earlier due time stays."""
    rows.execute(
        "insert into room_refreshes (id, due_at) values (?, ?) "
        "on conflict (id) do update set is_throttled = 0, due_at = case "
        "when room_refreshes.due_at < excluded.due_at then room_refreshes.due_at "
        "else excluded.due_at end",
        [ID, now],
    )


def finish(
    rows: Rows, claim: Claim, *, due_at: datetime, first_empty_at: datetime | None, now: datetime
) -> None:
    rows.execute(
        "update room_refreshes set due_at = ?, claimed_by = null, claimed_until = null, "
        "last_success_at = ?, first_empty_at = ?, failure = null, failed_at = null, "
        "failure_count = 0, is_throttled = 0 where claimed_by = ?",
        [
            due_at,
            now,
            first_empty_at,
            claim.by,
        ],
    )


def refresh(rows: Rows) -> Refresh | None:
    return rows.one(Refresh, "select * from room_refreshes where id = ?", [ID])


def note_empty(rows: Rows, claim: Claim, *, now: datetime) -> None:
    rows.execute(
        "update room_refreshes set first_empty_at = coalesce(first_empty_at, ?) "
        "where claimed_by = ?",
        [now, claim.by],
    )


def replace_rooms(rows: Rows, found: Iterable[Room], *, now: datetime) -> None:
    """Replace the whole list. Rooms missing from it are kept as gone. Belongs inside write()."""
    rows.execute("update rooms set gone_at = coalesce(gone_at, ?)", [now])
    for room in found:
        rows.execute(
            "insert into rooms (id, name, address, building, floor, capacity, equipment, found_at)"
            " values (?, ?, ?, ?, ?, ?, ?, ?) on conflict (id) do update set name = excluded.name, "
            "address = excluded.address, building = excluded.building, floor = excluded.floor, "
            "capacity = excluded.capacity, equipment = excluded.equipment, gone_at = null",
            [
                room.id,
                room.name,
                room.address,
                room.building,
                room.floor,
                room.capacity,
                json.dumps(room.equipment),
                now,
            ],
        )


def counts(rows: Rows) -> Counts:
    (found,) = rows.all(
        Counts,
        "select count(*) filter (where gone_at is null) as known, "
        "count(*) filter (where gone_at is null and address is null) as without_address "
        "from rooms",
    )
    return found


def rooms(rows: Rows, *, limit: int, offset: int = 0) -> list[Room]:
    """Present rooms with an address, by building and name."""
    found = rows.all(
        dict,
        "select * from rooms where gone_at is null and address is not null "
        "order by building = '', lower(building), lower(name), id limit ? offset ?",
        [limit, offset],
    )
    return [_room(row) for row in found]


def id_at(rows: Rows, address: str) -> str | None:
    """The room with this address, as Microsoft spells it."""
    return rows.value(str, "select id from rooms where address = ? order by id", [address])


def room(rows: Rows, room_id: str) -> Room | None:
    """A present room with an address, which can be invited."""
    found = rows.one(
        dict,
        "select * from rooms where id = ? and gone_at is null and address is not null",
        [room_id],
    )
    return _room(found) if found else None


def gone(rows: Rows, room_ids: Collection[str]) -> set[str]:
    """Those of these rooms that Microsoft no longer lists."""
    sql = "select id from rooms where gone_at is not null and id in :ids"
    return set(rows.all(str, sql, {"ids": [*room_ids]}))


def left_out(rows: Rows, *, limit: int) -> list[Room]:
    """Rooms without an address, and those that are gone, newest first."""
    found = rows.all(
        dict,
        "select * from rooms where gone_at is not null or address is null "
        "order by gone_at is not null, gone_at desc, lower(name), id limit ?",
        [limit],
    )
    return [_room(row) for row in found]


def delegate(rows: Rows) -> Delegate | None:
    return _chosen(rows, DELEGATE)


def deputy(rows: Rows) -> Delegate | None:
    """The person who takes over when the delegate cannot be asked as."""
    return _chosen(rows, DEPUTY)


def _chosen(rows: Rows, sql: str) -> Delegate | None:
    row = rows.one(dict, sql, [ID])
    return mapped(Delegate, {**row, "person": mapped(Person, row)}) if row else None


def save_delegate(rows: Rows, user_id: str, *, chosen_by: str, now: datetime) -> None:
    rows.execute(
        "insert into room_delegates (id, user_id, chosen_by, chosen_at) values (?, ?, ?, ?) "
        "on conflict (id) do update set user_id = excluded.user_id, "
        "chosen_by = excluded.chosen_by, chosen_at = excluded.chosen_at",
        [ID, user_id, chosen_by, now],
    )


def save_deputy(rows: Rows, user_id: str, *, chosen_by: str, now: datetime) -> None:
    rows.execute(
        "insert into room_deputies (id, user_id, chosen_by, chosen_at) values (?, ?, ?, ?) "
        "on conflict (id) do update set user_id = excluded.user_id, "
        "chosen_by = excluded.chosen_by, chosen_at = excluded.chosen_at",
        [ID, user_id, chosen_by, now],
    )


def delete_deputy(rows: Rows) -> None:
    rows.execute("delete from room_deputies")


def eligible(rows: Rows, user_id: str) -> Person | None:
    """A person of the organization who can sign in, or None."""
    return rows.one(Person, "select * from eligible_delegates where id = ?", [user_id])


def eligible_people(rows: Rows, *, search: str, limit: int) -> list[Person]:
    quoted = search.lower().replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return rows.all(
        Person,
        "select * from eligible_delegates where lower(name) like :search escape '!' "
        "or lower(address) like :search escape '!' order by lower(name), id limit :limit",
        {"search": f"%{quoted}%", "limit": limit},
    )


def _room(row: Mapping[str, Any]) -> Room:
    return mapped(Room, {**row, "equipment": tuple(json.loads(row["equipment"]))})
