"""Control of the tenant's people: JSON below /_sandbox."""

from typing import Any

import orjson
from flask import Blueprint, Response, jsonify, request

from sandbox.database import Row, State, current_state
from sandbox.directory import licenses, store
from sandbox.errors import ControlRefused
from sandbox.mail import folders

bp = Blueprint("directory_control", __name__, url_prefix="/_sandbox")

# The members of a user that may be changed, and their columns.
COLUMNS = {
    "displayName": "display_name",
    "givenName": "given_name",
    "surname": "surname",
    "mail": "mail",
    "userPrincipalName": "upn",
    "accountEnabled": "account_enabled",
    "hasMailbox": "has_mailbox",
    "fenced": "is_fenced",
    "onPremises": "is_on_premises",
    "purpose": "purpose",
    "userType": "user_type",
    "jobTitle": "job_title",
    "department": "department",
}
LISTS = {"otherMails": "other_mails", "directoryRoles": "directory_roles"}
MAX_AT_ONCE = 200_000
FIRST_NAMES = ("Ada", "Bo", "Cleo", "Dev", "Eva", "Finn", "Gia", "Hugo", "Ines", "Jon")


def require_person(state: State, reference: str, *, is_deleted: bool = False) -> Row:
    row = store.person(state, reference, is_deleted=is_deleted)
    if row is None:
        raise ControlRefused(f"Nobody is called {reference}.", 404)
    return row


def shown_users(state: State) -> list[dict[str, Any]]:
    counts = state.rows("select oid, count(*) as n from messages group by oid")
    messages = {row["oid"]: row["n"] for row in counts}
    return [_shown(row, messages.get(row["id"], 0)) for row in store.people(state)]


def _shown(row: Row, messages: int = 0) -> dict[str, Any]:
    return {
        "id": row["id"],
        "userPrincipalName": row["upn"],
        "mail": row["mail"],
        "displayName": row["display_name"],
        "proxyAddresses": orjson.loads(row["proxy_addresses"]),
        "accountEnabled": bool(row["account_enabled"]),
        "hasMailbox": bool(row["has_mailbox"]),
        "licensed": licenses.is_licensed(row),
        "licenses": licenses.held(row),
        "purpose": row["purpose"],
        "userType": row["user_type"],
        "messages": messages,
    }


@bp.post("/users")
def add_user() -> Response:
    """Add a user: userPrincipalName, and whatever differs from a plain member with a mailbox."""
    state = current_state()
    asked = request.get_json(force=True)
    upn = asked.get("userPrincipalName")
    if not upn or store.person(state, upn):
        raise ControlRefused("userPrincipalName is missing or taken.")
    facts: dict[str, Any] = {
        COLUMNS[name]: value for name, value in asked.items() if name in COLUMNS
    }
    facts |= {LISTS[name]: value for name, value in asked.items() if name in LISTS}
    if "licenses" in asked or not asked.get("licensed", True):
        facts["licenses"] = _licenses(asked.get("licenses", ()))
    facts["aliases"] = _aliases(asked.get("proxyAddresses", ()))
    with state.write():
        row = store.add_user(state, **facts)
        if row["has_mailbox"]:
            folders.create_mailbox(state, row["id"])
    return jsonify(_shown(row))


def _aliases(proxies: list[str]) -> list[str]:
    return [entry.partition(":")[2] for entry in proxies if entry.startswith("smtp:")]


@bp.post("/users/bulk")
def add_many() -> Response:
    """Add `count` members with mailboxes, named prefix1@domain onward, or from `start`."""
    state = current_state()
    asked = request.get_json(force=True)
    count, start = int(asked.get("count", 0)), int(asked.get("start", 1))
    if not 0 < count <= MAX_AT_ONCE:
        raise ControlRefused(f"count must be from 1 to {MAX_AT_ONCE}.")
    prefix = asked.get("prefix", "person")
    domain = asked.get("domain", state.setting("domain"))
    rows = [
        store.new_row(
            state,
            upn=f"{prefix}{number}@{domain}",
            display_name=f"{FIRST_NAMES[number % len(FIRST_NAMES)]} {prefix.title()} {number}",
        )
        for number in range(start, start + count)
    ]
    with state.write():
        store.add_rows(state, rows)
    return jsonify(created=count)


