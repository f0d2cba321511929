"""All SQL for the people an administrator chose: everybody, groups or single people."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from portal.directory.apply_store import JOINED, PREVIEWED, RECRUITS
from portal.directory.models import Choice, ChosenGroup, Difference, Effect, Previewed, Whom
from portal.storage.rows import Rows
from portal.storage.statements import containing

DIFFERS = """
    (select count(*) from chosen_people where is_chosen <> is_proposed)
    + (select count(*) from chosen_groups where is_chosen <> is_proposed)
"""
# Entries that could be imported, and those of them that a proposal would bring or take away.
COMES = "e.left_out = 'not_chosen' and e.object_id in (select object_id from proposed_entries)"
GOES = "e.left_out = '' and e.object_id not in (select object_id from proposed_entries)"
# A role changes by its tick. An administrator keeps theirs, and a person who goes needs none.
CHANGES = f"""
    e.left_out = '' and e.object_id in (select object_id from proposed_entries)
    and u.id is not null and u.role <> 'admin' and t.recruits <> ({RECRUITS})
"""  # noqa: S608  # put together from constants


def choice(rows: Rows) -> Choice:
    whom, proposed, differs, ticks = rows.one(
        tuple,
        f"select whom, proposed_whom, {DIFFERS}, (select count(*) from recruit_proposals) "  # noqa: S608  # constants
        "from directory_sync",
    ) or (Whom.EVERYBODY, None, 0, 0)
    return Choice(
        whom=Whom(whom),
        proposed=Whom(proposed or whom),
        has_proposal=bool(differs) or proposed not in (None, whom),
        groups=tuple(_groups(rows)),
        changes_roles=bool(ticks),
    )


def _groups(rows: Rows) -> list[ChosenGroup]:
    return rows.all(
        ChosenGroup,
        "select g.*, (select count(*) from group_members m where m.group_id = g.object_id) "
        "as count from chosen_groups g order by lower(g.name), g.object_id",
    )


def propose(rows: Rows, whom: Whom) -> None:
    rows.execute("update directory_sync set proposed_whom = ?", [whom])


def propose_group(rows: Rows, object_id: str, name: str) -> None:
    rows.execute(
        "insert into chosen_groups (object_id, name, is_chosen, is_proposed) values (?, ?, 0, 1) "
        "on conflict (object_id) do update set name = excluded.name, is_proposed = 1",
        [object_id, name],
    )


def withdraw_group(rows: Rows, object_id: str) -> None:
    rows.execute("update chosen_groups set is_proposed = 0 where object_id = ?", [object_id])
    rows.execute("delete from chosen_groups where is_chosen = 0 and is_proposed = 0")


def propose_people(rows: Rows, object_ids: Iterable[str], *, chosen: bool) -> None:
    rows.many(
        "insert into chosen_people (object_id, is_chosen, is_proposed) values (?, 0, ?) "
        "on conflict (object_id) do update set is_proposed = excluded.is_proposed",
        [(object_id, chosen) for object_id in object_ids],
    )


def save_members(rows: Rows, group_id: str, members: Iterable[str], *, now: datetime) -> None:
    """Replace the members of a group. Belongs inside write()."""
    rows.execute("delete from group_members where group_id = ?", [group_id])
    rows.many(
        "insert into group_members (group_id, object_id) values (?, ?)",
        [(group_id, object_id) for object_id in members],
    )
    rows.execute(
        "update chosen_groups set read_at = ?, failure = null where object_id = ?", [now, group_id]
    )


def save_group_failure(rows: Rows, group_id: str, failure: str) -> None:
    rows.execute("update chosen_groups set failure = ? where object_id = ?", [failure, group_id])


def accept(rows: Rows) -> None:
    """Put the proposal in force. Belongs inside write()."""
    rows.execute(
        "update directory_sync set whom = coalesce(proposed_whom, whom), proposed_whom = null"
    )
    rows.execute("update chosen_people set is_chosen = is_proposed")
    rows.execute("update chosen_groups set is_chosen = is_proposed")
    _delete_others(rows)


def discard(rows: Rows) -> None:
    """Drop the proposal. Belongs inside write()."""
    rows.execute("update directory_sync set proposed_whom = null")
    rows.execute("update chosen_people set is_proposed = is_chosen")
    rows.execute("update chosen_groups set is_proposed = is_chosen")
    rows.execute("delete from recruit_proposals")
    _delete_others(rows)


def _delete_others(rows: Rows) -> None:
    rows.execute("delete from chosen_people where is_chosen = 0")
    rows.execute("delete from chosen_groups where is_chosen = 0")


def forget(rows: Rows) -> None:
    """Begin with another organization: everybody is chosen again. Belongs inside write()."""
    rows.execute("update directory_sync set whom = 'everybody', proposed_whom = null")
    rows.execute("delete from chosen_people")
    rows.execute("delete from chosen_groups")
    rows.execute("delete from recruit_proposals")


def propose_recruits(rows: Rows, ticks: Mapping[str, bool]) -> None:
    """Keep ticks until they are saved. Belongs inside write()."""
    forget_recruits(rows, ticks)
    rows.many(
        "insert into recruit_proposals (object_id, recruits) values (?, ?)",
        list(ticks.items()),
    )


def forget_recruits(rows: Rows, object_ids: Iterable[str]) -> None:
    rows.execute(
        "delete from recruit_proposals where object_id in :object_ids",
        {"object_ids": list(object_ids)},
    )


def proposed_recruits(rows: Rows) -> dict[str, bool]:
    found = rows.all(tuple, "select object_id, recruits from recruit_proposals order by object_id")
    return {object_id: bool(recruits) for object_id, recruits in found}


def has_unread_group(rows: Rows) -> bool:
    """Whether the choice in force has a group whose members were never read."""
    sql = (
        "select 1 from chosen_groups g join directory_sync s on s.whom = 'groups' "
        "where g.is_chosen = 1 and g.read_at is null limit 1"
    )
    return rows.value(int, sql) is not None


def apply(rows: Rows, tenant_id: str, *, keeps_users: bool) -> None:
    """Leave out the entries that are not chosen, and let in those that are again.

    `keeps_users` leaves enabled users in, as long as a group is unknown. Belongs inside write().
    """
    rows.execute(
        "update directory_entries set left_out = 'not_chosen', is_settled = 0 "
        "where left_out = '' and object_id not in (select object_id from chosen_entries) "
        "and (:keeps_users = 0 or not exists (select 1 from people u where u.is_enabled = 1 "
        "and u.tenant_id = :tenant and u.object_id = directory_entries.object_id))",
        {"tenant": tenant_id, "keeps_users": int(keeps_users)},
    )
    rows.execute(
        "update directory_entries set left_out = '', is_settled = 0 "
        "where left_out = 'not_chosen' and object_id in (select object_id from chosen_entries)"
    )


def effect(rows: Rows, tenant_id: str) -> Effect:
    """Count the people who would come, go, change and stay as they are."""
    found = rows.one(
        tuple,
        f"select coalesce(sum(case when {COMES} then 1 else 0 end), 0), "  # constants
        f"coalesce(sum(case when {GOES} then 1 else 0 end), 0), "
        f"coalesce(sum(case when {CHANGES} then 1 else 0 end), 0), "
        "coalesce(sum(case when e.left_out = '' then 1 else 0 end), 0) "
        f"{JOINED} where e.left_out in ('', 'not_chosen')",
        {"tenant": tenant_id},
    )
    comes, goes, changes, now_in = found or (0, 0, 0, 0)
    return Effect(comes, goes, changes, now_in - goes - changes)


def differences(rows: Rows, tenant_id: str, *, limit: int) -> list[Difference]:
    """People who would go, change or come, those who would be disabled first."""
    return rows.all(
        Difference,
        "select e.object_id, e.display_name, e.address, "  # constants
        f"case when {GOES} then 1 else 0 end as goes, "
        f"case when {CHANGES} then 1 else 0 end as changes, "
        f"coalesce(t.recruits, {RECRUITS}) as recruits, coalesce(u.is_enabled, 0) as is_enabled, "
        "case when u.id is null then 0 else 1 end as is_here, "
        "case when u.source = 'invitation' then 1 else 0 end as is_invited "
        f"{JOINED} where ({COMES}) or ({GOES}) or ({CHANGES}) "
        f"order by e.left_out, case when {GOES} then 0 else 1 end, lower(e.display_name), "
        "e.object_id limit :limit",
        {"tenant": tenant_id, "limit": limit},
    )


def choosable(
    rows: Rows, tenant_id: str, *, search: str, limit: int, offset: int
) -> list[Previewed]:
    """The people to tick one by one, by name, with the ticks of the proposal."""
    return rows.all(
        Previewed,
        f"{PREVIEWED}, coalesce(p.is_proposed, 0) as is_chosen {JOINED} "
        "left join chosen_people p on p.object_id = e.object_id "
        "where e.left_out in ('', 'not_chosen') and (lower(e.display_name) like :search escape '!' "
        "or lower(e.address) like :search escape '!') "
        "order by lower(e.display_name), e.object_id limit :limit offset :offset",
        {"tenant": tenant_id, "search": containing(search), "limit": limit, "offset": offset},
    )
