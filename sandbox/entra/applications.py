"""App registrations, their secrets, and their permissions in the tenant."""

import uuid
from datetime import datetime, timedelta
from typing import Any

import orjson

from sandbox import quirks
from sandbox.database import Row, State
from sandbox.entra import permissions

CLIENT_ID = "11111111-2222-4333-8444-555555555555"
CLIENT_SECRET = "sandbox-secret-value"
SECRET_ID = "aaaaaaaa-0000-4000-8000-000000000001"
# Entra puts it into id_tokens only where a registration asks for it.
AUTH_TIME = "auth_time"
PATHS = ("/oauth/microsoft/callback", "/oauth/microsoft/admin-consent")

SCHEMA = """
    create table if not exists applications (
        client_id text primary key,
        display_name text not null,
        certificates text not null,
        redirect_uris text not null,
        required_roles text not null,
        required_scopes text not null,
        optional_claims text not null,
        created_at text not null
    );
    create table if not exists secrets (
        id text primary key,
        client_id text not null,
        value text not null,
        expires_at text
    );
    create table if not exists service_principals (
        id text primary key,
        client_id text not null unique,
        is_enabled integer not null,
        created_at text not null
    );
    create table if not exists role_grants (
        id text primary key,
        client_id text not null,
        role text not null,
        granted_at text not null,
        unique (client_id, role)
    )
"""
LISTS = ("certificates", "redirect_uris", "required_roles", "required_scopes", "optional_claims")


def seed(state: State) -> None:
    """Register Portal in its own tenant."""
    if application(state, CLIENT_ID):
        return
    register(
        state,
        client_id=CLIENT_ID,
        display_name="Portal",
        redirect_uris=[f"http://localhost:8000{path}" for path in PATHS],
        required_roles=list(permissions.REGISTERED_ROLES),
        required_scopes=sorted(permissions.REGISTERED),
        optional_claims=[AUTH_TIME],
    )
    add_secret(state, CLIENT_ID, identity=SECRET_ID, value=CLIENT_SECRET)
    # The admin center installs an application in the step that registers it.
    install(state, CLIENT_ID)


def register(state: State, **facts: Any) -> str:
    """Add an app registration and return its client id."""
    client_id = str(facts.get("client_id") or uuid.uuid4())
    lists = {name: orjson.dumps(facts.get(name, [])).decode() for name in LISTS}
    row = {
        "client_id": client_id,
        "display_name": facts.get("display_name", "Application"),
        **lists,
        "created_at": _stamp(state),
    }
    names, marks = ", ".join(row), ", ".join(f":{name}" for name in row)
    state.execute(f"insert into applications ({names}) values ({marks})", row)
    return client_id


def application(state: State, client_id: str) -> Row | None:
    """Read a registration with its secrets and granted permissions."""
    row = state.row("select * from applications where client_id = ?", (client_id,))
    if row is None:
        return None
    principal = principal_of(state, client_id)
    return {
        **row,
        **{name: orjson.loads(row[name]) for name in LISTS},
        "secrets": secrets_of(state, client_id),
        "roles": roles_of(state, client_id),
        "is_installed": principal is not None,
        "is_enabled": bool(principal and principal["is_enabled"]),
    }


def applications(state: State) -> list[Row]:
    rows = state.rows("select client_id from applications order by created_at, client_id")
    found = (application(state, row["client_id"]) for row in rows)
    return [row for row in found if row is not None]


def change(state: State, client_id: str, column: str, value: list[str] | str) -> None:
    """Replace one column of a registration. `column` is one of ours, never a client's."""
    state.execute(
        f"update applications set {column} = ? where client_id = ?",
        (value if isinstance(value, str) else orjson.dumps(value).decode(), client_id),
    )


def remove(state: State, client_id: str) -> None:
    """Delete a registration with its secrets and grants."""
    uninstall(state, client_id)
    state.execute("delete from secrets where client_id = ?", (client_id,))
    state.execute("delete from applications where client_id = ?", (client_id,))


