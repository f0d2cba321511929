"""All SQL for what a person decides about their mail: aliases, and what their mailbox page says."""

from datetime import datetime
from typing import Any

from portal import clock
from portal.email.models import Alias, LeftOut, Reason, Stage, SyncStatus
from portal.errors import NotFound
from portal.storage.ids import new_id
from portal.storage.rows import Rows

FIRST_POLL_SECONDS = 60
STATUS = """
select b.*,
    (select coalesce(sum(l.count), 0) from left_out l
        where l.mailbox_id = b.id and l.day >= substr(:since, 1, 10)) as left_out_count,
    (select count(*) from message_copies c
        where c.mailbox_id = b.id and c.received_at >= :since) as copies_count,
    (select count(*) from searches s
        where s.mailbox_id = b.id and s.finished_at is null) as searches_running
from mailboxes b where b.user_id = :user
"""


def aliases_of(rows: Rows, user_id: str) -> list[Alias]:
    """The primary address first, those that are gone last."""
    found = rows.all(
        dict,
        "select * from aliases where user_id = ? "
        "order by gone_at is not null, is_primary desc, folded",
        [user_id],
    )
    return [_alias(row) for row in found]


def alias(rows: Rows, alias_id: str, *, owner: str) -> Alias:
    found = list(
        rows.all(dict, "select * from aliases where id = ? and user_id = ?", [alias_id, owner])
    )
    if not found:
        raise NotFound
    return _alias(found[0])


def _alias(row: dict[str, Any]) -> Alias:
    return Alias(
        id=row["id"],
        user_id=row["user_id"],
        address=row["address"],
        folded=row["folded"],
        is_primary=bool(row["is_primary"]),
        is_included=bool(row["is_included"]),
        included_from=clock.moment_or_none(row["included_from"]),
        found_at=clock.moment(row["found_at"]),
        gone_at=clock.moment_or_none(row["gone_at"]),
        seen_in_mail_at=clock.moment_or_none(row["seen_in_mail_at"]),
    )


def save_alias(rows: Rows, changed: Alias) -> None:
    """New or changed; `seen_in_mail_at` belongs to the sync and is left. Belongs inside write()."""
    rows.execute(
        "insert into aliases (id, user_id, address, folded, is_primary, is_included, "
        "included_from, found_at, gone_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?) "
        "on conflict (id) do update set address = excluded.address, "
        "is_primary = excluded.is_primary, is_included = excluded.is_included, "
        "included_from = excluded.included_from, gone_at = excluded.gone_at",
        [
            changed.id,
            changed.user_id,
            changed.address,
            changed.folded,
            int(changed.is_primary),
            int(changed.is_included),
            clock.text_or_none(changed.included_from),
            clock.text(changed.found_at),
            clock.text_or_none(changed.gone_at),
        ],
    )


def status(rows: Rows, user_id: str, *, since: datetime) -> SyncStatus | None:
    """None while no mailbox is known; the counts of the week begin at `since`."""
    found = list(rows.all(dict, STATUS, {"user": user_id, "since": clock.text(since)}))
    return _status(found[0]) if found else None


def _status(row: dict[str, Any]) -> SyncStatus:
    return SyncStatus(
        mailbox_id=row["id"],
        user_id=row["user_id"],
        is_syncing=bool(row["is_syncing"]),
        stage=Stage(row["stage"]),
        due_at=clock.moment(row["due_at"]),
        total_count=row["total_count"],
        looked_count=row["looked_count"],
        kept_count=row["kept_count"],
        first_sync_started_at=clock.moment_or_none(row["first_sync_started_at"]),
        first_sync_finished_at=clock.moment_or_none(row["first_sync_finished_at"]),
        last_success_at=clock.moment_or_none(row["last_success_at"]),
        failure=row["failure"],
        failed_at=clock.moment_or_none(row["failed_at"]),
        is_throttled=bool(row["is_throttled"]),
        looked_this_week=row["left_out_count"] + row["copies_count"],
        kept_this_week=row["copies_count"],
        searches_running=row["searches_running"],
    )


