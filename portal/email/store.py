"""All SQL for mailboxes: due work, claims and progress."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta

from portal import clock
from portal.addresses import fold
from portal.email.models import Mailbox, Reason, Stage
from portal.storage.claims import LEASE, SKEW, Claim, ClaimLost, Claims, Fence
from portal.storage.ids import new_id
from portal.storage.rows import Rows
from portal.subscriptions.store import WAITS_FOR_CONSENT
from portal.worker.queue import Listing

# The name of subscriptions that wake a mailbox.
WAKES = "email"
FIRST_POLL_SECONDS = 60
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MAY_SYNC = """
    b.is_syncing = 1 and exists (select 1 from readable_people r where r.user_id = b.user_id)
    and not exists (select 1 from email_opt_outs o where o.user_id = b.user_id)
"""
# A person who reconnected does not wait for the next round.
IS_DUE = """
    b.due_at <= :now
    or exists (select 1 from connected_accounts c
        where c.user_id = b.user_id and c.connected_at > b.last_attempt_at
        and c.connected_at <= :now)
    or exists (select 1 from granted_roles r
        where r.role = 'Mail.Read' and r.granted_at > b.last_attempt_at
        and r.granted_at <= :now)
    or (b.failure is not null and exists (select 1 from opened_mailboxes o
        where o.user_id = b.user_id and o.since >= b.last_attempt_at and o.since <= :now))
    or exists (select 1 from mailbox_readings r where r.account_id = b.user_id
        and r.loss is null and r.ready_at > b.last_attempt_at and r.ready_at <= :now)
"""
CLAIMS = Claims(
    Fence("mailboxes", "b", may_work=MAY_SYNC),
    is_due=IS_DUE,
    restart=f"poll_seconds = {FIRST_POLL_SECONDS}",
)
OFF_BECAUSE = """
    coalesce(p.off_because, case when b.is_syncing = 0 then 'email sync is turned off' end)
"""
IS_FOLLOWED = "b.stage = 'following'"
IS_IN_FIRST_SYNC = "b.stage <> 'following'"
LISTING = Listing(
    about="p.display_name",
    stage="case when b.absent_since is not null then 'absent' "
    "when b.stage = 'following' and exists (select 1 from folders f "
    "where f.mailbox_id = b.id and f.walks_again = 1 and f.gone_at is null) "
    "then 'anew' else b.stage end",
    joins="join mailbox_access p on p.user_id = b.user_id",
    last_success_at="b.last_success_at",
    off_because=OFF_BECAUSE,
    is_connected="p.is_readable",
    waits_for_consent=WAITS_FOR_CONSENT,
)
WITHOUT_MAILBOX = """
select r.user_id from readable_people r left join mailboxes b on b.user_id = r.user_id
where b.id is null
"""
# Times that a clock running ahead wrote and mail would wait for, and what takes their place.
HAS_FUTURE = """
select 1 from mailboxes where last_success_at > :ahead or failed_at > :ahead
    or addresses_read_at > :ahead or addresses_asked_at > :ahead
