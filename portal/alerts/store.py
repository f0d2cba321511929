"""All SQL for mail about what needs people: rounds, mail of a day, opened pages and switches."""

from dataclasses import replace
from datetime import datetime, timedelta

from portal.alerts.models import AlertMail, Failing, Lapsed, Opening, Roomless
from portal.storage.claims import Claim, Claims, Fence
from portal.storage.rows import Rows
from portal.worker.queue import Listing

FENCE = Fence("alert_rounds", "r")
CLAIMS = Claims(FENCE)
LISTING = Listing(
    about="'Mail about what needs people'", stage="'waiting'", last_success_at="r.last_success_at"
)
DAY = timedelta(hours=24)
KEPT = timedelta(days=30)


def plan(rows: Rows, *, now: datetime) -> None:
    """Add the row of all rounds, due now, where there is none yet."""
    if rows.value(int, "select 1 from alert_rounds") is None:
        with rows.write():
            rows.execute(
                "insert into alert_rounds (id, due_at) values ('alerts', ?) "
                "on conflict (id) do nothing",
                [now],
            )


def lapsed(rows: Rows) -> tuple[Lapsed, ...]:
    """Enabled people whose connection ended."""
    sql = "select user_id, address, since from lapsed_connections order by address, user_id"
    return tuple(rows.all(Lapsed, sql))


def failing(rows: Rows, *, since: datetime) -> tuple[Failing, ...]:
    """Mailboxes whose sync has failed since that time or longer, with who decides for each."""
    found = rows.all(
        Failing,
        "select account_id, address, is_shared, failed_at from failing_mailboxes "
        "where failed_at <= ? order by address, account_id",
        [since],
    )
    deciders: dict[str, list[str]] = {}
    for account_id, user_id in rows.all(
        tuple,
        "select d.account_id, d.user_id from failing_mailboxes f join mailbox_deciders d "
        "on d.account_id = f.account_id where f.failed_at <= ? order by d.user_id",
        [since],
    ):
        deciders.setdefault(account_id, []).append(user_id)
    return tuple(replace(each, deciders=tuple(deciders.get(each.account_id, ()))) for each in found)


def roomless(rows: Rows, *, now: datetime) -> tuple[Roomless, ...]:
    """Interviews ahead whose room is not booked, for those who organize and who scheduled them."""
    return tuple(
        rows.all(
            Roomless,
            "select organizer_id as user_id, interview_id, since from rooms_not_booked "
            "where organizer_id is not null and starts_at > :now "
            "union select scheduled_by, interview_id, since from rooms_not_booked "
            "where scheduled_by is not null and starts_at > :now order by 1, 2",
            {"now": now},
        )
    )


def reserve_day(rows: Rows, user_id: str, *, now: datetime) -> bool:
    """Take a person's mail of the day. False if they had one in 24 hours, or have one of today."""
    day = f"{now:%Y-%m-%d}"
    added = rows.execute(
        "insert into alert_mails (user_id, day, queued_at) "
        "select u.id, :day, :now from people u where u.id = :user_id and not exists "
        "(select 1 from alert_mails m where m.user_id = :user_id and m.queued_at > :before) "
        "on conflict (user_id, day) do nothing",
        {"user_id": user_id, "day": day, "now": now, "before": now - DAY},
    )
    return added == 1


def save_mail(rows: Rows, user_id: str, outbox_id: str, *, now: datetime) -> None:
    rows.execute(
        "update alert_mails set outbox_id = ? where user_id = ? and queued_at = ?",
        [outbox_id, user_id, now],
    )


def open_mails(rows: Rows) -> list[AlertMail]:
    """Mail that may still wait."""
    return rows.all(
        AlertMail,
        "select user_id, day, queued_at, outbox_id from alert_mails where is_open = 1 "
        "order by user_id, day",
    )


def close_mail(rows: Rows, mail: AlertMail) -> None:
    """Keep that the person was told."""
    sql = "update alert_mails set is_open = 0 where user_id = ? and day = ?"
    rows.execute(sql, [mail.user_id, mail.day])


def give_back(rows: Rows, mail: AlertMail) -> None:
    """Forget a mail that did not go, so that the person may have another one that day."""
    sql = "delete from alert_mails where user_id = ? and day = ?"
    rows.execute(sql, [mail.user_id, mail.day])


def last_mail(rows: Rows, user_id: str) -> AlertMail | None:
    return rows.one(
        AlertMail,
        "select user_id, day, queued_at, outbox_id from alert_mails where user_id = ? "
        "order by queued_at desc limit 1",
        [user_id],
    )


def openings(rows: Rows, user_id: str, *, since: datetime) -> list[Opening]:
    sql = "select path, opened_at from alert_openings where user_id = ? and opened_at > ?"
    return rows.all(Opening, sql, [user_id, since])


def opened_at(rows: Rows, user_id: str, path: str) -> datetime | None:
    sql = "select opened_at from alert_openings where user_id = ? and path = ?"
    return rows.value(datetime, sql, [user_id, path])


def save_opening(rows: Rows, user_id: str, path: str, *, now: datetime) -> None:
    rows.execute(
        "insert into alert_openings (user_id, path, opened_at) values (?, ?, ?) "
        "on conflict (user_id, path) do update set opened_at = excluded.opened_at",
        [user_id, path, now],
    )


def is_off(rows: Rows, user_id: str) -> bool:
    """Whether the person turned this mail off."""
    sql = "select 1 from alert_opt_outs where user_id = ?"
    return rows.value(int, sql, [user_id]) is not None


def turn_off(rows: Rows, user_id: str, *, now: datetime) -> None:
    rows.execute(
        "insert into alert_opt_outs (user_id, since) values (?, ?) "
        "on conflict (user_id) do nothing",
        [user_id, now],
    )


def turn_on(rows: Rows, user_id: str) -> None:
    rows.execute("delete from alert_opt_outs where user_id = ?", [user_id])


def finish(rows: Rows, claim: Claim, *, due_at: datetime, now: datetime) -> bool:
    """End a round, and forget old mail and openings. Belongs inside write()."""
    rows.execute("delete from alert_mails where queued_at < ?", [now - KEPT])
    rows.execute("delete from alert_openings where opened_at < ?", [now - KEPT])
    return FENCE.release(
        rows,
        claim,
        ", due_at = ?, last_success_at = ?, failure = null, failed_at = null, failure_count = 0",
        due_at,
        now,
    )
