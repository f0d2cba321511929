"""All SQL for automated mail: its mailbox, its limit, and the queue to the email domain."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.outbox.models import Mail, Route, State
from portal.storage.claims import Claim, Claims, Fence
from portal.storage.rows import Rows
from portal.worker.queue import Listing

CHOICE = "automated"
# The name of the email domain where a call names its mailbox.
DOMAIN = "email-domain"
DOMAIN_FENCE = Fence("domain_queues", "q", lease=timedelta(seconds=120))
DOMAIN_CLAIMS = Claims(DOMAIN_FENCE)
LONGEST_REST = timedelta(hours=24)
WAITING = "o.route = 'smtp' and o.state = 'waiting'"
DOMAIN_LISTING = Listing(
    about="'Email domain'",
    stage="(select min(case o.state when 'asks' then '1 asks' when 'sending' then '2 sending' "
    "else '4 waiting' end) from outbox o where o.route = 'smtp' "
    "and o.state in ('asks', 'sending', 'waiting'))",
    which="exists (select 1 from outbox o where o.route = 'smtp' "
    "and o.state in ('asks', 'sending', 'waiting'))",
    last_success_at="q.last_success_at",
)
# Calls that Microsoft surely took nothing from do not count.
COUNTED = """
select a.started_at from outbox_attempts a join outbox o on o.id = a.outbox_id
where o.kind = 'automated' and a.through_id <> 'email-domain' and a.started_at >= :since
and (a.outcome is null or a.outcome in ('accepted', 'unknown', 'throttled', 'held'))
"""
HELD = "kind = 'automated' and route = 'microsoft' and state = 'waiting'"


@dataclass(frozen=True)
class Mailbox:
    """A mailbox that automated mail may go through."""

    account_id: str
    name: str
    address: str
    is_shared: bool


@dataclass(frozen=True)
class Choice:
    """The mailbox that an administrator chose."""

    account_id: str
    chosen_by: str
    chosen_at: datetime


@dataclass(frozen=True)
class Waiting:
    """Automated mail of one subject that has not gone out yet.

    The subject is empty for what people wrote from templates marked “no reply”.
    """

    subject: str
    count: int
    since: datetime
    next_at: datetime


MAILBOXES = """
select a.id as account_id, a.display_name as name, coalesce(f.address, a.address) as address,
    a.is_shared
from accounts a
left join sending_addresses f on f.account_id = a.id and f.is_primary = 1
where a.is_enabled = 1 and (a.is_shared = 1 or (a.role <> 'limited' and exists (
    select 1 from microsoft_accounts m where m.user_id = a.id and m.object_id is not null)))