union all select 1 from aliases where included_from > :ahead
union all select 1 from text_failures where last_failed_at > :ahead
limit 1
"""
UNDO_FUTURE = (
    "update mailboxes set due_at = :now where due_at > :ahead "
    "and (last_success_at > :ahead or failed_at > :ahead)",
    "update mailboxes set last_success_at = :now where last_success_at > :ahead",
    "update mailboxes set failed_at = :now where failed_at > :ahead",
    # The addresses are read at once, and a new primary one is searched from a day ago on.
    "update mailboxes set addresses_read_at = :yesterday where addresses_read_at > :ahead",
    "update mailboxes set addresses_asked_at = null where addresses_asked_at > :ahead",
    "update aliases set included_from = :now where included_from > :ahead",
    "update text_failures set last_failed_at = :now where last_failed_at > :ahead",
)
# How many messages of a mailbox were left out because their text did not come.
VANISHED, UNREADABLE = (
    "coalesce((select sum(l.count) from left_out l "  # noqa: S608  # put together from constants
    f"where l.mailbox_id = b.id and l.reason = '{reason}'), 0)"
    for reason in (Reason.VANISHED, Reason.UNREADABLE)
)

MISSING = (
    "coalesce((select sum(f.missing_count) from folders f "
    "where f.mailbox_id = b.id and f.gone_at is null and f.is_left_out = 0), 0)"
)


def take_over_readable(rows: Rows, *, now: datetime) -> int:
    """Add a mailbox for every person whose mail may be read and who has none.

    It is off for limited people, and for those who have not yet answered about another role.
    """
    users = rows.all(str, WITHOUT_MAILBOX)
    if users:
        with rows.write():
            _add_mailboxes(rows, users, now)
    return len(users)


def _add_mailboxes(rows: Rows, users: list[str], now: datetime) -> None:
    rows.many(
        "insert into mailboxes (id, user_id, is_syncing, stage, due_at, poll_seconds, "
        "total_count, read_count, kept_count, failure_count) "
        "select ?, p.id, case when exists (select 1 from email_opt_outs o where o.user_id = p.id) "
        "then 0 else 1 end, 'waiting', ?, 60, 0, 0, 0, 0 from accounts p where p.id = ? "
        "on conflict (user_id) do nothing",
        [(new_id(), now, user) for user in users],
    )


def owners_to_turn_off(rows: Rows) -> list[tuple[str, str]]:
    """People whose role has changed while their sync is on: id, name and address."""
    return rows.all(
        tuple,
        "select p.id, p.display_name || ' <' || p.address || '>' from mailboxes b "
        "join accounts p on p.id = b.user_id where b.is_syncing = 1 and p.role_notice is not null",
    )


def claim_of_person(rows: Rows, user_id: str, worker: str, *, now: datetime) -> Claim | None:
    """Due or not. None while another worker has it, or when it may not be synced."""
    mailbox_id = rows.value(str, "select id from mailboxes where user_id = ?", [user_id])
    if mailbox_id is None:
        return None
    return CLAIMS.claim_row(rows, mailbox_id, worker, now=now)


def finish(rows: Rows, claim: Claim, *, poll_seconds: int, due_at: datetime, now: datetime) -> None:
    """Finish a sync. Keeps a `due_at` requested during this run. Belongs inside write()."""
    rows.execute(
        "update mailboxes set claimed_by = null, claimed_until = null, last_success_at = ?, "
        "absent_since = null, failure = null, failed_at = null, failure_count = 0, "
        "is_throttled = 0, poll_seconds = ?, "
        "due_at = case when due_at >= last_attempt_at then due_at else ? end "
        "where id = ? and claimed_by = ?",
        [clock.text(now), poll_seconds, clock.text(due_at), claim.row_id, claim.by],
    )


def save_absent(rows: Rows, claim: Claim, *, due_at: datetime, now: datetime) -> None:
    """Leave a mailbox out that Microsoft does not have. Belongs inside write()."""
    rows.execute(
        "update mailboxes set claimed_by = null, claimed_until = null, failure = null, "
        "failed_at = null, failure_count = 0, is_throttled = 0, "
        "absent_since = coalesce(absent_since, ?), due_at = ? where id = ? and claimed_by = ?",
        [now, due_at, claim.row_id, claim.by],
    )


def owner_of(rows: Rows, address: str) -> str | None:
    """The owner of a mailbox, by the address of the account or any alias, or by user name."""
    found = rows.value(
        str,
        "select b.user_id from mailboxes b join accounts u on u.id = b.user_id "
        "left join connected_accounts c on c.user_id = u.id "
        "left join aliases a on a.user_id = u.id and a.gone_at is null "
        "where u.folded_address = :folded or c.folded_address = :folded or a.folded = :folded",
        {"folded": fold(address)},
    )
    return found or rows.value(
        str,
        "select b.user_id from mailboxes b join accounts u on u.id = b.user_id "
        "where u.user_name in (:written, :folded)",
        {"written": address, "folded": fold(address)},
    )


def is_worked_on(rows: Rows, user_id: str, *, now: datetime) -> bool:
    """Whether a worker has this person's mailbox."""
    sql = "select id from mailboxes where user_id = ? and claimed_until >= ?"
    return rows.value(str, sql, [user_id, now]) is not None


