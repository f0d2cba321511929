"""Entra's pages and documents: discovery, keys, authorize, sign-out."""

import uuid
from urllib.parse import urlsplit

from flask import Blueprint, Response, jsonify, redirect, render_template, request, session
from werkzeug.wrappers import Response as AnyResponse

from sandbox.database import Row, State, current_state
from sandbox.directory import store as directory
from sandbox.directory.organization import domains
from sandbox.entra import authorize_requests, keys, permissions, sign_in, tokens
from sandbox.entra.authorize_requests import AuthorizeRequest, ReturnedError
from sandbox.errors import EntraError

bp = Blueprint("entra", __name__)
SHARED_SEGMENTS = ("common", "organizations")

View = str | tuple[str, int] | AnyResponse


def require_tenant(segment: str) -> None:
    """Refuse a tenant other than this one."""
    state = current_state()
    names = {one["name"] for one in domains(state) if one["isVerified"]}
    known = {state.setting("id"), *names, *SHARED_SEGMENTS}
    if segment.lower() not in known:
        raise EntraError(
            "invalid_tenant",
            90002,
            f"Tenant '{segment}' not found. Check to make sure you have the correct tenant ID.",
        )


@bp.get("/error")
def look_up() -> View:
    """The page where Microsoft explains its codes. It leads no browser off this machine."""
    code = request.args.get("code", "")
    return render_template("error_code.html", code=code if code.isdigit() else "")