order by a.is_shared desc, a.folded_address, a.id
"""


def mailboxes(rows: Rows) -> list[Mailbox]:
    """Mailboxes to choose from: shared ones first, then people who may use Portal."""
    return rows.all(Mailbox, MAILBOXES)


def choice(rows: Rows) -> Choice | None:
    return rows.one(
        Choice,
        "select account_id, chosen_by, chosen_at from automated_senders where id = ?",
        [CHOICE],
    )


def save_choice(rows: Rows, chosen: Choice) -> None:
    rows.execute(
        "insert into automated_senders (id, account_id, chosen_by, chosen_at) values (?, ?, ?, ?) "
        "on conflict (id) do update set account_id = excluded.account_id, "
        "chosen_by = excluded.chosen_by, chosen_at = excluded.chosen_at",
        [CHOICE, chosen.account_id, chosen.chosen_by, chosen.chosen_at],
    )


def count(rows: Rows, *, since: datetime) -> int:
    """How many automated mails went to Microsoft."""
    sql = f"select count(*) from ({COUNTED}) counted"  # noqa: S608  # a constant
    return rows.value(int, sql, {"since": since}) or 0


def last_but(rows: Rows, number: int, *, since: datetime) -> datetime | None:
    """When the call was made after which `number` others followed."""
    return rows.value(
        datetime,
        f"{COUNTED} order by a.started_at desc limit 1 offset :number",
        {"since": since, "number": number},
    )


def hold(
    rows: Rows, *, until: datetime, give_up_at: datetime, sentence: str, now: datetime
) -> None:
    """Let no automated mail go to Microsoft until then. It has its whole time afterwards."""
    rows.execute(
        "update outbox set due_at = :until, give_up_at = :give_up_at, is_throttled = 1, "  # noqa: S608  # a constant
        f"failure = :sentence, failed_at = coalesce(failed_at, :now) where {HELD} "
        "and due_at < :until",
        {"until": until, "give_up_at": give_up_at, "sentence": sentence, "now": now},
    )


def waiting(rows: Rows, *, now: datetime) -> list[Waiting]:
    """Automated mail that waits, by subject, the longest waiting first."""
    return rows.all(
        Waiting,
        "select case when is_no_reply = 1 then '' else subject end as subject, "
        "count(*) as count, min(created_at) as since, min(due_at) as next_at "
        "from outbox where kind = 'automated' and state = 'waiting' and free_at <= ? "
        "group by 1 order by min(created_at), 1",
        [now],
    )


def mails(rows: Rows, mail_ids: Collection[str]) -> dict[str, Mail]:
    """Read several mails by id. One that was dropped since is missing."""
    if not mail_ids:
        return {}
    found = rows.all(Mail, "select * from outbox where id in :ids", {"ids": list(mail_ids)})
    return {each.id: each for each in found}


def unfinished_mail(rows: Rows, mail_id: str) -> Mail | None:
    """A mail that may wait still, or again. None if it went, ended, or asks."""
    sql = "select * from outbox where id = ? and state in ('waiting', 'sending', 'unknown')"
    return rows.one(Mail, sql, [mail_id])


def is_elsewhere(rows: Rows, route: Route, account_id: str | None, address: str) -> bool:
    """Whether automated mail waits for another route than this one, or with another From."""
    found = rows.value(
        int,
        "select 1 from outbox where kind = 'automated' and state = 'waiting' "
        "and (route <> :route or coalesce(account_id, '') <> :account "
        "or from_address <> :address) limit 1",
        {"route": route, "account": account_id or "", "address": address},
    )
    return found is not None


def move(
    rows: Rows, route: Route, account_id: str | None, *, address: str, name: str, now: datetime
) -> None:
    """Let all automated mail that waits go by this route, now, with its whole time."""
    rows.execute(
        "update outbox set route = :route, account_id = :account, through_id = :account, "
        "from_address = :address, from_name = :name, "
        "due_at = case when free_at > :now then free_at else :now end, "
        "give_up_at = case when free_at > :now then give_up_at else :give_up_at end, "
        "is_throttled = 0, failure = null, failed_at = null "
        "where kind = 'automated' and state = 'waiting'",
        {
            "route": route,
            "account": account_id,
            "address": address,
            "name": name,
            "now": now,
            "give_up_at": now + LONGEST_REST,
        },
    )


def withdraw_useless(rows: Rows, sentence: str, *, now: datetime) -> int:
    """Withdraw waiting mail that is too late for its subject."""
    return rows.execute(
        "update outbox set state = 'withdrawn', failure = :sentence, failed_at = :now, "
        "ended_at = :now where state = 'waiting' and useless_at <= :now",
        {"sentence": sentence, "now": now},
    )


def count_useless(rows: Rows, *, since: datetime) -> int:
    """Count mail that was withdrawn because it was too late."""
    found = rows.value(
        int,
        "select count(*) from outbox where kind = 'automated' and state = 'withdrawn' "
        "and ended_by is null and useless_at is not null and ended_at >= ?",
        [since],
    )
    return found or 0


def asking(rows: Rows) -> list[Mail]:
    """Mail that needs a decision, the oldest first."""
    return rows.all(
        Mail, "select * from outbox where state = 'asks' order by created_at, id limit 50"
    )


def make_domain_due(rows: Rows, *, at: datetime) -> None:
    """See that a worker takes up the email domain's mail at this time, or earlier."""
    rows.execute(
        "insert into domain_queues (id, due_at) values (:id, :at) on conflict (id) do update "
        "set due_at = case when domain_queues.due_at < :at then domain_queues.due_at "
        "else :at end",
        {"id": DOMAIN, "at": at},
    )


def next_by_domain(rows: Rows, *, now: datetime) -> Mail | None:
    return rows.one(
        Mail,
        f"select o.* from outbox o where {WAITING} and o.due_at <= ? "  # noqa: S608  # a constant
        "order by o.due_at, o.created_at, o.id limit 1",
        [now],
    )


def interrupted(rows: Rows) -> list[Mail]:
    """Mail that a former worker was handing to the email domain."""
    return rows.all(
        Mail,
        "select * from outbox where route = 'smtp' and state = ? order by created_at, id",
        [State.SENDING],
    )


def save_stage(rows: Rows, mail_id: str, number: int, stage: str) -> None:
    rows.execute(
        "update outbox_attempts set stage = ? where outbox_id = ? and number = ?",
        [stage, mail_id, number],
    )


def save_refused_recipient(
    rows: Rows, mail_id: str, address: str, *, status: str, now: datetime
) -> None:
    rows.execute(
        "update outbox_recipients set bounce = 'failed', status = ?, bounced_at = ? "
        "where outbox_id = ? and address = ?",
        [status, now, mail_id, address],
    )


def end_domain_work(rows: Rows, claim: Claim, *, now: datetime) -> None:
    """Give the claim back, with the time of the next mail. Belongs inside write()."""
    # First: mail of another transaction is then either found below, or makes it due later.
    DOMAIN_FENCE.renew(rows, claim, now=now)
    due_at = rows.value(datetime, f"select min(o.due_at) from outbox o where {WAITING}")  # noqa: S608  # a constant
    failure = rows.value(
        str,
        f"select o.failure from outbox o where {WAITING} and o.failure is not null "  # noqa: S608  # a constant
        "order by o.created_at, o.id limit 1",
    )
    DOMAIN_FENCE.release(
        rows,
        claim,
        ", due_at = ?, failure = ?, failed_at = case when ? = 1 then coalesce(failed_at, ?) "
        "else null end, last_success_at = case when ? = 1 then last_success_at else ? end",
        due_at or now + LONGEST_REST,
        failure,
        int(failure is not None),
        now,
        int(failure is not None),
        now,
    )
