"""Stored consents, codes and refresh tokens."""

import hashlib

import orjson

from sandbox.database import Row, State

SCHEMA = """
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

EVERYONE = "*"


def consented(state: State, client_id: str, oid: str) -> set[str]:
    """List the scopes granted by this person, or by an administrator for everyone."""
    rows = state.rows(
        "select scope from consents where client_id = ? and oid in (?, ?)",
        (client_id, oid, EVERYONE),
    )
    return {row["scope"] for row in rows}


def consent(state: State, client_id: str, oid: str, scopes: set[str]) -> None:
    at = state.now().isoformat()
    for scope in sorted(scopes):
        state.execute(
            "insert into consents values (?, ?, ?, ?) on conflict do nothing",
            (client_id, oid, scope, at),
        )


def revoke(state: State, client_id: str, oid: str, scopes: set[str]) -> None:
    for scope in scopes:
        state.execute(
            "delete from consents where client_id = ? and oid = ? and scope = ?",
            (client_id, oid, scope),
        )


def consents(state: State, client_id: str) -> dict[str, list[str]]:
    """List the granted scopes by person. EVERYBODY stands for an administrator's consent."""
    rows = state.rows(
        "select oid, scope from consents where client_id = ? order by granted_at, scope",
        (client_id,),
    )
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row["oid"], []).append(row["scope"])
    return found


def save_code(state: State, code: str, facts: Row, *, expires_at: str) -> None:
    state.execute(
        "insert into codes values (?, ?, ?, null)",
        (digest(code), orjson.dumps(facts).decode(), expires_at),
    )


def code(state: State, code: str) -> Row | None:
    row = state.row("select * from codes where code_hash = ?", (digest(code),))
    return row and row | {"facts": orjson.loads(row["facts"])}


def redeem(state: State, code: str) -> bool:
    """Redeem a code. Returns False if it was redeemed before."""
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