def add_secret(
    state: State,
    client_id: str,
    *,
    value: str,
    identity: str | None = None,
    expires_at: str | None = None,
) -> str:
    """Add another secret, so that secrets can overlap, and return its id."""
    new = identity or str(uuid.uuid4())
    state.execute("insert into secrets values (?, ?, ?, ?)", (new, client_id, value, expires_at))
    return new


def secrets_of(state: State, client_id: str) -> list[Row]:
    return state.rows("select id, value, expires_at from secrets where client_id = ?", (client_id,))


def is_expired(state: State, secret: Row) -> bool:
    """Whether a secret has expired."""
    expires_at = secret["expires_at"]
    return bool(expires_at) and datetime.fromisoformat(expires_at) <= state.now()


def install(state: State, client_id: str) -> None:
    """Create the service principal. Does nothing if it exists."""
    identity = str(uuid.uuid5(uuid.NAMESPACE_DNS, client_id))
    state.execute(
        "insert into service_principals values (?, ?, 1, ?) on conflict do nothing",
        (identity, client_id, _stamp(state)),
    )


def uninstall(state: State, client_id: str) -> None:
    """Delete the service principal and, with it, every grant."""
    for table in ("service_principals", "role_grants", "consents"):
        state.execute(f"delete from {table} where client_id = ?", (client_id,))


def enable(state: State, client_id: str, *, is_enabled: bool) -> None:
    state.execute(
        "update service_principals set is_enabled = ? where client_id = ?",
        (int(is_enabled), client_id),
    )


def principal_of(state: State, client_id: str) -> Row | None:
    return state.row("select * from service_principals where client_id = ?", (client_id,))


def roles_of(state: State, client_id: str) -> list[str]:
    """List the granted application permissions."""
    return [row["role"] for row in role_grants(state, client_id)]


def roles_for_token(state: State, client_id: str) -> list[str]:
    """List the roles of a new token. Entra omits those of the last `consentDelay` seconds.

    It knows nothing of the grants that Exchange keeps.
    """
    settled = _stamp(state, ago=state.setting("consentDelay"))
    grants = [row for row in role_grants(state, client_id) if row["granted_at"] <= settled]
    is_scoped = quirks.RBAC_SCOPE.is_on(state)
    return [row["role"] for row in grants if not (is_scoped and is_for_mailboxes(row["role"]))]


def roles_in_exchange(state: State, client_id: str) -> list[str]:
    """List the roles that Exchange has granted and no token carries."""
    if not quirks.RBAC_SCOPE.is_on(state):
        return []
    return [role for role in roles_of(state, client_id) if is_for_mailboxes(role)]


def waits_for_exchange(state: State, client_id: str) -> bool:
    """Whether a grant is younger than `exchangeDelay` seconds, and mailboxes still refuse it."""
    settled = _stamp(state, ago=state.setting("exchangeDelay"))
    grants = role_grants(state, client_id)
    return any(row["granted_at"] > settled for row in grants if is_for_mailboxes(row["role"]))


def is_for_mailboxes(role: str) -> bool:
    return role.startswith(("Mail.", "MailboxSettings.", "Calendars."))


def role_grants(state: State, client_id: str) -> list[Row]:
    return state.rows("select * from role_grants where client_id = ? order by rowid", (client_id,))


def grant_roles(state: State, client_id: str, roles: list[str]) -> None:
    install(state, client_id)
    for role in roles:
        state.execute(
            "insert into role_grants values (?, ?, ?, ?) on conflict do nothing",
            (uuid.uuid4().hex, client_id, role, _stamp(state)),
        )


def revoke_roles(state: State, client_id: str, roles: list[str]) -> None:
    for role in roles:
        state.execute("delete from role_grants where client_id = ? and role = ?", (client_id, role))


def set_roles(state: State, client_id: str, roles: list[str]) -> None:
    """Grant these roles and revoke all others, as a new consent does."""
    revoke_roles(
        state, client_id, [role for role in roles_of(state, client_id) if role not in roles]
    )
    grant_roles(state, client_id, roles)


def _stamp(state: State, *, ago: int = 0) -> str:
    return (state.now() - timedelta(seconds=ago)).strftime("%Y-%m-%dT%H:%M:%SZ")
