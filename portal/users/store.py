"""All SQL for users."""

from datetime import datetime

from portal.addresses import fold
from portal.errors import NotAllowed, NotFound
from portal.storage.rows import Rows
from portal.time_zones import ZoneFrom
from portal.users.models import WAITING, Role, RoleNotice, Source, User


class IsSharedMailbox(NotAllowed):
    """The account belongs to a shared mailbox, not to a person."""

    title = "This is a shared mailbox"

    def __init__(self, address: str) -> None:
        super().__init__(
            f"{address} is a shared mailbox, so nobody signs in to this portal with it. "
            "Sign in with your own account."
        )


def user(rows: Rows, user_id: str) -> User:
    sql = "select * from users where id = ? and source <> 'shared_mailbox'"
    found = rows.one(User, sql, [user_id])
    if found is None:
        raise NotFound("This person does not exist.")
    return found


def user_by_identity(rows: Rows, tenant_id: str, object_id: str) -> User | None:
    """The user with this tenant and object id, compared exactly. Refuses a shared mailbox."""
    sql = "select * from users where tenant_id = ? and object_id = ?"
    found = rows.one(User, sql, [tenant_id, object_id])
    if found is not None and found.source is Source.SHARED_MAILBOX:
        raise IsSharedMailbox(found.address)
    return found


def ids_without_password(rows: Rows, *, tenant_id: str) -> list[str]:
    """Users of one organization without a local password."""
    sql = (
        "select id from users where tenant_id = ? and password_hash is null "
        "and source <> 'shared_mailbox' order by id"
    )
    return rows.all(str, sql, [tenant_id])


def local_user(rows: Rows, address: str) -> User | None:
    """The user who signs in with this address and a local password. Other addresses do not."""
    sql = "select * from users where sign_in_address = ? and password_hash is not null"
    return rows.one(User, sql, [fold(address)])


def people_at(rows: Rows, address: str) -> list[User]:
    """The people with this address, or else with this user name."""
    folded = fold(address)
    sql = "select * from users where became is null and source <> 'shared_mailbox' and "
    found = rows.all(User, f"{sql} folded_address = ?", [folded])
    return found or [
        user
        # Microsoft keeps the case in which user names were given.
        for user in rows.all(User, f"{sql} user_name is not null")
        if fold(user.user_name or "") == folded
    ]


def is_listed(rows: Rows, user: User) -> bool:
    """Whether the directory brings this person, or knows a local account's Microsoft account."""
    sql = "select 1 from listed_people where tenant_id = ? and object_id = ?"
    is_there = rows.value(int, sql, [user.tenant_id, user.object_id]) is not None
    return is_there or user.source is Source.DIRECTORY


def admins_who_can_sign_in(rows: Rows) -> list[User]:
    found = rows.all(User, "select * from users where role = 'admin'")
    return [admin for admin in found if admin.may_sign_in]


def is_room_delegate(rows: Rows, user_id: str) -> bool:
    """Whether this user is the delegated room sync user."""
    sql = "select 1 from acting_room_delegates where user_id = ?"
    return rows.value(int, sql, [user_id]) is not None


def has_local_admin(rows: Rows) -> bool:
    """Whether an administrator has a password and gets in without Microsoft."""
    return any(admin.is_local for admin in admins_who_can_sign_in(rows))


def has_admin(rows: Rows) -> bool:
    """Whether an administrator exists, even a disabled one, so that set-up stays closed."""
    return rows.value(int, "select 1 from users where role = 'admin' limit 1") is not None


def add(rows: Rows, user: User) -> None:
    rows.execute(
        "insert into users (id, tenant_id, object_id, address, folded_address, display_name, role, "
        "source, password_hash, is_enabled, time_zone, created_at, last_signed_in_at, user_name, "
        "sign_in_address, zone_from) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            user.id,
            user.tenant_id,
            user.object_id,
            user.address,
            fold(user.address),
            user.display_name,
            user.role,
            user.source,
            user.password_hash,
            user.is_enabled,
            user.time_zone,
            user.created_at,
            user.last_signed_in_at,
            user.user_name,
            user.sign_in_address,
            user.zone_from,
        ],
    )


