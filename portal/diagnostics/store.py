"""All SQL of the checks: candidates for a real read, and people who must act."""

from datetime import datetime

from portal.storage.rows import Rows


def somebody_readable(rows: Rows) -> str | None:
    """A person whose mailbox may be read and who syncs email, the latest success first."""
    return rows.value(
        str,
        "select user_id from syncable_mailboxes "
        "order by last_success_at desc nulls last, user_id limit 1",
    )


def lapsed_people(rows: Rows) -> list[str]:
    """People whose connection ended, except those covered by the organization's consent."""
    return rows.all(
        str,
        "select u.display_name from connections c join users u on u.id = c.user_id "
        "where c.state = 'lapsed' and u.is_enabled = 1 order by u.display_name",
    )


def last_came_back(rows: Rows) -> datetime | None:
    """The last time Microsoft sent a person to our redirect address."""
    return rows.value(datetime, "select max(used_at) from flows where kind <> 'google'")


def open_subscriptions(rows: Rows, *, now: datetime) -> tuple[int, int, str]:
    """How many subscriptions are open and wanted, and one reason why some are not."""
    ((opened, wanted, failure),) = rows.all(
        tuple,
        "select count(*) filter (where state = 'open' and expires_at > ?), count(*), max(failure) "
        "from subscriptions",
        [now],
    )
    return opened, wanted, failure or ""
