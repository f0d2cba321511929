"""The rows of users."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from portal import clock
from portal.errors import NotFound
from portal.users.models import Role, Source, User


def user(db: Database, user_id: str) -> User:
    for row in db.query("select * from users where id = ?", [user_id]):
        return user_in(row)
    raise NotFound("This person does not exist.")


def user_by_identity(db: Database, tenant_id: str, object_id: str) -> User | None:
    """The pair from a checked token, compared exactly."""
    rows = db.query(
        "select * from users where tenant_id = ? and object_id = ?", [tenant_id, object_id]
    )
    return next((user_in(row) for row in rows), None)


def ids_without_password(db: Database, *, tenant_id: str) -> list[str]:
    """People of one organization who have no other way in than signing in there."""
    rows = db.query(
        "select id from users where tenant_id = ? and password_hash is null order by id",
        [tenant_id],
    )
    return [str(row["id"]) for row in rows]


def local_user(db: Database, address: str) -> User | None:
    """Somebody with a password here; addresses of Microsoft accounts identify nobody."""
    rows = db.query(
        "select * from users where lower(address) = lower(?) and password_hash is not null",
        [address],
    )
    return next((user_in(row) for row in rows), None)


def admins_who_can_sign_in(db: Database) -> Iterator[User]:
    rows = db.query("select * from users where role = 'admin' and is_enabled = 1")
    return (user_in(row) for row in rows)


def is_room_delegate(db: Database, user_id: str) -> bool:
    """Whether Microsoft is asked about rooms in this person's name."""
    rows = db.query(
        "select 1 from room_delegates d join users u on u.id = d.user_id "
        "join platforms p on p.name = 'microsoft-365' and p.is_enabled = 1 where u.id = ?",
        [user_id],
    )
    return any(True for _ in rows)


def has_local_admin(db: Database) -> bool:
    """An administrator with a password, who gets in when Microsoft is not there."""
    rows = db.query(
        "select 1 from users where role = 'admin' and is_enabled = 1 "
        "and password_hash is not null limit 1"
    )
    return any(True for _ in rows)


def has_admin(db: Database) -> bool:
    """Also a disabled one: set-up does not open again because somebody was disabled."""
    return any(True for _ in db.query("select 1 from users where role = 'admin' limit 1"))


def add(db: Database, user: User) -> None:
    db.table("users").insert(
        {
            "id": user.id,
            "tenant_id": user.tenant_id,
            "object_id": user.object_id,
            "address": user.address,
            "display_name": user.display_name,
            "role": user.role.value,
            "source": user.source.value,
            "password_hash": user.password_hash,
            "is_enabled": int(user.is_enabled),
            "time_zone": user.time_zone,
            "created_at": clock.text(user.created_at),
            "last_signed_in_at": clock.text_or_none(user.last_signed_in_at),
        }
    )


def save_role(db: Database, user_id: str, role: Role) -> None:
    db.execute("update users set role = ? where id = ?", [role.value, user_id])


def save_enabled(db: Database, user_id: str, *, enabled: bool) -> None:
    """By hand: whatever the directory said before about this person's sign-in is answered."""
    db.execute(
        "update users set is_enabled = ?, kept_out = null where id = ?", [int(enabled), user_id]
    )


def save_identity(db: Database, user_id: str, *, tenant_id: str, object_id: str) -> None:
    db.execute(
        "update users set tenant_id = ?, object_id = ? where id = ?",
        [tenant_id, object_id, user_id],
    )


def save_name(db: Database, user_id: str, *, display_name: str, address: str) -> None:
    db.execute(
        "update users set display_name = ?, address = ? where id = ?",
        [display_name, address, user_id],
    )


def save_time_zone(db: Database, user_id: str, time_zone: str) -> None:
    db.execute("update users set time_zone = ? where id = ?", [time_zone, user_id])


def save_password(db: Database, user_id: str, password_hash: str) -> None:
    db.execute("update users set password_hash = ? where id = ?", [password_hash, user_id])


def save_sign_in(db: Database, user_id: str, at: datetime) -> None:
    db.execute("update users set last_signed_in_at = ? where id = ?", [clock.text(at), user_id])


def user_in(row: Mapping[str, Any]) -> User:
    last = row["last_signed_in_at"]
    return User(
        id=row["id"],
        tenant_id=row["tenant_id"],
        object_id=row["object_id"],
        address=row["address"],
        display_name=row["display_name"],
        role=Role(row["role"]),
        source=Source(row["source"]),
        password_hash=row["password_hash"],
        is_enabled=bool(row["is_enabled"]),
        time_zone=row["time_zone"],
        created_at=clock.moment(row["created_at"]),
        last_signed_in_at=clock.moment(last) if last else None,
        kept_out=row["kept_out"],
    )
