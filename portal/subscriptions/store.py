"""All SQL for subscriptions and for counts of rejected notifications."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from portal.storage.claims import Claims, Fence
from portal.storage.ids import new_id
from portal.storage.rows import Rows
from portal.subscriptions.models import OpenAtMicrosoft, Subscription
from portal.worker.queue import Listing

# Mail that arrives so long after the last notification shows that none is sent.
GRACE = timedelta(minutes=5)
# Mail arrived since the subscription's last notification.
SILENCE = """
    case when s.wakes = 'email' and s.state = 'open' and (
    exists (select 1 from received_mail m where m.user_id = s.user_id
        and m.received_at > s.silent_after)
    or exists (select 1 from ignored_mail m where m.user_id = s.user_id
        and m.day > substr(s.moved_at, 1, 10))) then 1 else 0 end
"""
MAY_BE_KEPT = """
    exists (select 1 from subscribable_accounts n
        where n.user_id = s.user_id and n.wakes = s.wakes)
"""
CLAIMS = Claims(
    Fence("subscriptions", "s", may_work=MAY_BE_KEPT, lease=timedelta(seconds=120)),
    # Microsoft keeps one for a week.
    longest_wait=timedelta(days=8),
)
# Nobody but the organization opened the mailbox of `p`, and its consent is not there.
WAITS_FOR_CONSENT = """
    case when p.is_readable = 0
    and exists (select 1 from organization_consents o
        where o.state = 'withdrawn' and o.tenant_id = p.tenant_id)
    and not exists (select 1 from lapsed_connections l where l.user_id = p.user_id)
    then 1 else 0 end
"""
LISTING = Listing(
    about="p.display_name",
    stage="s.state",
    joins="join mailbox_access p on p.user_id = s.user_id",
    off_because="coalesce(p.off_because, case when exists (select 1 from polled_mailboxes x "
    "where x.user_id = s.user_id) then 'a member reads this mailbox, and Microsoft tells of its "
    "mail by the organization''s consent alone' end)",
    is_connected="case when s.wakes = 'email' then p.is_readable else 1 end",
    waits_for_consent=WAITS_FOR_CONSENT,
)
# People who may have a subscription of a kind and have none.
WITHOUT_SUBSCRIPTION = """
select n.user_id, n.tenant_id from subscribable_accounts n
left join subscriptions s on s.user_id = n.user_id and s.wakes = n.wakes
where s.id is null and n.wakes = ?
"""


def is_of(names: Iterable[str]) -> str:
    """Subscriptions of these kinds, in SQL. Those of a kind not known any more stay as they are."""
    quoted = ", ".join(f"'{name}'" for name in names)
    return f"s.wakes in ({quoted})"


def subscription(rows: Rows, subscription_id: str) -> Subscription | None:
    return rows.one(Subscription, "select * from subscriptions where id = ?", [subscription_id])


def by_microsoft_ids(rows: Rows, microsoft_ids: Iterable[str]) -> dict[str, Subscription]:
    """The subscriptions that Microsoft knows by these ids. Unknown ids are missing."""
    found = rows.all(
        Subscription,
        "select * from subscriptions where microsoft_id in :ids",
        {"ids": list(microsoft_ids)},
    )
    return {each.microsoft_id: each for each in found if each.microsoft_id}


def subscription_of(rows: Rows, user_id: str, *, wakes: str) -> Subscription | None:
    return rows.one(
        Subscription,
        "select * from subscriptions where user_id = ? and wakes = ?",
        [user_id, wakes],
    )


def people_without(rows: Rows, *, wakes: str) -> list[tuple[str, str]]:
    """User and tenant of everybody who may have a subscription of this kind and has none yet."""
    return rows.all(tuple, WITHOUT_SUBSCRIPTION, [wakes])


def add(
    rows: Rows, *, user_id: str, wakes: str, resource: str, tenant_id: str, now: datetime
) -> None:
    """Add one to be opened now. Does nothing if the person has one of this kind."""
    rows.execute(
        "insert into subscriptions (id, user_id, wakes, resource, tenant_id, client_state_hash, "
        "state, due_at, created_at) values (?, ?, ?, ?, ?, '', 'opening', ?, ?) "
        "on conflict (user_id, wakes) do nothing",
        [new_id(), user_id, wakes, resource, tenant_id, now, now],
    )


def save_open(
    rows: Rows,
    opened: Subscription,
    *,
    by: str,
    moved_at: datetime | None,
) -> bool:
    """Save an open subscription. False if the claim was lost or the row is gone."""
    changed = rows.execute(
        "update subscriptions set microsoft_id = ?, resource = ?, client_state_hash = ?, "
        "state = 'open', "
        "expires_at = ?, due_at = ?, moved_at = coalesce(?, moved_at), "
        "silent_after = coalesce(?, silent_after), failure = null, failed_at = null, "
        "failure_count = 0, claimed_until = null, claimed_by = null "
        "where id = ? and claimed_by = ?",
        [
            opened.microsoft_id,
            opened.resource,
            opened.client_state_hash,
            opened.expires_at,
            opened.due_at,
            moved_at,
            moved_at and moved_at + GRACE,
            opened.id,
            by,
        ],
    )
    return changed == 1


def save_end(rows: Rows, subscription_id: str, *, due_at: datetime) -> None:
    """Mark a subscription that Microsoft no longer keeps. It is opened again."""
    rows.execute(
        "update subscriptions set state = 'ended', microsoft_id = null, expires_at = null, "
        "due_at = ? where id = ?",
        [due_at, subscription_id],
    )


def make_due(rows: Rows, subscription_id: str, *, now: datetime) -> None:
    rows.execute("update subscriptions set due_at = ? where id = ?", [now, subscription_id])


def make_due_of(rows: Rows, user_id: str, *, now: datetime) -> None:
    rows.execute("update subscriptions set due_at = ? where user_id = ?", [now, user_id])


def make_all_due(rows: Rows, *, now: datetime) -> None:
    rows.execute("update subscriptions set due_at = ?", [now])


def mark_moved(rows: Rows, ids: Iterable[str], *, now: datetime) -> None:
    rows.execute(
        "update subscriptions set moved_at = :now, silent_after = :silent_after where id in :ids",
        {"now": now, "silent_after": now + GRACE, "ids": list(ids)},
    )


def has_told(rows: Rows, user_id: str, *, wakes: str, since: datetime, now: datetime) -> bool:
    """Whether an open subscription of this kind told of something; opening one counts too."""
    found = rows.one(
        tuple,
        "select 1 from subscriptions where user_id = ? and wakes = ? and state = 'open' "
        "and expires_at > ? and moved_at >= ? limit 1",
        [user_id, wakes, now, since],
    )
    return found is not None


def delete_of(rows: Rows, user_id: str) -> list[OpenAtMicrosoft]:
    """Delete a person's subscriptions and return those that Microsoft may still keep."""
    found = [each for each in open_at_microsoft(rows) if each.user_id == user_id]
    rows.execute("delete from subscriptions where user_id = ?", [user_id])
    return found


