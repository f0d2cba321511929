"""Stored groups and their members, and the other objects that can be members."""

from typing import Any

import orjson

from sandbox.database import Row, State
from sandbox.groups import resource

SCHEMA = """
    create table if not exists directory_groups (
        id text primary key,
        is_hidden integer not null,
        is_dynamic integer not null,
        item text not null
    );
    create table if not exists group_members (
        group_id text not null,
        member_id text not null,
        primary key (group_id, member_id)
    );
    create index if not exists group_members_by_member on group_members (member_id);
    create table if not exists group_owners (
        group_id text not null,
        owner_id text not null,
        primary key (group_id, owner_id)
    );
    create table if not exists directory_objects (
        id text primary key,
        kind text not null,
        item text not null
    )
"""
# Static memberships, and those of dynamic groups, which hold every account that is no guest.
MEMBERSHIPS = """
    memberships as (
        select group_id, member_id from group_members
        union all
        select directory_groups.id, users.id from directory_groups
        join users on users.user_type = 'Member' and users.deleted_at is null
        where directory_groups.is_dynamic = 1
    )
"""


def add_group(state: State, facts: dict[str, Any], members: list[str]) -> dict[str, Any]:
    item = resource.group(facts)
    save_group(state, item)
    set_members(state, item["id"], members)
    return item


def save_group(state: State, item: dict[str, Any]) -> None:
    state.execute(
        "insert into directory_groups values (:id, :is_hidden, :is_dynamic, :item)"
        " on conflict (id) do update set is_hidden = excluded.is_hidden,"
        " is_dynamic = excluded.is_dynamic, item = excluded.item",
        {
            "id": item["id"],
            "is_hidden": int(resource.is_hidden(item)),
            "is_dynamic": int(resource.is_dynamic(item)),
            "item": orjson.dumps(item).decode(),
        },
    )


def set_members(state: State, group_id: str, members: list[str]) -> None:
    state.execute("delete from group_members where group_id = ?", (group_id,))
    rows = [(group_id, member) for member in dict.fromkeys(members)]
    state.execute_many("insert into group_members values (?, ?)", rows)


def set_owners(state: State, group_id: str, ids: list[str]) -> None:
    state.execute("delete from group_owners where group_id = ?", (group_id,))
    rows = [(group_id, owner) for owner in dict.fromkeys(ids)]
    state.execute_many("insert into group_owners values (?, ?)", rows)


def owners(state: State, group_id: str) -> list[str]:
    """List the owners of a group, who need not be members."""
    rows = state.rows(
        "select owner_id from group_owners where group_id = ? order by owner_id", (group_id,)
    )
    return [row["owner_id"] for row in rows]


def owned(state: State, owner_id: str) -> list[str]:
    rows = state.rows(
        "select group_id from group_owners where owner_id = ? order by group_id", (owner_id,)
    )
    return [row["group_id"] for row in rows]


def groups_of(state: State, member_id: str, *, is_transitive: bool) -> list[str]:
    """List the groups that a person is in, directly or also by other groups."""
    rows = state.rows(
        f"with recursive {MEMBERSHIPS}, above (id, depth) as ("
        " select group_id, 1 from memberships where member_id = :member"
        " union select memberships.group_id, 2 from above"
        " join memberships on memberships.member_id = above.id where :is_transitive"
        ") select distinct id from above order by id",
        {"member": member_id, "is_transitive": int(is_transitive)},
    )
    return [row["id"] for row in rows]


def remove_group(state: State, group_id: str) -> None:
    state.execute("delete from group_owners where group_id = ?", (group_id,))
    state.execute("delete from directory_groups where id = ?", (group_id,))
    state.execute(
        "delete from group_members where group_id = :id or member_id = :id", {"id": group_id}
    )


def add_object(state: State, kind: str, item: dict[str, Any]) -> dict[str, Any]:
    """Add a contact or a device. Does nothing to one that exists."""
    state.execute(
        "insert into directory_objects values (?, ?, ?) on conflict do nothing",
        (item["id"], kind, orjson.dumps(item).decode()),
    )
    return item


def groups(state: State) -> list[dict[str, Any]]:
    """List the groups in the order of their ids, as the directory does."""
    return _items(state.rows("select item from directory_groups order by id"))


def group(state: State, identity: str) -> dict[str, Any] | None:
    row = state.row("select item from directory_groups where id = lower(?)", (identity,))
    return orjson.loads(row["item"]) if row else None


def direct_members(state: State, group_id: str) -> list[str]:
    rows = state.rows(
        f"with {MEMBERSHIPS} select member_id from memberships where group_id = ?"
        " order by member_id",
        (group_id,),
    )
    return [row["member_id"] for row in rows]


def transitive_members(state: State, group_id: str, *, sees_hidden: bool) -> list[str]:
    """List the members of a group and of the groups within it, each once.

    Groups with a hidden membership are listed, but their members only to one who may see them.
    """
    rows = state.rows(
        f"with recursive {MEMBERSHIPS}, reached (id) as ("
        " select member_id from memberships where group_id = :group"
        " union select memberships.member_id from reached"
        " join directory_groups on directory_groups.id = reached.id"
        " join memberships on memberships.group_id = reached.id"
        " where :sees_hidden or not directory_groups.is_hidden"
        ") select id from reached where id <> :group order by id",
        {"group": group_id, "sees_hidden": int(sees_hidden)},
    )
    return [row["id"] for row in rows]


def objects_by_ids(state: State, ids: list[str]) -> dict[str, tuple[str, dict[str, Any]]]:
    """Read groups, contacts and devices with their kind."""
    sql = (
        "select id, 'group' as kind, item from directory_groups where id in (select value from ids)"
        " union all select id, kind, item from directory_objects"
        " where id in (select value from ids)"
    )
    rows = _rows_of(state, sql, ids)
    return {row["id"]: (row["kind"], orjson.loads(row["item"])) for row in rows}


def people_by_ids(state: State, ids: list[str]) -> dict[str, Row]:
    """Read people who are not deleted. A deleted one keeps the membership for a restoration."""
    sql = "select * from users where deleted_at is null and id in (select value from ids)"
    return {row["id"]: row for row in _rows_of(state, sql, ids)}


def objects(state: State, kind: str) -> list[dict[str, Any]]:
    return _items(
        state.rows("select item from directory_objects where kind = ? order by id", (kind,))
    )


def _rows_of(state: State, sql: str, ids: list[str]) -> list[Row]:
    listed = orjson.dumps(ids).decode()
    return state.rows(f"with ids as (select value from json_each(?)) {sql}", (listed,))


def _items(rows: list[Row]) -> list[dict[str, Any]]:
    return [orjson.loads(row["item"]) for row in rows]
