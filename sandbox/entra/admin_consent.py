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
from sandbox.entra.routes import tenant_of
from sandbox.errors import EntraFault

bp = Blueprint("admin_consent", __name__)
DECLINED = "User declined to consent to access the app."


@dataclass(frozen=True)
class Question:
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
        raise EntraFault("invalid_request", 900144, "The request must contain: 'scope'.")
    if ".default" in asked.scopes and len(asked.scopes - authorize_requests.BASIC) > 1:
        raise EntraFault(
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
    tenant_of(tenant)
    state = current_state()
    application = applications.application(state, asked.client_id) or {}
    question = Question(asked, application, is_first_form, is_whole)
    person = _person(state)
    if person is None:
        people = directory.choosable(state)
        return render_template(
            "accounts.html", people=people, action=request.full_path, asked=asked
        )
    session["administrator"] = person["id"]
    if not sign_in.may_grant(person, question.roles):
        return _not_allowed(question, person)
    return _decided(state, question, person)


def _person(state: State) -> Row | None:
    """The account chosen now, or on the page that this request answers."""
    oid = request.form.get("account")
    if oid is None and request.method == "POST":
        oid = session.get("administrator")
    return sign_in.account(state, oid) if oid else None


def _not_allowed(question: Question, person: Row) -> str | Response:
    """Show Microsoft's page for people who may not grant. Its button returns a refusal."""
    if request.form.get("decision") == "cancel":
        fault = EntraFault("access_denied", 65004, DECLINED)
        return question.refusal(fault.error, fault.description, error_subcode="cancel")
    return render_template(
        "not_allowed.html",
        person=person,
        application=question.asked.application,
        permissions=_explained(question),
        action=request.full_path,
    )


def _decided(state: State, question: Question, person: Row) -> str | Response:
    decision = request.form.get("decision")
    if decision == "accept":
        return _granted(state, question, person)
    if decision == "cancel" and question.is_first_form:
        return question.refusal("permission_denied", "The admin canceled the request")
    if decision == "cancel":
        fault = EntraFault("consent_required", 65004, DECLINED)
        return question.refusal(fault.error, fault.description, error_subcode="cancel")
    return render_template(
        "consent.html",
        person=person,
        application=question.asked.application,
        is_administrator=False,
        is_for_everybody=True,
        permissions=_explained(question),
        action=request.full_path,
    )


def _granted(state: State, question: Question, person: Row) -> Response:
    asked = question.asked
    with state.write():
        if question.is_whole:
            sign_in.grant_registration(state, asked.client_id)
        else:
            sign_in.grant(state, asked, person, for_everybody=True)
    answer = {"admin_consent": "True", "tenant": str(state.setting("id"))}
    if not question.is_first_form:
        named = asked.scopes if not question.is_whole else {f"{authorize_requests.GRAPH}.default"}
        answer["scope"] = " ".join(sorted(named))
    return redirect(asked.address(asked.members(**answer)))


def _explained(question: Question) -> list[tuple[str, str, str]]:
    """Describe each permission, application permissions first."""
    own = [
        (name, permission_ids.ROLES[name][1], "For all of the organization.")
        for name in question.roles
    ]
    scopes = question.scopes
    return own + [(name, *words) for name, words in permissions.EXPLAINED.items() if name in scopes]
