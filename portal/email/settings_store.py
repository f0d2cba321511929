"""All SQL for a person's email settings and the status of their mailbox."""

from collections.abc import Collection
from datetime import datetime, timedelta

from portal.email.models import (
    Alias,
    Correspondent,
    LeftOut,
    Mailbox,
    Reason,
    Stage,
    SyncStatus,
)
from portal.email.store import FIRST_POLL_SECONDS
from portal.errors import NotFound
from portal.storage.ids import new_id
from portal.storage.rows import Rows

WEEK = timedelta(days=7)
STATUS = """
select b.*, b.id as mailbox_id,
    case when o.user_id is null then b.is_syncing else 0 end as is_syncing,
    (select coalesce(sum(l.count), 0) from left_out l
        where l.mailbox_id = b.id and l.day >= :day) as left_out_this_week,
    (select count(*) from message_copies c
        where c.mailbox_id = b.id and c.received_at >= :since) as kept_this_week,
    (select count(*) from searches s
        where s.mailbox_id = b.id and s.finished_at is null) as searches_running
from mailboxes b left join email_opt_outs o on o.user_id = b.user_id where b.user_id = :user
"""


def aliases_of(rows: Rows, user_id: str) -> list[Alias]:
    """A person's aliases: the primary one first, gone ones last."""
    return rows.all(
        Alias,
        "select * from aliases where user_id = ? "
        "order by gone_at is not null, is_primary desc, folded",
        [user_id],
    )


def shared_mailboxes_with(rows: Rows, addresses: Collection[str], *, but: str) -> list[Mailbox]:
    """Added shared mailboxes that have one of these folded addresses, without one of them."""
    return rows.all(
        Mailbox,
        "select distinct b.* from mailboxes b join accounts u on u.id = b.user_id "
        "join aliases a on a.user_id = b.user_id where a.folded in :addresses "
        "and a.gone_at is null and u.is_shared = 1 and u.is_enabled = 1 and b.id <> :but",
        {"addresses": [*addresses], "but": but},
    )


def account_of(rows: Rows, user_id: str) -> Correspondent:
    """The name and address of a mailbox's owner, as in Sender of what they write."""
    sql = "select display_name as name, address, 'sender' as kind from accounts where id = ?"
    (found,) = rows.all(Correspondent, sql, [user_id])
    return found


def alias(rows: Rows, alias_id: str, *, owner: str) -> Alias:
    found = rows.one(Alias, "select * from aliases where id = ? and user_id = ?", [alias_id, owner])
    if found is None:
        raise NotFound
    return found


def save_alias(rows: Rows, changed: Alias) -> None:
    """Save an alias except `seen_in_mail_at`, which the sync owns. Belongs inside write()."""
    rows.execute(
        "insert into aliases (id, user_id, address, folded, is_primary, is_included, "
        "included_from, found_at, gone_at, change, changed_at) "
        "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
        "on conflict (id) do update set address = excluded.address, "
        "is_primary = excluded.is_primary, is_included = excluded.is_included, "
        "included_from = excluded.included_from, gone_at = excluded.gone_at, "
        "change = excluded.change, changed_at = excluded.changed_at",
        [
            changed.id,
            changed.user_id,
            changed.address,
            changed.folded,
            changed.is_primary,
            changed.is_included,
            changed.included_from,
            changed.found_at,
            changed.gone_at,
            changed.change,
            changed.changed_at,
        ],
    )


def status(rows: Rows, user_id: str, *, now: datetime) -> SyncStatus | None:
    """The mailbox's status with its counts of the last seven days. None while it is unknown."""
    since = now - WEEK
    return rows.one(SyncStatus, STATUS, {"user": user_id, "since": since, "day": since.date()})


def brought(rows: Rows, user_id: str) -> tuple[int, int]:
    """Count the messages that one mailbox brought into feeds, and the candidates of these."""
    ((messages, candidates),) = rows.all(
        tuple,
        "select count(distinct e.subject_id) as messages, "
        "count(distinct e.candidate_id) as candidates "
        "from copies_in_mailboxes c join shown_in_feeds e "
        "on e.kind = 'email' and e.subject_id = c.message_id where c.account_id = ?",
        [user_id],
    )
    return messages, candidates


def left_out(rows: Rows, mailbox_id: str, *, now: datetime) -> list[LeftOut]:
    """Messages of the last seven days that were left out, the most frequent reason first."""
    return rows.all(
        LeftOut,
        "select reason, sum(count) as count from left_out where mailbox_id = ? and day >= ? "
        "group by reason order by sum(count) desc, reason",
        [mailbox_id, (now - WEEK).date()],
    )


