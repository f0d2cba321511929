"""Control of app registrations and their grants: JSON below /_sandbox."""

import secrets
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, jsonify, request

from sandbox.database import Row, State, current_state
from sandbox.directory import store as people
from sandbox.entra import applications, permission_ids, permissions, store
from sandbox.errors import ControlRefused

bp = Blueprint("entra_control", __name__, url_prefix="/_sandbox")

# The members of a registration that may be changed, and their columns.
COLUMNS = {
    "displayName": "display_name",
    "redirectUris": "redirect_uris",
    "certificates": "certificates",
    "roles": "required_roles",
    "scopes": "required_scopes",
    "optionalClaims": "optional_claims",
}


@bp.get("/applications")
def listed() -> Response:
    found = applications.applications(current_state())
    return jsonify(value=[shown(row) for row in found])


def shown(row: Row) -> dict[str, Any]:
    """Show a registration: roles and scopes are requested, granted holds the granted roles."""
    return {
        "clientId": row["client_id"],
        "displayName": row["display_name"],
        "redirectUris": row["redirect_uris"],
        "certificates": row["certificates"],
        "roles": row["required_roles"],
        "scopes": row["required_scopes"],
        "optionalClaims": row["optional_claims"],
        "secrets": [
            {"id": one["id"], "value": one["value"], "expiresAt": one["expires_at"]}
            for one in row["secrets"]
        ],
        "installed": row["is_installed"],
        "enabled": row["is_enabled"],
        "granted": row["roles"],
    }


@bp.post("/applications")
def register() -> Response:
    """Register an application, with a `secret`, `secretId`, and `expiresAt` or `expiresIn`."""
    state, asked = current_state(), _asked()
    own = {"clientId", "secret", "secretId", "expiresAt", "expiresIn", "installed"}
    _refuse_unknown(asked, {*COLUMNS, *own})
    if applications.application(state, asked.get("clientId", "")):
        raise ControlRefused("There is such an application already.", 409)
    facts = {column: asked[name] for name, column in COLUMNS.items() if name in asked}
    _check_names(asked)
    facts.setdefault("required_roles", list(permissions.REGISTERED_ROLES))
    facts.setdefault("required_scopes", sorted(permissions.REGISTERED))
    facts.setdefault("optional_claims", [applications.AUTH_TIME])
    with state.write():
        client_id = applications.register(state, client_id=asked.get("clientId"), **facts)
        _add_secret(state, client_id, asked)
        if asked.get("installed", True):
            applications.install(state, client_id)
    return _answer(state, client_id)


@bp.patch("/applications/<client_id>")
def change(client_id: str) -> Response:
    """Change a registration. `installed` false deletes its enterprise app, `enabled` disables."""
    state, asked = current_state(), _asked()
    _known(state, client_id)
    _refuse_unknown(asked, {*COLUMNS, "installed", "enabled"})
    _check_names(asked)
    with state.write():
        for name, value in asked.items():
            if name in COLUMNS:
                applications.change(state, client_id, COLUMNS[name], value)
        if "installed" in asked:
            move = applications.install if asked["installed"] else applications.uninstall
            move(state, client_id)
        if "enabled" in asked:
            applications.enable(state, client_id, is_enabled=asked["enabled"])
    return _answer(state, client_id)


@bp.delete("/applications/<client_id>")
def remove(client_id: str) -> Response:
    state = current_state()
    _known(state, client_id)
    with state.write():
        applications.remove(state, client_id)
    return jsonify(ok=True)


@bp.post("/applications/<client_id>/secrets")
def add_secret(client_id: str) -> Response:
    """Add a secret. value and id are generated unless given; expiresAt, or expiresIn seconds."""
    state, asked = current_state(), _asked()
    _known(state, client_id)
    named = {"secret": asked.get("value"), "secretId": asked.get("id")}
    identity = _add_secret(state, client_id, {**asked, **named})
    found = next(one for one in applications.secrets_of(state, client_id) if one["id"] == identity)
    return jsonify(id=found["id"], value=found["value"], expiresAt=found["expires_at"])


