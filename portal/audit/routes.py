"""The audit log, for administrators to read."""

from flask import Blueprint, render_template, request, url_for

from portal.audit import store
from portal.web.access import admin_only
from portal.web.current import services
from portal.web.forms import one_line, page_number

bp = Blueprint("audit", __name__)
ON_A_PAGE = 50


@bp.get("/admin/audit-log")
@admin_only
def audit_log() -> str:
    search, action = one_line(request.args, "q"), one_line(request.args, "action")
    page = page_number(request.args)
    found = store.entries(
        services.db,
        search=search,
        action=action,
        limit=ON_A_PAGE + 1,
        offset=(page - 1) * ON_A_PAGE,
    )
    entries = list(found)
    return render_template(
        "audit/audit_log.html",
        entries=entries[:ON_A_PAGE],
        actions=store.actions(services.db),
        search=search,
        action=action,
        page=page,
        newer_url=_url(search, action, page - 1) if page > 1 else "",
        older_url=_url(search, action, page + 1) if len(entries) > ON_A_PAGE else "",
    )


def _url(search: str, action: str, page: int) -> str:
    return url_for("audit.audit_log", q=search or None, action=action or None, page=page)
