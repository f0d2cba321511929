"""The token endpoint: tokens for a code, a refresh token or client credentials."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, jsonify, request

from sandbox.database import Row, State, current_state
from sandbox.directory import store as directory
from sandbox.entra import applications, authorize_requests, store, tokens
from sandbox.entra.client_authentication import authenticate
from sandbox.entra.routes import require_tenant
from sandbox.errors import EntraError

bp = Blueprint("token", __name__)
# A refresh token expires after this much inactivity.
INACTIVITY = timedelta(days=90)


@bp.post("/<tenant>/oauth2/v2.0/token")
def token(tenant: str) -> Response:
    require_tenant(tenant)
    state = current_state()
    application = authenticate(state, tenant)
    grants = {
        "authorization_code": _by_code,
        "refresh_token": _by_refresh_token,
        "client_credentials": _by_client_credentials,
    }
    grant = grants.get(request.form.get("grant_type", ""))
    if grant is None:
        raise EntraError(
            "unsupported_grant_type", 70003, "The app requested an unsupported grant type."
        )
    if grant is _by_client_credentials and tenant.lower() == "common":
        raise EntraError(
            "invalid_request",
            9001023,
            "The grant type is not supported over the /common or /consumers endpoints. Please use"
            " the /organizations or tenant-specific endpoint.",
        )
    with state.write():
        answer = jsonify(grant(state, application))
    answer.headers["Cache-Control"] = "no-store, no-cache"
    return answer


def _by_code(state: State, application: dict[str, Any]) -> dict[str, Any]:
    code = request.form.get("code", "")
    row = store.code(state, code)
    if row is None or row["facts"]["client_id"] != application["client_id"]:
        raise EntraError("invalid_grant", 70000, "The provided value for the code is not valid.")
    facts = row["facts"]
    if datetime.fromisoformat(row["expires_at"]) <= state.now():
        raise EntraError("invalid_grant", 70008, "The provided authorization code has expired.")
    if facts["redirect_uri"] != request.form.get("redirect_uri"):
        raise EntraError("invalid_client", 500112, "The reply address does not match.")
    if not authorize_requests.is_verified(request.form.get("code_verifier"), facts):
        raise EntraError(
            "invalid_grant", 501481, "The Code_Verifier does not match the code_challenge."
        )
    if not store.redeem(state, code):
        raise EntraError("invalid_grant", 54005, "OAuth2 Authorization code was already redeemed.")
    person = _require_active(state, facts["oid"], since=None)
    asked = authorize_requests.scope_names(state, request.form.get("scope", "")) or set(
        facts["scopes"]
    )
    # A code yields only what the authorize request asked for, offline access included.
    asked |= set(facts["scopes"]) & authorize_requests.BASIC
    return _tokens(
        state,
        person,
        application,
        asked,
        nonce=facts["nonce"],
        signed_in_at=facts["signed_in_at"],
    )


def _by_refresh_token(state: State, application: dict[str, Any]) -> dict[str, Any]:
    row = store.refresh_token(state, request.form.get("refresh_token", ""))
    if row is None or row["facts"]["client_id"] != application["client_id"]:
        raise EntraError("invalid_grant", 70000, "The provided refresh token is not valid.")
    if state.now() - datetime.fromisoformat(row["issued_at"]) > INACTIVITY:
        raise EntraError(
            "invalid_grant",
            700082,
            "The refresh token has expired due to inactivity. The token was issued on"
            f" {row['issued_at']} and was inactive for 90.00:00:00.",
        )
    person = _require_active(state, row["facts"]["oid"], since=row["issued_at"])
    asked = authorize_requests.scope_names(state, request.form.get("scope", ""))
    asked = (asked or set(row["facts"]["scopes"])) | {"offline_access"}
    return _tokens(state, person, application, asked, nonce=None)


def _require_active(state: State, oid: str, *, since: str | None) -> Row:
    person = directory.person(state, oid)
    if person is None:
        raise EntraError("invalid_grant", 50034, "The user account does not exist.")
    if not person["account_enabled"]:
        raise EntraError("invalid_grant", 50057, "The user account is disabled.")
    if since and person["revoked_at"] and person["revoked_at"] >= since:
        raise EntraError(
            "invalid_grant",
            50173,
            "The provided grant has expired due to it being revoked, a fresh auth token is needed.",
        )
    return person


def _tokens(
    state: State,
    person: Row,
    application: dict[str, Any],
    asked: set[str],
    *,
    nonce: str | None,
    signed_in_at: int | None = None,
) -> dict[str, Any]:
    client_id = application["client_id"]
    granted = store.consented(state, client_id, person["id"])
    if ".default" in asked:
        asked = (asked - {".default"}) | granted
    if asked - authorize_requests.BASIC - granted:
        raise _consent_required(application)
    # Microsoft answers with everything granted, which may be more than was requested.
    scopes = granted | (asked & authorize_requests.BASIC)
    answer: dict[str, Any] = {
        "token_type": "Bearer",
        "scope": " ".join(sorted(scopes - {"offline_access"})),
        "expires_in": tokens.lifetime(state),
        "ext_expires_in": tokens.lifetime(state),
        "access_token": tokens.person_access_token(
            state, person, client_id=client_id, scopes=scopes
        ),
    }
    if "offline_access" in asked:
        answer["refresh_token"] = _new_refresh_token(state, person, client_id, asked)
    if "openid" in asked:
        answer["id_token"] = tokens.id_token(
            state,
            person,
            client_id=client_id,
            scopes=asked,
            nonce=nonce,
            signed_in_at=signed_in_at
            if applications.AUTH_TIME in application["optional_claims"]
            else None,
        )
    if request.form.get("client_info") == "1":
        answer["client_info"] = tokens.client_info(state, person)
    return answer


def _consent_required(application: dict[str, Any]) -> EntraError:
    return EntraError(
        "invalid_grant",
        65001,
        "The user or administrator has not consented to use the application with ID"
        f" '{application['client_id']}' named '{application['display_name']}'. Send an interactive"
        " authorization request for this user and resource.",
        suberror="consent_required",
    )


def _new_refresh_token(state: State, person: Row, client_id: str, scopes: set[str]) -> str:
    """Issue a new refresh token. The old one stays valid, as at Microsoft."""
    token = "1." + secrets.token_urlsafe(96)
    facts = {"oid": person["id"], "client_id": client_id, "scopes": sorted(scopes)}
    store.save_refresh_token(state, token, facts)
    return token


def _by_client_credentials(state: State, application: dict[str, Any]) -> dict[str, Any]:
    scope = request.form.get("scope", "")
    if not scope.endswith("/.default"):
        raise EntraError(
            "invalid_scope",
            1002012,
            f"The provided value for scope {scope} is not valid. Client credential flows must"
            " have a scope value with /.default suffixed to the resource identifier.",
        )
    if not application["is_installed"]:
        raise EntraError(
            "invalid_client",
            7000229,
            f"The client application {application['client_id']} is missing service principal in"
            f" the tenant {state.setting('id')}. See instructions here:"
            " https://go.microsoft.com/fwlink/?linkid=2225119",
            status=401,
        )
    client_id = application["client_id"]
    roles = applications.roles_for_token(state, client_id)
    return {
        "token_type": "Bearer",
        "expires_in": tokens.lifetime(state),
        "ext_expires_in": tokens.lifetime(state),
        "access_token": tokens.app_access_token(state, client_id=client_id, roles=roles),
    }