def add_from_directory(
    rows: Rows, tenant_id: str, *, after: str, upto: str, enabled: bool, now: datetime
) -> int:
    """Add the new users of a batch: those who recruit as members, the others as limited."""
    return rows.execute(
        "insert into users (id, tenant_id, object_id, address, folded_address, display_name, role, "
        "source, is_enabled, kept_out, created_at, user_name) "
        "select e.new_user_id, :tenant, e.object_id, e.address, e.folded_address, e.display_name, "
        "e.role, 'directory', :enabled, :kept_out, :now, nullif(e.user_name, '') "
        "from arriving_entries e "
        "where e.object_id > :after and e.object_id <= :upto and not exists (select 1 from users u "
        "where u.tenant_id = :tenant and u.object_id = e.object_id)",
        {
            "tenant": tenant_id,
            "enabled": enabled,
            "kept_out": None if enabled else WAITING,
            "now": now,
            "after": after,
            "upto": upto,
        },
    )


def take_over(rows: Rows, user_id: str) -> None:
    """Leave an invited user to the directory."""
    rows.execute("update users set source = 'directory' where id = ?", [user_id])


def save_role(rows: Rows, user_id: str, role: Role, *, notice: RoleNotice | None) -> None:
    rows.execute("update users set role = ?, role_notice = ? where id = ?", [role, notice, user_id])


def forget_role_notice(rows: Rows, user_id: str) -> None:
    """The person answered. Belongs inside write()."""
    rows.execute("update users set role_notice = null where id = ?", [user_id])


def syncs_email(rows: Rows, user_id: str) -> bool:
    """Whether this person's email sync is on, or starts on."""
    sql = "select 1 from email_opt_outs where user_id = ?"
    return rows.value(int, sql, [user_id]) is None


def save_enabled(rows: Rows, user_id: str, *, enabled: bool) -> None:
    """Save a manual decision, which overrules the directory's earlier one."""
    rows.execute(
        "update users set is_enabled = ?, kept_out = null where id = ?", [enabled, user_id]
    )


def save_kept_out(rows: Rows, user_id: str, reason: str) -> None:
    rows.execute("update users set is_enabled = 0, kept_out = ? where id = ?", [reason, user_id])


def save_identity(
    rows: Rows, user_id: str, *, tenant_id: str, object_id: str, user_name: str | None
) -> None:
    rows.execute(
        "update users set tenant_id = ?, object_id = ?, user_name = ? where id = ?",
        [tenant_id, object_id, user_name, user_id],
    )


def save_names(rows: Rows, named: User) -> None:
    """Save the name, address and user name of a user."""
    rows.execute(
        "update users set display_name = ?, address = ?, folded_address = ?, user_name = ? "
        "where id = ?",
        [named.display_name, named.address, fold(named.address), named.user_name, named.id],
    )


def save_shared_names(rows: Rows, account_id: str, name: str | None, address: str) -> None:
    """Save name and address of a shared mailbox. Without a name it keeps the one it has."""
    rows.execute(
        "update users set display_name = coalesce(?, display_name), address = ?, "
        "folded_address = ? "
        "where id = ? and source = 'shared_mailbox'",
        [name, address, fold(address), account_id],
    )


def release_shared(rows: Rows, account_id: str) -> None:
    """Keep a shared mailbox only as a name: its identity at Microsoft is a person's now."""
    rows.execute(
        "update users set is_enabled = 0, kept_out = 'converted', tenant_id = null, "
        "object_id = null where id = ? and source = 'shared_mailbox'",
        [account_id],
    )


def save_time_zone(rows: Rows, user_id: str, time_zone: str, *, zone_from: ZoneFrom) -> None:
    rows.execute(
        "update users set time_zone = ?, zone_from = ? where id = ?",
        [time_zone, zone_from, user_id],
    )


def save_password(rows: Rows, user_id: str, password_hash: str, *, sign_in_address: str) -> None:
    rows.execute(
        "update users set password_hash = ?, sign_in_address = ? where id = ?",
        [password_hash, sign_in_address, user_id],
    )


def retire(rows: Rows, user_id: str, *, became: str) -> None:
    """Keep a local account only as a name: it became another user, who takes its password."""
    rows.execute(
        "update users set password_hash = null, sign_in_address = null, is_enabled = 0, "
        "kept_out = null, became = ? where id = ?",
        [became, user_id],
    )


def save_sign_in(rows: Rows, user_id: str, at: datetime) -> None:
    rows.execute("update users set last_signed_in_at = ? where id = ?", [at, user_id])


def directory_decides(rows: Rows) -> bool:
    """Whether user sync is in force, so that the directory says who may sign in."""
    return bool(rows.value(int, "select count(*) from user_sync_in_force"))