def count_messages(rows: Rows, mailbox_id: str) -> int:
    """The messages with candidates in a mailbox, whether sync or a search brought them."""
    sql = "select count(distinct message_id) from message_copies where mailbox_id = ?"
    return rows.value(int, sql, [mailbox_id]) or 0


def address_of(rows: Rows, user_id: str) -> str:
    """The address that Portal knows a person by."""
    return rows.value(str, "select address from accounts where id = ?", [user_id]) or ""


def mailbox(rows: Rows, mailbox_id: str) -> Mailbox:
    found = rows.one(Mailbox, "select * from mailboxes where id = ?", [mailbox_id])
    if found is None:
        raise ClaimLost
    return found


def save_stage(rows: Rows, mailbox_id: str, stage: Stage, *, now: datetime) -> None:
    """Save the stage of the first sync. Belongs inside write(), like all that follow."""
    rows.execute(
        "update mailboxes set stage = ?, "
        "first_sync_started_at = coalesce(first_sync_started_at, ?), "
        # Later candidates are searched for; a slow transaction may commit late.
        "candidates_seen_at = coalesce(candidates_seen_at, ?), "
        "first_sync_finished_at = case when ? = 'following' "
        "then coalesce(first_sync_finished_at, ?) end where id = ?",
        [stage, now, now - LEASE, stage, now, mailbox_id],
    )


def save_addresses_read(rows: Rows, mailbox_id: str, *, now: datetime) -> None:
    rows.execute("update mailboxes set addresses_read_at = ? where id = ?", [now, mailbox_id])


def ask_for_addresses(rows: Rows, mailbox_id: str, *, now: datetime) -> None:
    """Read the addresses at the next sync, which is due now. At most hourly."""
    rows.execute(
        "update mailboxes set addresses_asked_at = :now, due_at = :now where id = :id "
        "and addresses_read_at < :before "
        "and (addresses_asked_at is null or addresses_asked_at < :before)",
        {"now": now, "id": mailbox_id, "before": now - HOUR},
    )


def add_counts(rows: Rows, mailbox_id: str, *, read: int, kept: int) -> None:
    rows.execute(
        "update mailboxes set read_count = read_count + ?, kept_count = kept_count + ? "
        "where id = ?",
        [read, kept, mailbox_id],
    )


def add_left_out(rows: Rows, mailbox_id: str, counts: Mapping[tuple[str, str, str], int]) -> None:
    """Count left-out messages by day, reason and alias."""
    rows.many(
        "insert into left_out (mailbox_id, day, reason, alias_id, count) values (?, ?, ?, ?, ?) "
        "on conflict (mailbox_id, day, reason, alias_id) "
        "do update set count = left_out.count + excluded.count",
        [(mailbox_id, *key, count) for key, count in counts.items()],
    )


def save_aliases_seen(rows: Rows, alias_ids: Iterable[str], *, now: datetime) -> None:
    rows.many(
        "update aliases set seen_in_mail_at = coalesce(seen_in_mail_at, ?) where id = ?",
        [(now, alias_id) for alias_id in alias_ids],
    )


def make_due_by_notification(rows: Rows, user_ids: Collection[str], now: datetime) -> None:
    """A failure's waiting time goes on; while a mailbox is read, it is due right after.

    One that is due already keeps its place in the order.
    """
    rows.execute(
        "update mailboxes set due_at = case when claimed_until is null and due_at < :now "
        "then due_at else :now end "
        "where user_id in :user_ids and (failure is null or claimed_until > :now)",
        {"user_ids": list(user_ids), "now": now},
    )


def undo_future(rows: Rows, *, now: datetime) -> bool:
    """Undo times of a clock that ran ahead, which mail would wait for. True if there were some."""
    ahead = now + SKEW
    if rows.value(int, HAS_FUTURE, {"ahead": ahead}) is None:
        return False
    with rows.write():
        for sql in UNDO_FUTURE:
            rows.execute(sql, {"now": now, "ahead": ahead, "yesterday": now - DAY})
    return True
