"""All SQL for the people by whom directory and shared mailboxes are read, and uses of roles."""

from datetime import date, datetime

from portal.microsoft365.models import GrantedRole, Reader, ReadMailbox
from portal.storage.rows import Rows
from portal.storage.settings import delete_setting, save_setting, setting
from portal.storage.statements import has_word

ID = "user-sync"
SENDING = "organization_sending"
AVAILABILITY = "organization_availability"
SCHEDULING = "organization_scheduling"
OPENS_GROUP_CALENDARS = f"c.state = 'working' and {has_word('c.scopes', 'Group.ReadWrite.All')}"


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


def sends_by_consent(rows: Rows) -> bool:
    """Whether an administrator turned on sending by the organization's consent."""
    return setting(rows, SENDING) is not None


def save_sending(rows: Rows, wanted: bool) -> None:
    if wanted:
        save_setting(rows, SENDING, "on")
    else:
        delete_setting(rows, SENDING)


def calendars(rows: Rows) -> list[str]:
    """The names of the group calendars that Portal schedules on, the default one first."""
    sql = "select name from scheduling_calendars order by is_default desc, lower(name), calendar_id"
    return rows.all(str, sql)


def is_limited(rows: Rows, user_id: str) -> bool:
    sql = "select 1 from people where id = ? and role = 'limited'"
    return rows.value(int, sql, [user_id]) is not None


def count_schedulers(rows: Rows) -> tuple[int, int]:
    """The members who granted group calendars by a connection that works, and all members."""
    found = rows.one(
        tuple,
        f"select count(*) filter (where {OPENS_GROUP_CALENDARS}), count(*) "  # noqa: S608  # constant
        "from people p left join connections c on c.user_id = p.id "
        "where p.is_enabled = 1 and p.role <> 'limited'",
    )
    return (found[0], found[1]) if found else (0, 0)


def granted_scopes(rows: Rows) -> set[str]:
    """Every permission that at least one person granted."""
    found = rows.all(str, "select scopes from connections")
    return {scope for scopes in found for scope in scopes.split()}


def reads_calendars_by_consent(rows: Rows) -> bool:
    """Whether an administrator turned on reading calendars by the organization's consent."""
    return setting(rows, AVAILABILITY) is not None


def save_reading_calendars(rows: Rows, wanted: bool) -> None:
    if wanted:
        save_setting(rows, AVAILABILITY, "on")
    else:
        delete_setting(rows, AVAILABILITY)


def schedules_by_consent(rows: Rows) -> bool:
    """Whether an administrator turned on writing interviews by the organization's consent."""
    return setting(rows, SCHEDULING) is not None


def save_scheduling(rows: Rows, wanted: bool) -> None:
    if wanted:
        save_setting(rows, SCHEDULING, "on")
    else:
        delete_setting(rows, SCHEDULING)


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


def people_of(rows: Rows, tenant_id: str) -> list[str]:
    """Everybody with an account in this tenant."""
    return rows.all(
        str,
        "select user_id from microsoft_accounts where tenant_id = ? and object_id is not null",
        [tenant_id],
    )


def save_use(rows: Rows, role: str, day: date) -> None:
    """Belongs inside write()."""
    rows.execute(
        "insert into permission_uses (role, recorded_since, last_used_on) values (?, ?, ?) "
        "on conflict (role) do update set last_used_on = excluded.last_used_on",
        [role, day, day],
    )


def last_use(rows: Rows, role: str) -> date | None:
    sql = "select last_used_on from permission_uses where role = ?"
    return rows.value(date, sql, [role])


def granted(rows: Rows) -> list[GrantedRole]:
    """The permissions of the organization's consent, with their last use."""
    return rows.all(
        GrantedRole,
        "select r.role, r.granted_at, case when r.read_at is null then 0 else 1 end as "
        "is_in_exchange, u.recorded_since, u.last_used_on from consent_roles r "
        "left join permission_uses u on u.role = r.role order by r.role",
    )


def reader_of(rows: Rows, account_id: str) -> Reader | None:
    """The member by whose permission a shared mailbox is read, or was until they could not."""
    return rows.one(
        Reader,
        "select account_id, user_id, name, since, loss from mailbox_readings where account_id = ?",
        [account_id],
    )


def reads_mailboxes(rows: Rows, user_id: str | None) -> bool:
    sql = "select 1 from mailbox_readers where user_id = ?"
    return rows.value(int, sql, [user_id]) is not None


def reads_mailbox(rows: Rows, account_id: str, user_id: str) -> bool:
    """Whether a mailbox that was added is read by this person's permission, or was."""
    return any(each.account_id == account_id for each in mailboxes_read_by(rows, user_id))


def mailboxes_read_by(rows: Rows, user_id: str) -> list[ReadMailbox]:
    """The shared mailboxes that a person reads by their own permission, by address."""
    return rows.all(
        ReadMailbox,
        "select d.account_id, a.address, d.since from mailbox_readers d "
        "join accounts a on a.id = d.account_id where d.user_id = ? "
        "order by a.folded_address, a.id",
        [user_id],
    )


def readable_shared(rows: Rows, account_id: str, user_id: str) -> str | None:
    """The address of an added mailbox, for an administrator or one who decides for it."""
    return rows.value(
        str,
        "select a.address from accounts a join people p on p.id = :user "
        "where a.id = :account and a.is_shared = 1 and a.is_enabled = 1 and (p.role = 'admin' "
        "or p.role <> 'limited' and exists (select 1 from mailbox_deciders d "
        "where d.account_id = a.id and d.user_id = p.id))",
        {"account": account_id, "user": user_id},
    )


def owns_shared(rows: Rows, user_id: str) -> bool:
    """Whether a person decides for a mailbox that is not their own."""
    sql = "select 1 from mailbox_deciders where user_id = ? and account_id <> user_id limit 1"
    return rows.value(int, sql, [user_id]) is not None


def save_reader(rows: Rows, account_id: str, user_id: str, *, now: datetime) -> None:
    """Save the reader in place of another. Belongs inside write()."""
    rows.execute(
        "insert into mailbox_readers (account_id, user_id, since) values (?, ?, ?) "
        "on conflict (account_id) do update set user_id = excluded.user_id, "
        "since = excluded.since",
        [account_id, user_id, now],
    )


def delete_reader(rows: Rows, account_id: str) -> None:
    rows.execute("delete from mailbox_readers where account_id = ?", [account_id])