def delete_one(rows: Rows, user_id: str, *, wakes: str) -> Subscription | None:
    """Delete one subscription of a person and return it, since Microsoft may still keep it."""
    found = subscription_of(rows, user_id, wakes=wakes)
    if found is not None:
        rows.execute("delete from subscriptions where id = ?", [found.id])
    return found


def open_at_microsoft(rows: Rows) -> list[OpenAtMicrosoft]:
    """Subscriptions that Microsoft may still keep."""
    return rows.all(
        OpenAtMicrosoft,
        "select user_id, microsoft_id, resource from subscriptions "
        "where microsoft_id is not null order by user_id, wakes",
    )


def delete_all(rows: Rows) -> None:
    """Delete all subscriptions. Microsoft's copies expire, or end with the application."""
    rows.execute("delete from subscriptions")


def count_rejected(rows: Rows, count: int, *, now: datetime) -> None:
    rows.execute(
        "insert into rejected_notifications (minute, count) values (?, ?) "
        "on conflict (minute) do update set count = rejected_notifications.count + excluded.count",
        [now.replace(second=0), count],
    )


def take_rejected(rows: Rows, *, before: datetime) -> int:
    """Take the number of rejected notifications once the first is old enough."""
    first = rows.value(datetime, "select min(minute) as first from rejected_notifications")
    if first is None or first >= before:
        return 0
    return sum(rows.all(int, "delete from rejected_notifications returning count"))


def rejected_since(rows: Rows, since: datetime) -> int:
    total = rows.value(
        int, "select sum(count) as total from rejected_notifications where minute >= ?", [since]
    )
    return total or 0


def open_subscriptions(rows: Rows, *, now: datetime) -> tuple[int, int, str]:
    """How many subscriptions are open and wanted, and one reason why some are not."""
    ((opened, wanted, failure),) = rows.all(
        tuple,
        "select count(*) filter (where state = 'open' and expires_at > ?), count(*), max(failure) "
        "from subscriptions",
        [now],
    )
    return opened, wanted, failure or ""
