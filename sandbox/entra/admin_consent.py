"""Where an administrator approves delegated permissions for everybody, by a link handed on.

https://learn.microsoft.com/entra/identity-platform/v2-admin-consent
"""

from flask import Blueprint, redirect, render_template, request, session
from werkzeug.wrappers import Response

from sandbox.database import Row, State, current_state
from sandbox.directory import store as directory
from sandbox.entra import permissions, requests, sign_in
from sandbox.entra.requests import AuthorizeRequest
from sandbox.entra.routes import tenant_of
from sandbox.errors import EntraFault

bp = Blueprint("admin_consent", __name__)


@bp.route("/<tenant>/v2.0/adminconsent", methods=["GET", "POST"])
def approve(tenant: str) -> str | Response:
    tenant_of(tenant)
    state = current_state()
    asked = requests.read(state, request.args)
    if not asked.scopes:
        raise EntraFault("invalid_request", 900144, "The request must contain: 'scope'.")
    oid = request.form.get("account")
    person = directory.person(state, oid) if oid else None
    if person is None and request.method == "POST" and "administrator" in session:
        person = directory.person(state, session["administrator"])
    if person is None:
        return _choose_account(state, asked)
    if not sign_in.is_administrator(person):
        raise EntraFault(
            "access_denied", 90094, "Only an administrator can grant these permissions."
        )
    session["administrator"] = person["id"]
    return _decided(state, asked, person)


def _choose_account(state: State, asked: AuthorizeRequest) -> str:
    people = [person for person in directory.people(state) if person["purpose"] == "user"]
    return render_template("accounts.html", people=people, action=request.full_path, asked=asked)


def _decided(state: State, asked: AuthorizeRequest, person: Row) -> str | Response:
    # Also a refusal says admin_consent=True, which is why clients have to look for `error` first.
    answer = {"admin_consent": "True", "tenant": str(state.setting("id"))}
    decision = request.form.get("decision")
    if decision == "accept":
        sign_in.grant(state, asked, person, for_everybody=True)
        granted = {**answer, "scope": " ".join(sorted(asked.scopes))}
        return redirect(asked.address(asked.members(**granted)))
    if decision == "cancel":
        fault = EntraFault("consent_required", 65004, "User declined to consent to the app.")
        refused = {**answer, "error": fault.error, "error_description": fault.description}
        return redirect(asked.address(asked.members(**refused)))
    return render_template(
        "consent.html",
        person=person,
        application=asked.application,
        is_administrator=False,
        permissions=[
            (name, *words) for name, words in permissions.EXPLAINED.items() if name in asked.scopes
        ],
        action=request.full_path,
    )
