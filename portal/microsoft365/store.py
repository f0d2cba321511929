"""All SQL for connections and for the success and failure of features."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from portal import clock
from portal.addresses import fold
from portal.microsoft365.models import Connection, ConnectionState, FeatureUse
from portal.storage.claims import RELEASED, Claim, Fence
from portal.storage.rows import Rows
from portal.storage.sealed import Sealed

SEALED = Sealed(
    "connections",
    "id",
    lost="a connection that has ended since",
    tenant="tenant_id",
    # A running renewal has read the old value and must not write it back.
    also=f", version = version + 1, {RELEASED}",
)
# Taken on demand, in pages too, so it is no kind of work.
RENEWALS = Fence("connections", "c", may_work="c.state = 'working'")


def connection_of(rows: Rows, user_id: str) -> Connection | None:
    return _connection(rows.one(dict, "select * from connections where user_id = ?", [user_id]))


def connection(rows: Rows, connection_id: str) -> Connection | None:
    return _connection(rows.one(dict, "select * from connections where id = ?", [connection_id]))


def is_enabled(rows: Rows, user_id: str) -> bool:
    """Whether this person may use Portal, and it may work for them."""
    return bool(rows.value(bool, "select is_enabled from accounts where id = ?", [user_id]))


def object_id_of_shared(rows: Rows, user_id: str) -> str | None:
    """The object id of an account that is a shared mailbox."""
    sql = "select object_id from accounts where id = ? and is_shared = 1"
    return rows.value(str, sql, [user_id])


def other_owner(rows: Rows, *, user_id: str, tenant_id: str, object_id: str) -> str | None:
    """The name of another user who signs in with this account or has connected it."""
    return rows.value(
        str,
        "select u.display_name from accounts u left join connections c on c.user_id = u.id "
        "where u.id <> ? and ((u.tenant_id = ? and u.object_id = ?) "
        "or (c.tenant_id = ? and c.object_id = ?)) limit 1",
        [user_id, tenant_id, object_id, tenant_id, object_id],
    )


def own_key(rows: Rows, user_id: str) -> tuple[str, str, str] | None:
    """Tenant, object id and address of the Microsoft account a person signs in with, if any."""
    return rows.one(
        tuple,
        "select tenant_id, object_id, address from people where id = ? and object_id is not null",
        [user_id],
    )


def save(rows: Rows, saved: Connection) -> None:
    """Save a new connection, or new tokens of a present one. A running renewal loses."""
    rows.execute(
        "insert into connections (id, user_id, tenant_id, object_id, address, folded_address, "
        "display_name, scopes, access_token, access_expires_at, refresh_token, version, state, "
        "connected_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
        "on conflict (user_id) do update set "
        "tenant_id = excluded.tenant_id, object_id = excluded.object_id, "
        "address = excluded.address, folded_address = excluded.folded_address, "
        "display_name = excluded.display_name, "
        "scopes = excluded.scopes, access_token = excluded.access_token, "
        "access_expires_at = excluded.access_expires_at, "
        "refresh_token = excluded.refresh_token, version = excluded.version, "
        "state = excluded.state, connected_at = excluded.connected_at, failure = null, "
        "failed_at = null, claimed_by = null, claimed_until = null",
        [
            saved.id,
            saved.user_id,
            saved.tenant_id,
            saved.object_id,
            saved.address,
            fold(saved.address),
            saved.display_name,
            " ".join(sorted(saved.scopes)),
            saved.sealed_access_token,
            saved.access_expires_at,
            saved.sealed_refresh_token,
            saved.version,
            saved.state,
            saved.connected_at,
        ],
    )


def claim_renewal(rows: Rows, seen: Connection, *, now: datetime) -> Claim | None:
    """Claim this version. None while another process renews it. Belongs inside write()."""
    is_seen = "c.version = :version"
    return RENEWALS.take(rows, seen.id, "renewal", now=now, which=is_seen, version=seen.version)


def save_renewed(rows: Rows, renewed: Connection, *, since: Connection) -> bool:
    """Save new tokens. False if the connection was replaced since it was read."""
    return _save_over(
        rows,
        since,
        "access_token = ?, access_expires_at = ?, refresh_token = ?, scopes = ?, version = ?",
        renewed.sealed_access_token,
        renewed.access_expires_at,
        renewed.sealed_refresh_token,
        " ".join(sorted(renewed.scopes)),
        renewed.version,
    )


def save_lapse(rows: Rows, lapsed: Connection, *, failure: str, now: datetime) -> bool:
    """Save a lapse and wipe its tokens. False if the connection was replaced."""
    return _save_over(
        rows,
        lapsed,
        "state = 'lapsed', failure = ?, failed_at = ?, access_token = null, "
        "access_expires_at = null, refresh_token = null, version = version + 1",
        failure,
        now,
    )


def _save_over(rows: Rows, seen: Connection, changes: str, *values: Any) -> bool:
    """Compare and swap. A claim that ended too early loses only to a newer version."""
    changed = rows.execute(
        f"update connections set {changes}, {RELEASED} "  # noqa: S608  # constants
        "where id = ? and version = ? and state = 'working'",
        [*values, seen.id, seen.version],
    )
    return changed == 1


def delete(rows: Rows, user_id: str) -> None:
    """Delete a connection with its tokens and uses. secure_delete overwrites them."""
    rows.execute("delete from connections where user_id = ?", [user_id])
    rows.execute("delete from feature_uses where user_id = ?", [user_id])


def delete_all(rows: Rows) -> int:
    """Delete all connections with their tokens and return their number."""
    count = rows.execute("delete from connections")
    rows.execute("delete from feature_uses")
    return count


def save_success(rows: Rows, user_id: str, feature: str, *, now: datetime) -> None:
    """Save a success. Does nothing if there is nothing to use any more, as after Disable."""
    rows.execute(
        "insert into feature_uses (user_id, feature, last_success_at) "
        "select p.id, ?, ? from accounts p where p.id = ? and (exists (select 1 from consents) "
        "or exists (select 1 from connections c where c.user_id = p.id)) "
        "on conflict (user_id, feature) do update set "
        "last_success_at = excluded.last_success_at, failure = null, failed_at = null",
        [feature, now, user_id],
    )
    rows.execute("update connections set last_used_at = ? where user_id = ?", [now, user_id])


def save_failure(rows: Rows, user_id: str, feature: str, failure: str, *, now: datetime) -> None:
    """Save a failure. Keeps the start of an unbroken series of failures."""
    rows.execute(
        "insert into feature_uses (user_id, feature, failure, failed_at) "
        "select p.id, ?, ?, ? from accounts p where p.id = ? and (exists (select 1 from consents) "
        "or exists (select 1 from connections c where c.user_id = p.id)) "
        "on conflict (user_id, feature) do update set failure = excluded.failure, "
        "failed_at = coalesce(feature_uses.failed_at, excluded.failed_at)",
        [feature, failure, now, user_id],
    )


def forget_failures(rows: Rows, user_id: str) -> None:
    """Delete failures from before a reconnect, which say nothing about the present."""
    rows.execute(
        "update feature_uses set failure = null, failed_at = null where user_id = ?", [user_id]
    )


def uses_of(rows: Rows, user_id: str) -> dict[str, FeatureUse]:
    found = rows.all(FeatureUse, "select * from feature_uses where user_id = ?", [user_id])
    return {each.feature: each for each in found}


def _connection(row: Mapping[str, Any] | None) -> Connection | None:
    """By hand: scopes are one text, and tokens are named for being sealed."""
    if row is None:
        return None
    return Connection(
        id=row["id"],
        user_id=row["user_id"],
        tenant_id=row["tenant_id"],
        object_id=row["object_id"],
        address=row["address"],
        display_name=row["display_name"],
        scopes=frozenset(row["scopes"].split()),
        version=row["version"],
        state=ConnectionState(row["state"]),
        connected_at=clock.moment(row["connected_at"]),
        access_expires_at=clock.moment_or_none(row["access_expires_at"]),
        failure=row["failure"],
        failed_at=clock.moment_or_none(row["failed_at"]),
        last_used_at=clock.moment_or_none(row["last_used_at"]),
        sealed_access_token=row["access_token"],
        sealed_refresh_token=row["refresh_token"],
    )


def left_to_connect(rows: Rows, user_id: str) -> tuple[datetime, str] | None:
    """When a person left to connect and by which kind of flow, if the latest never came back."""
    found = rows.all(
        dict, "select started_at, kind from unfinished_connects where user_id = ?", [user_id]
    )
    return next(((clock.moment(row["started_at"]), row["kind"]) for row in found), None)