@bp.delete("/users")
def empty() -> Response:
    """Delete all users except those named in `except`. With `soft` they can be restored."""
    state = current_state()
    asked = request.get_json(force=True, silent=True) or {}
    kept = {name.lower() for name in asked.get("except", ())}
    leaving = [row for row in store.people(state) if row["upn"].lower() not in kept]
    stamp = state.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    with state.write():
        for row in leaving:
            if asked.get("soft"):
                store.change(state, row["id"], {"deleted_at": stamp})
            else:
                store.purge(state, row["id"])
    return jsonify(deleted=len(leaving))


@bp.patch("/users/<reference>")
def change_user(reference: str) -> Response:
    """Change a user. `deleted` deletes or restores.

    `licenses` are names, or names with a status; others are removed, and the mailbox follows.
    `licensed` false removes all, and true brings back the one before.
    """
    state = current_state()
    asked = request.get_json(force=True)
    row = require_person(state, reference, is_deleted=asked.get("deleted") is False)
    unknown = set(asked) - {*COLUMNS, *LISTS, "proxyAddresses", "deleted", "licensed", "licenses"}
    columns = _columns(state, row, asked)
    if unknown or not columns:
        raise ControlRefused(f"Cannot change {sorted(unknown)}.")
    with state.write():
        store.change(state, row["id"], columns)
        if columns.get("has_mailbox"):
            folders.create_mailbox(state, row["id"])
    return jsonify(ok=True)


def _columns(state: State, row: Row, asked: dict[str, Any]) -> dict[str, Any]:
    columns: dict[str, Any] = {
        COLUMNS[name]: int(value) if isinstance(value, bool) else value
        for name, value in asked.items()
        if name in COLUMNS
    }
    columns = _license_columns(row, asked) | columns
    for name in LISTS.keys() & asked.keys():
        columns[LISTS[name]] = orjson.dumps(asked[name]).decode()
    if "deleted" in asked:
        stamp = state.now().strftime("%Y-%m-%dT%H:%M:%SZ")
        columns["deleted_at"] = stamp if asked["deleted"] else None
    return columns | _addresses(row, asked)


def _license_columns(row: Row, asked: dict[str, Any]) -> dict[str, Any]:
    if "licenses" in asked:
        return licenses.exchanged(row, _licenses(asked["licenses"]))
    if asked.get("licensed"):
        return store.with_mailbox(row) | licenses.regained(row)
    return licenses.exchanged(row, {}) if "licensed" in asked else {}


def _licenses(asked: Any) -> dict[str, str]:
    try:
        return licenses.given(asked)
    except (TypeError, ValueError) as error:
        raise ControlRefused(str(error)) from error


def _addresses(row: Row, asked: dict[str, Any]) -> dict[str, Any]:
    """Keep `mail` and the primary of `proxyAddresses` in step, as Exchange does."""
    if "proxyAddresses" in asked:
        proxies = asked["proxyAddresses"]
        primary = next((one.partition(":")[2] for one in proxies if one.startswith("SMTP:")), None)
        return {
            "proxy_addresses": orjson.dumps(proxies).decode(),
            "mail": asked.get("mail", primary),
        }
    if "mail" in asked:
        aliases = [one for one in store.addresses_of(row) if one != asked["mail"]]
        return {"proxy_addresses": store.proxies(asked["mail"], aliases)}
    return {}


@bp.delete("/users/<reference>")
def purge_user(reference: str) -> Response:
    """Delete a user permanently; delta reports `deleted`."""
    state = current_state()
    row = store.person(state, reference) or require_person(state, reference, is_deleted=True)
    with state.write():
        store.purge(state, row["id"])
    return jsonify(ok=True)
