"""All SQL for the person whose authorization user sync uses, and for uses of permissions."""

from datetime import date, datetime

from portal.microsoft365.models import GrantedRole
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
        "select p.address from microsoft_accounts a join accounts p on p.id = a.user_id "
        "where a.object_id is not null and p.is_enabled = 1 "
        "and not exists (select 1 from email_opt_outs o where o.user_id = p.id) "
        "order by p.folded_address",
    )


def count_mailboxes_to_open(rows: Rows) -> int:
    return len(mailboxes_to_open(rows))


def save_use(rows: Rows, role: str, day: date) -> None:
    """Belongs inside write()."""
    rows.execute(
        "insert into permission_uses (role, recorded_since, last_used_on) values (?, ?, ?) "
        "on conflict (role) do update set last_used_on = excluded.last_used_on",
        [role, day, day],
    )


def granted(rows: Rows) -> list[GrantedRole]:
    """The permissions of the organization's consent, with their last use."""
    return rows.all(
        GrantedRole,
        "select r.role, r.granted_at, case when r.read_at is null then 0 else 1 end as "
        "is_in_exchange, u.recorded_since, u.last_used_on from consent_roles r "
        "left join permission_uses u on u.role = r.role order by r.role",
    )