@bp.get("/<tenant>/v2.0/.well-known/openid-configuration")
def discovery(tenant: str) -> Response:
    require_tenant(tenant)
    state = current_state()
    base = f"{state.base_url}/{state.setting('id')}"
    issuer = tokens.issuer(state)
    if tenant in SHARED_SEGMENTS:
        base, issuer = f"{state.base_url}/{tenant}", f"{state.base_url}/{{tenantid}}/v2.0"
    return jsonify(
        {
            "issuer": issuer,
            "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
            "token_endpoint": f"{base}/oauth2/v2.0/token",
            "end_session_endpoint": f"{base}/oauth2/v2.0/logout",
            "jwks_uri": f"{base}/discovery/v2.0/keys",
            "userinfo_endpoint": f"{state.base_url}/oidc/userinfo",
            "token_endpoint_auth_methods_supported": [
                "client_secret_post",
                "private_key_jwt",
                "client_secret_basic",
            ],
            "response_modes_supported": ["query", "fragment", "form_post"],
            "response_types_supported": ["code"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "scopes_supported": ["openid", "profile", "email", "offline_access"],
        }
    )


@bp.get("/<tenant>/discovery/v2.0/keys")
def jwks(tenant: str) -> Response:
    require_tenant(tenant)
    state = current_state()
    return jsonify(keys.public_keys(state, tokens.issuer(state)))


@bp.get("/common/discovery/instance")
def instance_discovery() -> Response:
    """Answer msal's question whether an authority is one of Microsoft's."""
    state = current_state()
    asked = urlsplit(request.args.get("authorization_endpoint", ""))
    # Without the port: msal leaves it out of its question and its cache keys.
    host = urlsplit(state.base_url).hostname
    segment = asked.path.strip("/").partition("/")[0]
    if asked.hostname != host:
        raise EntraError("invalid_instance", 50049, "Unknown or invalid instance.")
    require_tenant(segment)
    where = f"{state.base_url}/{segment}/v2.0/.well-known/openid-configuration"
    return jsonify(
        {
            "tenant_discovery_endpoint": where,
            "api-version": "1.1",
            "metadata": [{"preferred_network": host, "preferred_cache": host, "aliases": [host]}],
        }
    )


@bp.route("/<tenant>/oauth2/v2.0/authorize", methods=["GET", "POST"])
def authorize(tenant: str) -> View:
    require_tenant(tenant)
    state = current_state()
    asked = authorize_requests.read(state, request.args)
    authorize_requests.check(asked, request.args.get("response_type", ""))
    if request.method == "POST" and "account" in request.form:
        sign_in.chosen_account(state, request.form["account"])
        session["oid"] = request.form["account"]
        session["signed_in_at"] = _seconds_now(state)
    elif request.method == "GET" and _must_ask_again(state, asked):
        session.pop("oid", None)
    person = _signed_in(state, asked)
    if person is None:
        return _choose_account(state, asked)
    if not person["account_enabled"]:
        session.pop("oid", None)
        raise sign_in.disabled()
    return _ask_consent(state, sign_in.resolved(state, asked, person), person)


def _must_ask_again(state: State, asked: AuthorizeRequest) -> bool:
    """Whether single sign-on is not enough for this request."""
    if asked.prompt in ("login", "select_account"):
        return True
    return asked.max_age is not None and _seconds_now(state) - _signed_in_at(state) > asked.max_age


def _seconds_now(state: State) -> int:
    return int(state.now().timestamp())


def _signed_in_at(state: State) -> int:
    """When the account of this browser last proved who it is."""
    return int(session.get("signed_in_at", _seconds_now(state)))


def _signed_in(state: State, asked: AuthorizeRequest) -> Row | None:
    person = directory.person(state, session["oid"]) if "oid" in session else None
    if person and asked.login_hint and request.method == "GET":
        hinted = directory.person(state, asked.login_hint)
        return person if hinted and hinted["id"] == person["id"] else None
    return person


def _choose_account(state: State, asked: AuthorizeRequest) -> View:
    if asked.prompt == "none":
        nobody = "A silent sign-in request was sent but no user is signed in."
        raise ReturnedError(asked, "login_required", 50058, nobody)
    people = directory.sign_in_choices(
        state, hint=asked.login_hint or "", find=request.args.get("find", "")
    )
    return render_template("accounts.html", people=people, action=request.full_path, asked=asked)


def _ask_consent(state: State, asked: AuthorizeRequest, person: Row) -> View:
    missing = sign_in.missing_consent(state, asked, person)
    decision = request.form.get("decision")
    if decision == "cancel":
        declined = "User declined to consent to access the app."
        raise ReturnedError(asked, "access_denied", 65004, declined, error_subcode="cancel")
    is_stuck = sign_in.needs_administrator(state, missing, person)
    if decision == "approve" and is_stuck:
        # In the practice tenant, one person may also play the administrator.
        sign_in.grant(state, asked, person, for_everyone=True)
        return _go_back(state, asked, person)
    if decision == "accept" and not is_stuck:
        everyone = request.form.get("everybody") == "1" and sign_in.is_administrator(person)
        sign_in.grant(state, asked, person, for_everyone=everyone)
        return _go_back(state, asked, person)
    if not missing and asked.prompt != "consent":
        return _go_back(state, asked, person)
    return _show_consent(asked, person, missing=missing, is_stuck=is_stuck)


def _show_consent(
    asked: AuthorizeRequest, person: Row, *, missing: set[str], is_stuck: bool
) -> View:
    if asked.prompt == "none":
        unasked = "The user or administrator has not consented to use the application."
        raise ReturnedError(asked, "consent_required", 65001, unasked)
    shown = asked.scopes if asked.prompt == "consent" else missing
    return render_template(
        "approval.html" if is_stuck else "consent.html",
        person=person,
        application=asked.application,
        is_administrator=sign_in.is_administrator(person),
        permissions=[
            (name, *words) for name, words in permissions.EXPLAINED.items() if name in shown
        ],
        action=request.full_path,
    )


def _go_back(state: State, asked: AuthorizeRequest, person: Row) -> View:
    code = sign_in.issue_code(state, asked, person, signed_in_at=_signed_in_at(state))
    return _sent_back(asked, asked.members(code=code, session_state=str(uuid.uuid4())))


def _sent_back(asked: AuthorizeRequest, members: dict[str, str]) -> View:
    """Answer by a redirect, or by a form that the browser submits."""
    if asked.response_mode == "form_post":
        return render_template("form_post.html", action=asked.redirect_uri, members=members)
    return redirect(asked.address(members))


@bp.app_errorhandler(ReturnedError)
def return_error(refusal: ReturnedError) -> View:
    return _sent_back(refusal.asked, refusal.members)


@bp.after_request
def forbid_caching(answer: Response) -> Response:
    """Forbid caching: a page depends on the account that is signed in."""
    if answer.mimetype == "text/html":
        answer.headers["Cache-Control"] = "no-store, no-cache"
    return answer


@bp.app_errorhandler(EntraError)
def show_error(fault: EntraError) -> View:
    """Answer with an error: JSON for programs, a page for people."""
    if request.path.endswith(("/authorize", "/adminconsent")):
        return render_template("refused.html", fault=fault), fault.status
    answer = jsonify(fault.body())
    answer.status_code = fault.status
    return answer


@bp.get("/<tenant>/oauth2/v2.0/logout")
def logout(tenant: str) -> View:
    """End the session and redirect to a registered address."""
    require_tenant(tenant)
    session.clear()
    target = request.args.get("post_logout_redirect_uri", "")
    applications = current_state().rows("select redirect_uris from applications")
    if target and any(f'"{target}"' in row["redirect_uris"] for row in applications):
        return redirect(target)
    return render_template("signed_out.html")