def days_without_text(rows: Rows, mailbox_id: str) -> dict[str, Reason]:
    """The days on which Microsoft did not hand over a text, and why."""
    found = rows.all(
        tuple,
        "select day, max(reason) from left_out "
        "where mailbox_id = ? and reason in (?, ?) group by day",
        [mailbox_id, Reason.VANISHED, Reason.UNREADABLE],
    )
    return {day: Reason(reason) for day, reason in found}


def kept_per_day(rows: Rows, mailbox_id: str, *, since: datetime) -> dict[str, int]:
    """Kept messages of each day. Days without any are missing."""
    found = rows.all(
        tuple,
        "select substr(received_at, 1, 10), count(*) from message_copies "
        "where mailbox_id = ? and received_at >= ? group by substr(received_at, 1, 10)",
        [mailbox_id, since.date()],
    )
    return dict(found)


def name_of_shared(rows: Rows, user_id: str) -> str | None:
    """Name and address of a shared mailbox. None for a person's own."""
    return rows.value(
        str,
        "select display_name || ' <' || address || '>' from accounts "
        "where id = ? and is_shared = 1",
        [user_id],
    )


def is_syncing(rows: Rows, user_id: str) -> bool | None:
    """The switch as it is saved. None while no mailbox is known."""
    return rows.value(bool, "select is_syncing from mailboxes where user_id = ?", [user_id])


def mailbox_id(rows: Rows, user_id: str) -> str | None:
    return rows.value(str, "select id from mailboxes where user_id = ?", [user_id])


def set_syncing(rows: Rows, user_id: str, *, is_syncing: bool, now: datetime) -> None:
    """Save the switch, even before the mailbox is known. Belongs inside write()."""
    rows.execute(
        "insert into mailboxes (id, user_id, is_syncing, stage, due_at, poll_seconds, total_count, "
        "read_count, kept_count, failure_count) values (?, ?, ?, ?, ?, ?, 0, 0, 0, 0) "
        "on conflict (user_id) do update set is_syncing = excluded.is_syncing, "
        "due_at = excluded.due_at",
        [new_id(), user_id, is_syncing, Stage.WAITING, now, FIRST_POLL_SECONDS],
    )


def make_due(rows: Rows, mailbox_id: str, *, now: datetime, read_addresses: bool) -> None:
    """Make a mailbox due now, ending a failure's wait. Belongs inside write()."""
    rows.execute(
        "update mailboxes set due_at = ?, poll_seconds = ?, "
        "addresses_asked_at = case when ? = 1 then ? else addresses_asked_at end where id = ?",
        [now, FIRST_POLL_SECONDS, read_addresses, now, mailbox_id],
    )


def read_all_addresses(rows: Rows, *, now: datetime) -> int:
    """Read every list of addresses at the next sync, which is due now; how many mailboxes."""
    return rows.execute(
        "update mailboxes set addresses_asked_at = ?, due_at = ? where is_syncing = 1", [now, now]
    )


def add_alias_search(rows: Rows, alias: Alias, *, now: datetime) -> bool:
    """Search for earlier messages; False while there is no mailbox. Belongs inside write()."""
    added = rows.execute(
        "insert into searches (id, mailbox_id, address, folded, alias_id, stage, read_count, "
        "kept_count, asked_at, due_at, failure_count) "
        "select ?, id, ?, ?, ?, 'searching', 0, 0, ?, ?, 0 from mailboxes where user_id = ? "
        "and not exists (select 1 from searches s where s.mailbox_id = mailboxes.id "
        "and s.alias_id = ? and s.finished_at is null)",
        [
            new_id(),
            alias.address,
            alias.folded,
            alias.id,
            now,
            now,
            alias.user_id,
            alias.id,
        ],
    )
    return added == 1


def drop_alias_searches(rows: Rows, alias_id: str) -> None:
    """Drop unfinished searches. Belongs inside write()."""
    rows.execute("delete from searches where alias_id = ? and finished_at is null", [alias_id])


def searched_aliases(rows: Rows, user_id: str) -> set[str]:
    """The aliases for which a search for earlier messages is not finished."""
    found = rows.all(
        str,
        "select distinct s.alias_id from searches s join aliases a on a.id = s.alias_id "
        "where a.user_id = ? and s.finished_at is null",
        [user_id],
    )
    return set(found)


def people_readable(rows: Rows, *, most: int) -> list[str]:
    """People whose mailbox may be read and who sync email, the latest success first."""
    return rows.all(
        str,
        "select user_id from syncable_mailboxes "
        "order by last_success_at desc nulls last, user_id limit ?",
        [most],
    )


def count_synced(rows: Rows) -> int:
    """Mailboxes that may be read, and were read at least once. Shared ones count too."""
    found = rows.value(
        int, "select count(*) from syncable_mailboxes where last_success_at is not null"
    )
    return found or 0
