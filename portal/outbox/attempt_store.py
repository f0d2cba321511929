"""All SQL of the worker: due mail of a mailbox, attempts, limits, and old files."""

from collections.abc import Collection
from datetime import datetime, timedelta

from portal import clock
from portal.outbox.models import MAY_HAVE_ARRIVED, Ended, Mail, State
from portal.outbox.store import FENCE
from portal.storage.claims import Claim
from portal.storage.rows import Rows
from portal.worker.queue import Listing

# Six searches for a copy in ten minutes, and one of accepted mail after an hour.
MOST_LOOKS = 7
LOOKS_OF_UNKNOWN = 6
# The sent copy of an alias test was found, and the received one decides.
ARRIVING = "o.kind = 'alias_test' and o.state = 'seen' and o.ended_at is null"
# A mail that only a person can decide about is searched for once more.
TO_LOOK_FOR = f"""
(o.state = 'accepted' and o.looks < {MOST_LOOKS}
or o.state = 'unknown' or o.state = 'asks' and o.looks = 0 or {ARRIVING})
"""
UNDER_WAY = f"""
exists (select 1 from outbox o where o.through_id = s.id and (o.state in ('waiting', 'sending',
    'unknown', 'asks') or o.state = 'accepted' and o.looks < {MOST_LOOKS} or {ARRIVING}))
"""  # noqa: S608  # constants
STAGE = f"""
(select min(case o.state when 'asks' then '1 asks' when 'sending' then '2 sending'
    when 'unknown' then '3 unknown' when 'waiting' then '4 waiting' else '5 accepted' end)
from outbox o where o.through_id = s.id
and (o.state not in ('refused', 'withdrawn', 'seen') or {ARRIVING}))
"""  # noqa: S608  # constants
LISTING = Listing(
    about="a.display_name",
    stage=STAGE,
    joins="join accounts a on a.id = s.id",
    which=UNDER_WAY,
    last_success_at="s.last_success_at",
)
FAILED = "failed_at = coalesce(failed_at, ?), failure_count = failure_count + 1"
SUCCEEDED = "failed_at = null, failure_count = 0, last_success_at = ?"
LONGEST_REST = timedelta(hours=24)
# Files of mail that went out are kept this long, and files of other mail.
SENT_FILES_KEPT = timedelta(days=7)
OTHER_FILES_KEPT = timedelta(days=30)


def next_due(rows: Rows, through_id: str, *, now: datetime, may_send: bool) -> Mail | None:
    """The mail of a mailbox whose turn it is: to go, to be given up, or to be searched for."""
    return rows.one(
        Mail,
        "select o.* from outbox o "  # noqa: S608  # constants
        f"where o.through_id = :id and o.due_at <= :now and ({TO_LOOK_FOR} "
        "or o.state = 'waiting' and (:may_send = 1 or o.give_up_at <= :now)) "
        # Mail that people wrote never waits for automated mail.
        "order by case o.kind when 'automated' then 1 else 0 end, o.due_at, o.created_at, o.id "
        "limit 1",
        {"id": through_id, "now": now, "may_send": int(may_send)},
    )


def in_state(rows: Rows, through_id: str, states: Collection[State]) -> list[Mail]:
    return rows.all(
        Mail,
        "select * from outbox where through_id = :id and state in :states order by created_at, id",
        {"id": through_id, "states": [*states]},
    )


def end_work(
    rows: Rows, claim: Claim, *, now: datetime, not_before: datetime, failure: str | None
) -> None:
    """Give the claim back, with the time of the next mail that is due. Belongs inside write().

    Nothing goes out before `not_before`. `failure` is why mail waits that should have gone.
    """
    # First: mail of another transaction is then either found below, or makes it due later.
    FENCE.renew(rows, claim, now=now)
    looked_for = rows.value(
        datetime,
        f"select min(o.due_at) from outbox o where o.through_id = ? and {TO_LOOK_FOR}",  # noqa: S608  # constants
        [claim.row_id],
    )
    goes = rows.value(
        datetime,
        "select min(due_at) from outbox where through_id = ? and state = 'waiting'",
        [claim.row_id],
    )
    times = [looked_for, max(goes, not_before) if goes else None, now + LONGEST_REST]
    outcome = FAILED if failure else SUCCEEDED
    FENCE.release(
        rows,
        claim,
        f", due_at = ?, is_throttled = ?, failure = ?, {outcome}",
        min(each for each in times if each is not None),
        not_before > now,
        failure,
        now,
    )


def waiting_failure(rows: Rows, through_id: str, *, now: datetime) -> str | None:
    """Why mail of a mailbox waits that should have gone. None if none does."""
    return rows.value(
        str,
        "select failure from outbox where through_id = ? and state = 'waiting' and free_at <= ? "
        "and failure is not null order by created_at, id limit 1",
        [through_id, now],
    )


