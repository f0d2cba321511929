"""Rows of Entra: applications, consents, codes, refresh tokens."""

import hashlib
from typing import Any

import orjson

from sandbox.database import Row, State

CLIENT_ID = "11111111-2222-4333-8444-555555555555"
CLIENT_SECRET = "sandbox-secret-value"
PATHS = ("/oauth/microsoft/callback", "/oauth/microsoft/admin-consent")

SCHEMA = """
    create table if not exists applications (
        client_id text primary key,
        display_name text not null,
        secrets text not null,
        certificates text not null,
        redirect_uris text not null,
        roles text not null
    );
    create table if not exists consents (
        client_id text not null,
        oid text not null,
        scope text not null,
        granted_at text not null,
        primary key (client_id, oid, scope)
    );
    create table if not exists codes (
        code_hash text primary key,
        facts text not null,
        expires_at text not null,
        redeemed_at text
    );
    create table if not exists refresh_tokens (
        token_hash text primary key,
        facts text not null,
        issued_at text not null
    );
    create table if not exists signing_keys (kid text primary key, pem text not null)
"""

EVERYBODY = "*"


def seed(state: State) -> None:
    """The one registered application, as somebody would have registered the portal."""
    state.execute(
        "insert into applications values (?, ?, ?, ?, ?, ?) on conflict do nothing",
        (
            CLIENT_ID,
            "Portal",
            orjson.dumps([CLIENT_SECRET]).decode(),
            "[]",
            orjson.dumps([f"http://localhost:8000{path}" for path in PATHS]).decode(),
            "[]",
        ),
    )


def application(state: State, client_id: str) -> dict[str, Any] | None:
    row = state.row("select * from applications where client_id = ?", (client_id,))
    if row is None:
        return None
    lists = ("secrets", "certificates", "redirect_uris", "roles")
    return row | {name: orjson.loads(row[name]) for name in lists}


def change_application(state: State, client_id: str, column: str, values: list[str]) -> None:
    """Replace one list of an application; `column` is one of ours, never a client's."""
    state.execute(
        f"update applications set {column} = ? where client_id = ?",
        (orjson.dumps(values).decode(), client_id),
    )


def consented(state: State, client_id: str, oid: str) -> set[str]:
    """Delegated scopes granted by this person, or by an administrator for everybody."""
    rows = state.rows(
        "select scope from consents where client_id = ? and oid in (?, ?)",
        (client_id, oid, EVERYBODY),
    )
    return {row["scope"] for row in rows}


def consent(state: State, client_id: str, oid: str, scopes: set[str]) -> None:
    at = state.now().isoformat()
    for scope in sorted(scopes):
        state.execute(
            "insert into consents values (?, ?, ?, ?) on conflict do nothing",
            (client_id, oid, scope, at),
        )


def save_code(state: State, code: str, facts: Row, *, expires_at: str) -> None:
    state.execute(
        "insert into codes values (?, ?, ?, null)",
        (digest(code), orjson.dumps(facts).decode(), expires_at),
    )


def code(state: State, code: str) -> Row | None:
    row = state.row("select * from codes where code_hash = ?", (digest(code),))
    return row and row | {"facts": orjson.loads(row["facts"])}


def redeem(state: State, code: str) -> bool:
    """Whether this was the first time that the code was used."""
    at = state.now().isoformat()
    sql = "update codes set redeemed_at = ? where code_hash = ? and redeemed_at is null"
    return state.execute(sql, (at, digest(code))) == 1


def save_refresh_token(state: State, token: str, facts: Row) -> None:
    state.execute(
        "insert into refresh_tokens values (?, ?, ?)",
        (digest(token), orjson.dumps(facts).decode(), state.now().isoformat()),
    )


def refresh_token(state: State, token: str) -> Row | None:
    row = state.row("select * from refresh_tokens where token_hash = ?", (digest(token),))
    return row and row | {"facts": orjson.loads(row["facts"])}


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