@bp.route("/applications/<client_id>/secrets/<secret_id>", methods=["PATCH", "DELETE"])
def change_secret(client_id: str, secret_id: str) -> Response:
    """Change a secret's expiry (PATCH with expiresAt or expiresIn), or DELETE it."""
    state = current_state()
    _known(state, client_id)
    if request.method == "DELETE":
        state.execute("delete from secrets where id = ?", (secret_id,))
    else:
        expires_at = _expiry(state, _asked())
        state.execute("update secrets set expires_at = ? where id = ?", (expires_at, secret_id))
    return jsonify(ok=True)


@bp.get("/consent")
@bp.get("/consent/<client_id>")
def consent(client_id: str = applications.CLIENT_ID) -> Response:
    """Show an application's roles, its scopes for everyone, and each person's scopes."""
    state = current_state()
    found = _known(state, client_id)
    grants = store.consents(state, client_id)
    everyone = grants.pop(store.EVERYONE, [])
    names = {row["id"]: row["upn"] for row in people.people(state)} if grants else {}
    return jsonify(
        installed=found["is_installed"],
        enabled=found["is_enabled"],
        roles=found["roles"],
        scopes=everyone,
        people={names.get(oid, oid): scopes for oid, scopes in grants.items()},
    )


@bp.post("/consent")
@bp.post("/consent/<client_id>")
def grant(client_id: str = applications.CLIENT_ID) -> Response:
    """Grant `roles` and `scopes` as an administrator; without a body the whole registration."""
    state, asked = current_state(), _asked()
    found = _known(state, client_id)
    _check_names(asked)
    wanted = asked or {"roles": found["required_roles"], "scopes": found["required_scopes"]}
    with state.write():
        applications.grant_roles(state, client_id, wanted.get("roles", []))
        store.consent(state, client_id, store.EVERYONE, set(wanted.get("scopes", [])))
    return consent(client_id)


@bp.delete("/consent")
@bp.delete("/consent/<client_id>")
def revoke(client_id: str = applications.CLIENT_ID) -> Response:
    """Revoke `roles` and `scopes`; without a body everything granted for everyone."""
    state, asked = current_state(), _asked()
    found = _known(state, client_id)
    everyone = store.consents(state, client_id).get(store.EVERYONE, [])
    unwanted = asked or {"roles": found["roles"], "scopes": everyone}
    with state.write():
        applications.revoke_roles(state, client_id, unwanted.get("roles", []))
        store.revoke(state, client_id, store.EVERYONE, set(unwanted.get("scopes", [])))
    return consent(client_id)


def _asked() -> dict[str, Any]:
    found = request.get_json(force=True, silent=True) if request.get_data() else {}
    if not isinstance(found, dict):
        raise ControlRefused("The body must be a JSON object.")
    return found


def _refuse_unknown(asked: dict[str, Any], known: set[str]) -> None:
    if set(asked) - known:
        raise ControlRefused(f"An application has no {sorted(set(asked) - known)}.")


def _check_names(asked: dict[str, Any]) -> None:
    unknown = [name for name in asked.get("roles", ()) if permission_ids.role_name(name) != name]
    unknown += [name for name in asked.get("scopes", ()) if not permissions.is_known(name)]
    if unknown:
        raise ControlRefused(f"Graph has no {unknown} here.")


def _known(state: State, client_id: str) -> Row:
    found = applications.application(state, client_id)
    if found is None:
        raise ControlRefused(f"No application is called {client_id}.", 404)
    return found


def _add_secret(state: State, client_id: str, asked: dict[str, Any]) -> str:
    return applications.add_secret(
        state,
        client_id,
        value=asked.get("secret") or secrets.token_urlsafe(24),
        identity=asked.get("secretId"),
        expires_at=_expiry(state, asked),
    )


def _expiry(state: State, asked: dict[str, Any]) -> str | None:
    if "expiresIn" in asked:
        return (state.now() + timedelta(seconds=asked["expiresIn"])).isoformat()
    expires_at = asked.get("expiresAt")
    return str(expires_at) if expires_at else None


def _answer(state: State, client_id: str) -> Response:
    return jsonify(shown(_known(state, client_id)))