def begin_attempt(
    rows: Rows, mail_id: str, number: int, *, through_id: str, path: str, now: datetime
) -> None:
    rows.execute(
        "insert into outbox_attempts (outbox_id, number, through_id, stage, started_at) "
        "values (?, ?, ?, ?, ?)",
        [mail_id, number, through_id, path, now],
    )


def end_attempt(rows: Rows, mail_id: str, number: int, outcome: Ended, *, now: datetime) -> None:
    rows.execute(
        "update outbox_attempts set ended_at = ?, outcome = ? where outbox_id = ? and number = ?",
        [now, outcome, mail_id, number],
    )


def times_of_attempts(rows: Rows, through_id: str, *, since: datetime) -> list[datetime]:
    """When calls of a mailbox began, the first one first."""
    return rows.all(
        datetime,
        "select started_at from outbox_attempts where through_id = ? and started_at > ? "
        "order by started_at",
        [through_id, since],
    )


def written_to(rows: Rows, through_id: str, *, since: datetime) -> list[tuple[datetime, int]]:
    """When mail went through a mailbox, and to how many recipients, the oldest first."""
    found = rows.all(
        tuple,
        "select a.started_at, count(*) from outbox_attempts a "
        "join outbox_recipients r on r.outbox_id = a.outbox_id "
        "where a.through_id = :id and a.started_at > :since and a.outcome in :outcomes "
        "group by a.outbox_id, a.number, a.started_at order by a.started_at",
        {"id": through_id, "since": since, "outcomes": [*MAY_HAVE_ARRIVED]},
    )
    return [(clock.moment(at), int(count)) for at, count in found]


def hold(rows: Rows, through_id: str, *, until: datetime, give_up_at: datetime) -> None:
    """Hold a mailbox until then. Waiting mail has its whole time afterwards."""
    throttle(rows, through_id, until=until)
    rows.execute(
        "update outbox set give_up_at = :at where through_id = :id and state = 'waiting' "
        "and give_up_at < :at",
        {"at": give_up_at, "id": through_id},
    )


def throttle(rows: Rows, through_id: str, *, until: datetime) -> None:
    rows.execute(
        "update sending_mailboxes set throttled_until = ? where id = ?", [until, through_id]
    )


def save_mark(rows: Rows, through_id: str, *, is_refused: bool) -> None:
    """Remember that a mailbox refuses our property, or that a search by it found a copy."""
    column = "refuses_mark" if is_refused else "knows_mark"
    rows.execute(f"update sending_mailboxes set {column} = 1 where id = ?", [through_id])  # noqa: S608  # one of two


def graph_id_in(rows: Rows, message_id: str, account_id: str) -> str | None:
    """The id of a message's copy in one mailbox."""
    return rows.value(
        str,
        "select graph_id from copies_in_mailboxes where message_id = ? and user_id = ? "
        "and place <> 'gone' order by received_at desc limit 1",
        [message_id, account_id],
    )


def others_copies(rows: Rows, mail_id: str, graph_ids: Collection[str]) -> set[str]:
    """Those of these copies that are another mail's."""
    found = rows.all(
        str,
        "select graph_id from outbox where id <> :id and graph_id in :ids",
        {"id": mail_id, "ids": [*graph_ids]},
    )
    return set(found)


def drop_files(rows: Rows, *, now: datetime) -> int:
    """Forget the contents of old files. Belongs inside write()."""
    return rows.execute(
        "update outbox_files set content = null where content is not null and exists ("
        "select 1 from outbox o where o.id = outbox_files.outbox_id and ("
        "o.state in ('seen', 'accepted') and coalesce(o.seen_at, o.accepted_at) < :sent "
        "or o.state in ('refused', 'withdrawn') and coalesce(o.ended_at, o.failed_at) < :other))",
        {"sent": now - SENT_FILES_KEPT, "other": now - OTHER_FILES_KEPT},
    )


def ask_after_restore(rows: Rows, sentence: str, *, now: datetime) -> None:
    """Let a person decide about all mail that was not finished. Belongs inside write().

    It may have gone out after the backup. Each is searched for once, and nothing is sent.
    """
    rows.execute(
        "update outbox set state = 'asks', looks = 0, failed_looks = 0, due_at = :now, "
        "failure = :sentence, failed_at = :now "
        "where state in ('waiting', 'sending', 'unknown', 'asks')",
        {"now": now, "sentence": sentence},
    )
    rows.execute(
        "update outbox set looks = :looks, due_at = :now where state = 'accepted'",
        {"looks": MOST_LOOKS - 1, "now": now},
    )
    rows.execute("update sending_mailboxes set due_at = ?, throttled_until = null", [now])
