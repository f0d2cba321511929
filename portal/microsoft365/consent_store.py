"""All SQL for the organization's consent, for what it powers, and for whose mailbox it opened."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from portal import clock
from portal.microsoft365.models import Consent, ConsentRoute, ConsentState, FeatureUse
from portal.storage.rows import Rows

ID = "organization"
# Whose mailbox may be read, for `users u`: by a connection that works, or by the organization.
MAY_READ = """
    u.is_enabled = 1 and (
    exists (select 1 from connections c where c.user_id = u.id and c.state = 'working')
    or exists (select 1 from consents o join consent_roles r on r.role = 'Mail.Read'
        where o.state = 'working' and (o.tenant_id = u.tenant_id or exists (
            select 1 from connections c where c.user_id = u.id and c.tenant_id = o.tenant_id))))
"""


def consent(rows: Rows) -> Consent | None:
    row = next(iter(rows.all(dict, "select * from consents where id = ?", [ID])), None)
    if row is None:
        return None
    return Consent(
        tenant_id=row["tenant_id"],
        roles=frozenset(each["role"] for each in rows.all(dict, "select role from consent_roles")),
        state=ConsentState(row["state"]),
        asked_by=row["asked_by"],
        accepted_by=row["accepted_by"],
        route=ConsentRoute(row["route"]),
        granted_at=clock.moment(row["granted_at"]),
        checked_at=clock.moment(row["checked_at"]),
        failure=row["failure"],
        failed_at=clock.moment_or_none(row["failed_at"]),
    )


def save(rows: Rows, given: Consent, *, due_at: datetime) -> None:
    """In place of the one before, with the roles as they are now. Belongs inside write()."""
    rows.execute(
        "insert into consents (id, tenant_id, state, asked_by, accepted_by, route, granted_at, "
        "checked_at, due_at, failure, failed_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
        "on conflict (id) do update set tenant_id = excluded.tenant_id, state = excluded.state, "
        "asked_by = excluded.asked_by, accepted_by = excluded.accepted_by, "
        "route = excluded.route, granted_at = excluded.granted_at, "
        "checked_at = excluded.checked_at, due_at = excluded.due_at, "
        "failure = excluded.failure, failed_at = excluded.failed_at",
        [
            ID,
            given.tenant_id,
            given.state.value,
            given.asked_by,
            given.accepted_by,
            given.route.value,
            clock.text(given.granted_at),
            clock.text(given.checked_at),
            clock.text(due_at),
            given.failure,
            None if given.failed_at is None else clock.text(given.failed_at),
        ],
    )
    _save_roles(rows, given.roles, given.checked_at)


def _save_roles(rows: Rows, roles: Iterable[str], now: datetime) -> None:
    """A withdrawn consent has none; a role that stays keeps since when it is there."""
    wanted = sorted(roles)
    marks = ", ".join("?" for _ in wanted)
    rows.execute(f"delete from consent_roles where role not in ({marks})", wanted)  # noqa: S608  # question marks
    for role in wanted:
        rows.execute(
            "insert into consent_roles (role, granted_at) values (?, ?) "
            "on conflict (role) do nothing",
            [role, clock.text(now)],
        )


def roles_since(rows: Rows) -> dict[str, datetime]:
    found = rows.all(dict, "select role, granted_at from consent_roles order by role")
    return {row["role"]: clock.moment(row["granted_at"]) for row in found}


def claim_due(rows: Rows, *, by: str, now: datetime, until: datetime) -> bool:
    """Whether `by` alone may look after the consent until then. Belongs inside write()."""
    found = rows.all(
        tuple,
        "update consents set claimed_by = ?, claimed_until = ? where id = ? and due_at <= ? "
        "and (claimed_until is null or claimed_until <= ?) returning id",
        [by, clock.text(until), ID, clock.text(now), clock.text(now)],
    )
    return bool(found)


def is_due(rows: Rows, *, now: datetime) -> bool:
    found = rows.all(
        dict,
        "select 1 from consents where id = ? and due_at <= ? "
        "and (claimed_until is null or claimed_until <= ?)",
        [ID, clock.text(now), clock.text(now)],
    )
    return any(True for _ in found)


def release(rows: Rows, *, due_at: datetime) -> None:
    rows.execute(
        "update consents set claimed_by = null, claimed_until = null, due_at = ? where id = ?",
        [clock.text(due_at), ID],
    )


def delete(rows: Rows) -> None:
    """With all that it powered; tokens of the organization are never stored."""
    for table in ("consents", "consent_roles", "organization_feature_uses"):
        rows.execute(f"delete from {table}")  # noqa: S608  # a fixed list


def identity_of(rows: Rows, user_id: str) -> tuple[str, str] | None:
    """Tenant and object id of somebody, in the directory or by the account they connected."""
    answer = rows.all(
        dict,
        "select coalesce(u.tenant_id, c.tenant_id) as tenant_id, "
        "coalesce(u.object_id, c.object_id) as object_id "
        "from users u left join connections c on c.user_id = u.id where u.id = ?",
        [user_id],
    )
    found = next(iter(answer), None)
    return (found["tenant_id"], found["object_id"]) if found and found["object_id"] else None


def has_opted_out(rows: Rows, user_id: str) -> bool:
    """Whether this person turned email sync off."""
    found = rows.all(
        dict, "select 1 from mailboxes where user_id = ? and is_syncing = 0", [user_id]
    )
    return any(True for _ in found)


def save_success(rows: Rows, feature: str, *, now: datetime) -> None:
    """Nothing where the consent is gone meanwhile, as after disabling the platform."""
    rows.execute(
        "insert into organization_feature_uses (feature, last_success_at) "
        "select ?, ? from consents where true "
        "on conflict (feature) do update set last_success_at = excluded.last_success_at, "
        "failure = null, failed_at = null",
        [feature, clock.text(now)],
    )


def save_failure(rows: Rows, feature: str, failure: str, *, now: datetime) -> None:
    rows.execute(
        "insert into organization_feature_uses (feature, failure, failed_at) "
        "select ?, ?, ? from consents where true "
        "on conflict (feature) do update set failure = excluded.failure, failed_at = "
        "coalesce(organization_feature_uses.failed_at, excluded.failed_at)",
        [feature, failure, clock.text(now)],
    )


def uses(rows: Rows) -> dict[str, FeatureUse]:
    found = rows.all(dict, "select * from organization_feature_uses")
    return {
        row["feature"]: FeatureUse(
            row["feature"],
            clock.moment_or_none(row["last_success_at"]),
            row["failure"],
            clock.moment_or_none(row["failed_at"]),
        )
        for row in found
    }


def has_access_noted(rows: Rows, user_id: str, feature: str, day: str) -> bool:
    found = rows.all(
        dict,
        "select 1 from organization_accesses where user_id = ? and feature = ? and day = ?",
        [user_id, feature, day],
    )
    return any(True for _ in found)


def note_access(rows: Rows, user_id: str, feature: str, day: str, *, now: datetime) -> None:
    """A row a day; belongs inside write()."""
    rows.execute(
        "insert into organization_accesses (user_id, feature, day, first_at) values (?, ?, ?, ?) "
        "on conflict (user_id, feature, day) do nothing",
        [user_id, feature, day, clock.text(now)],
    )


def accesses_of(rows: Rows, user_id: str, *, most: int = 14) -> list[dict[str, Any]]:
    """Feature and first moment of each day on which somebody's mailbox was opened, newest first."""
    found = rows.all(
        dict,
        "select feature, first_at from organization_accesses where user_id = ? "
        "order by day desc, feature limit ?",
        [user_id, most],
    )
    return [{"feature": row["feature"], "at": clock.moment(row["first_at"])} for row in found]
