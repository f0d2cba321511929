"""The page of checks, and the box that explains a pasted error."""

from flask import Blueprint, render_template, request

from portal.diagnostics import fence, remote_checks
from portal.diagnostics.explanations import explained
from portal.diagnostics.forms import ErrorForm
from portal.diagnostics.models import Check, Explanation, Verdict
from portal.errors import Invalid
from portal.microsoft365 import authorization_store
from portal.web.access import admin_only
from portal.web.current import current_user, services
from portal.web.limits import limit

bp = Blueprint("diagnostics", __name__)
# What an administrator can mend stands first.
FIRST = (Verdict.FAILED, Verdict.ADVICE, Verdict.OK, Verdict.SKIPPED)


@bp.get("/admin/integrations/microsoft-365/checks")
@admin_only
def checks() -> str:
    return _page(ErrorForm())


@bp.post("/admin/integrations/microsoft-365/checks")
@admin_only
def run() -> str:
    """Run the checks, which ask Microsoft for ten seconds at most."""
    limit(f"checks:{current_user.id}", hits=20, seconds=600)
    return _page(ErrorForm(), found=remote_checks.examine(services))


@bp.post("/admin/integrations/microsoft-365/checks/error")
@admin_only
def explain() -> str | tuple[str, int]:
    form = ErrorForm(request.form)
    try:
        form.check()
    except Invalid as refusal:
        return _page(form.refuse(refusal)), 422
    found = explained(form.text.data, authority=services.microsoft365.config.authority)
    return _page(form, explanations=found)


def _page(
    form: ErrorForm,
    *,
    found: list[Check] | None = None,
    explanations: tuple[Explanation, ...] | None = None,
) -> str:
    mailboxes = authorization_store.mailboxes_to_open(services.rows)
    sends = authorization_store.sends_by_consent(services.rows)
    return render_template(
        "diagnostics/checks.html",
        form=form,
        found=found and sorted(found, key=lambda check: FIRST.index(check.verdict)),
        failures=sum(check.verdict is Verdict.FAILED for check in found or ()),
        explanations=explanations,
        mailboxes=len(mailboxes),
        fence=fence.commands(services.microsoft365.config.client_id, mailboxes, sends=sends),
        undo=fence.undo(sends=sends),
        fenced=["Mail.Read", "Mail.Send"] if sends else ["Mail.Read"],
    )
