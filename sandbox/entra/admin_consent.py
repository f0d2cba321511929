"""The admin consent pages: permissions for everyone in the organization.

https://learn.microsoft.com/entra/identity-platform/v2-admin-consent
"""

from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, redirect, render_template, request, session
from werkzeug.wrappers import Response

from sandbox.database import Row, State, current_state
from sandbox.directory import store as directory
from sandbox.entra import applications, authorize_requests, permission_ids, permissions, sign_in
from sandbox.entra.authorize_requests import AuthorizeRequest
from sandbox.entra.routes import require_tenant
from sandbox.errors import EntraError

bp = Blueprint("admin_consent", __name__)
DECLINED = "User declined to consent to access the app."


@dataclass(frozen=True)
class ConsentRequest:
    """The consent that one visit asks for: named scopes, or the whole registration."""

    asked: AuthorizeRequest
    application: dict[str, Any]
    is_first_form: bool  # the older address, which always means the whole registration
    is_whole: bool

    @property
    def roles(self) -> list[str]:
        return list(self.application["required_roles"]) if self.is_whole else []

    @property
    def scopes(self) -> set[str]:
        return set(self.application["required_scopes"] if self.is_whole else self.asked.scopes)

    def refusal(self, error: str, description: str, **more: str) -> Response:
        """Redirect with a refusal. The newer form says admin_consent=True even then."""
        flag = {} if self.is_first_form else {"admin_consent": "True"}
        members = {**flag, "error": error, "error_description": description, **more}
        return redirect(self.asked.address(self.asked.members(**members)))


@bp.route("/<tenant>/v2.0/adminconsent", methods=["GET", "POST"])
def approve(tenant: str) -> str | Response:
    asked = authorize_requests.read(current_state(), request.args)
    if not asked.scopes:
        raise EntraError("invalid_request", 900144, "The request must contain: 'scope'.")
    if ".default" in asked.scopes and len(asked.scopes - authorize_requests.BASIC) > 1:
        raise EntraError(
            "invalid_scope",
            70011,
            ".default scope can't be combined with resource-specific scopes.",
        )
    return _visit(tenant, asked, is_first_form=False, is_whole=".default" in asked.scopes)


@bp.route("/<tenant>/adminconsent", methods=["GET", "POST"])
def approve_all(tenant: str) -> str | Response:
    """Grant the whole registration at the older address, which takes no scope."""
    asked = replace(authorize_requests.read(current_state(), request.args), scopes=frozenset())
    return _visit(tenant, asked, is_first_form=True, is_whole=True)


def _visit(
    tenant: str, asked: AuthorizeRequest, *, is_first_form: bool, is_whole: bool
) -> str | Response:
    require_tenant(tenant)
    state = current_state()
    application = applications.application(state, asked.client_id) or {}
    consent_request = ConsentRequest(asked, application, is_first_form, is_whole)
    person = _person(state)
    if person is None:
        people = directory.sign_in_choices(state, find=request.args.get("find", ""))
        return render_template(
            "accounts.html", people=people, action=request.full_path, asked=asked
        )
    session["administrator"] = person["id"]
    if not sign_in.may_grant(person, consent_request.roles):
        return _not_allowed(consent_request, person)
    return _answer_decision(state, consent_request, person)


def _person(state: State) -> Row | None:
    """The account chosen now, or on the page that this request answers."""
    oid = request.form.get("account")
    if oid is None and request.method == "POST":
        oid = session.get("administrator")
    return sign_in.chosen_account(state, oid) if oid else None


def _not_allowed(consent_request: ConsentRequest, person: Row) -> str | Response:
    """Show Microsoft's page for people who may not grant. Its button returns a refusal."""
    if request.form.get("decision") == "cancel":
        fault = EntraError("access_denied", 65004, DECLINED)
        return consent_request.refusal(fault.error, fault.description, error_subcode="cancel")
    return render_template(
        "not_allowed.html",
        person=person,
        application=consent_request.asked.application,
        permissions=_descriptions(consent_request),
        action=request.full_path,
    )


def _answer_decision(state: State, consent_request: ConsentRequest, person: Row) -> str | Response:
    decision = request.form.get("decision")
    if decision == "accept":
        return _grant(state, consent_request)
    if decision == "cancel" and consent_request.is_first_form:
        return consent_request.refusal("permission_denied", "The admin canceled the request")
    if decision == "cancel":
        fault = EntraError("consent_required", 65004, DECLINED)
        return consent_request.refusal(fault.error, fault.description, error_subcode="cancel")
    return render_template(
        "consent.html",
        person=person,
        application=consent_request.asked.application,
        is_administrator=False,
        is_for_everybody=True,
        permissions=_descriptions(consent_request),
        action=request.full_path,
    )


def _grant(state: State, consent_request: ConsentRequest) -> Response:
    asked = consent_request.asked
    with state.write():
        if consent_request.is_whole:
            sign_in.grant_registration(state, asked.client_id)
        else:
            sign_in.approve(state, asked)
    answer = {"admin_consent": "True", "tenant": str(state.setting("id"))}
    if not consent_request.is_first_form:
        named = (
            asked.scopes
            if not consent_request.is_whole
            else {f"{authorize_requests.GRAPH}.default"}
        )
        answer["scope"] = " ".join(sorted(named))
    return redirect(asked.address(asked.members(**answer)))


def _descriptions(consent_request: ConsentRequest) -> list[tuple[str, str, str]]:
    """Describe each permission, application permissions first."""
    own = [
        (name, permission_ids.ROLES[name][1], "For all of the organization.")
        for name in consent_request.roles
    ]
    scopes = consent_request.scopes
    return own + [(name, *words) for name, words in permissions.EXPLAINED.items() if name in scopes]