def left_out(rows: Rows, mailbox_id: str, *, since: datetime) -> list[LeftOut]:
    """By reason, the most frequent first."""
    found = rows.all(
        dict,
        "select reason, sum(count) as total from left_out where mailbox_id = ? and day >= ? "
        "group by reason order by total desc, reason",
        [mailbox_id, clock.text(since)[:10]],
    )
    return [LeftOut(Reason(row["reason"]), row["total"]) for row in found]


def kept_per_day(rows: Rows, mailbox_id: str, *, since: datetime) -> dict[str, int]:
    """How many messages of each day are kept; days without one are not in it."""
    found = rows.all(
        dict,
        "select substr(received_at, 1, 10) as day, count(*) as kept from message_copies "
        "where mailbox_id = ? and received_at >= ? group by substr(received_at, 1, 10)",
        [mailbox_id, clock.text(since)[:10]],
    )
    return {row["day"]: row["kept"] for row in found}


def count_held_back(rows: Rows, held_by: Alias, *, since: datetime) -> int:
    """How many messages with candidates were left out because this alias is off."""
    found = rows.value(
        int,
        "select coalesce(sum(l.count), 0) from left_out l join mailboxes b on b.id = l.mailbox_id "
        "where b.user_id = ? and l.alias_id = ? and l.reason = ? and l.day >= ?",
        [held_by.user_id, held_by.id, Reason.ALIAS_OFF, clock.text(since)[:10]],
    )
    return int(found or 0)


def is_syncing(rows: Rows, user_id: str) -> bool | None:
    """None while no mailbox is known."""
    found = rows.one(tuple, "select is_syncing from mailboxes where user_id = ?", [user_id])
    return bool(found[0]) if found else None


def set_syncing(rows: Rows, user_id: str, *, is_syncing: bool, now: datetime) -> None:
    """Also where no mailbox is known yet: a choice made early holds. Belongs inside write()."""
    rows.execute(
        "insert into mailboxes (id, user_id, is_syncing, stage, due_at, poll_seconds, total_count, "
        "looked_count, kept_count, failure_count) values (?, ?, ?, ?, ?, ?, 0, 0, 0, 0) "
        "on conflict (user_id) do update set is_syncing = excluded.is_syncing, "
        "due_at = excluded.due_at",
        [new_id(), user_id, int(is_syncing), Stage.WAITING, clock.text(now), FIRST_POLL_SECONDS],
    )


def make_due(rows: Rows, mailbox_id: str, *, now: datetime, read_addresses: bool) -> None:
    """A failure's waiting time ends too. Belongs inside write()."""
    rows.execute(
        "update mailboxes set due_at = ?, poll_seconds = ?, "
        "addresses_read_at = case when ? then null else addresses_read_at end where id = ?",
        [clock.text(now), FIRST_POLL_SECONDS, int(read_addresses), mailbox_id],
    )


def read_all_addresses(rows: Rows, *, now: datetime) -> int:
    """Everybody's list of addresses is read at the next look, which is now."""
    asked = rows.execute(
        "update mailboxes set addresses_read_at = null, due_at = ? where is_syncing = 1",
        [clock.text(now)],
    )
    return int(asked)


def add_alias_search(rows: Rows, alias: Alias, *, now: datetime) -> bool:
    """Look for what is there already; False while there is no mailbox. Belongs inside write()."""
    added = rows.execute(
        "insert into searches (id, mailbox_id, address, alias_id, stage, looked_count, kept_count, "
        "asked_at, due_at, failure_count) "
        "select ?, id, ?, ?, 'searching', 0, 0, ?, ?, 0 from mailboxes where user_id = ? "
        "and not exists (select 1 from searches s where s.mailbox_id = mailboxes.id "
        "and s.alias_id = ? and s.finished_at is null)",
        [
            new_id(),
            alias.address,
            alias.id,
            clock.text(now),
            clock.text(now),
            alias.user_id,
            alias.id,
        ],
    )
    return bool(added == 1)


def drop_alias_searches(rows: Rows, alias_id: str) -> None:
    """What was not finished is no longer wanted. Belongs inside write()."""
    rows.execute("delete from searches where alias_id = ? and finished_at is null", [alias_id])


def is_searching(rows: Rows, alias_id: str) -> bool:
    """Whether what is there already is still being looked for."""
    found = rows.value(
        int, "select count(*) from searches where alias_id = ? and finished_at is null", [alias_id]
    )
    return bool(found or 0)
