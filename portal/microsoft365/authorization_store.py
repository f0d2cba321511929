"""All SQL for the person whose authorization user sync uses."""

from datetime import datetime

from portal.storage.rows import Rows

ID = "user-sync"


def authorized_by(rows: Rows) -> str | None:
    return rows.value(str, "select user_id from sync_authorizations")


def save(rows: Rows, user_id: str, *, now: datetime) -> None:
    """Save the authorizing person in place of another. Belongs inside write()."""
    rows.execute(
        "insert into sync_authorizations (id, user_id, authorized_at) values (?, ?, ?) "
        "on conflict (id) do update set user_id = excluded.user_id, "
        "authorized_at = excluded.authorized_at",
        [ID, user_id, now],
    )


def delete(rows: Rows) -> None:
    rows.execute("delete from sync_authorizations")


def chooses_by_group(rows: Rows) -> bool:
    """Whether people are, or may soon be, chosen by group."""
    return rows.value(int, "select 1 from choices_by_group") is not None


def mailboxes_to_open(rows: Rows) -> list[str]:
    """The mailboxes that consent lets Portal open: of enabled people who sync email."""
    return rows.all(
        str,
        "select p.address from microsoft_accounts a join people p on p.id = a.user_id "
        "where a.object_id is not null and p.is_enabled = 1 "
        "and not exists (select 1 from email_opt_outs o where o.user_id = p.id) "
        "order by p.folded_address",
    )


def count_mailboxes_to_open(rows: Rows) -> int:
    return len(mailboxes_to_open(rows))
