"""The audit log as a page and a download."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from portal import clock
from portal.audit import store
from portal.audit.actions import Action
from portal.audit.models import DELETED_CANDIDATE, Entry, Wanted
from portal.web.access import admin_only
from portal.web.act import act
from portal.web.current import current_user, services
from portal.web.downloads import csv_download
from portal.web.forms import one_line, page_number
from portal.web.limits import limit
from portal.web.proof.fresh_sign_in import require_fresh_sign_in

bp = Blueprint("audit", __name__)
ON_A_PAGE = 50
PERSON = re.compile(r"<([^<>@\s]+@[^<>@\s]+)>")
MOST_EXPORTED = 100_000
HEADER = (
    *("at", "who", "from", "what", "target", "result", "old value", "new value"),
    *("tenant", "request", "candidate"),
)


@bp.get("/admin/audit-log")
@admin_only
def audit_log() -> str:
    wanted, page = _wanted(request.args), page_number(request.args)
    found = list(
        store.entries(services.rows, wanted, limit=ON_A_PAGE + 1, offset=(page - 1) * ON_A_PAGE)
    )
    return render_template(
        "audit/audit_log.html",
        entries=found[:ON_A_PAGE],
        links={each.id: _link(each) for each in found[:ON_A_PAGE]},
        actions=[Action(each) for each in store.actions(services.rows)],
        results=store.results(services.rows),
        wanted=wanted,
        fields=_fields(wanted),
        newer_url=_url(wanted, page - 1) if page > 1 else "",
        older_url=_url(wanted, page + 1) if len(found) > ON_A_PAGE else "",
    )


def _link(entry: Entry) -> str:
    """The page of an entry's candidate, or the list with its person. Empty for others."""
    person, candidate = PERSON.search(entry.target), entry.candidate
    is_there = DELETED_CANDIDATE not in entry.target
    if candidate is not None and candidate.id is not None and is_there:
        return url_for("candidates.show", candidate_id=candidate.id)
    return url_for("people.people", q=person[1]) if person else ""


def _wanted(values: Mapping[str, str]) -> Wanted:
    return Wanted(
        search=one_line(values, "q"),
        action=one_line(values, "action"),
        result=one_line(values, "result"),
        first_day=_day(values, "first"),
        last_day=_day(values, "last"),
    )


def _day(values: Mapping[str, str], name: str) -> date | None:
    """A day from the URL. None if it is not one."""
    try:
        found = date.fromisoformat(one_line(values, name, longest=10))
    except ValueError:
        return None
    return found if 1970 <= found.year < 9999 else None


def _fields(wanted: Wanted) -> dict[str, str]:
    """The filter's fields as in a URL or a form."""
    named = {
        "q": wanted.search,
        "action": wanted.action,
        "result": wanted.result,
        "first": wanted.first_day.isoformat() if wanted.first_day else "",
        "last": wanted.last_day.isoformat() if wanted.last_day else "",
    }
    return {name: value for name, value in named.items() if value}


def _url(wanted: Wanted, page: int) -> str:
    values: dict[str, Any] = {"page": page, **_fields(wanted)}
    return url_for("audit.audit_log", **values)


@bp.post("/admin/audit-log/export")
@admin_only
def export() -> Response:
    """Download the entries of the same filter. The download is recorded too."""
    require_fresh_sign_in("Download the audit log?", back="audit.audit_log")
    limit(f"audit-export:{current_user.id}", hits=20, seconds=600)
    wanted = _wanted(request.form)
    entries = store.entries(services.rows, wanted, limit=MOST_EXPORTED)
    answer = csv_download("audit-log.csv", HEADER, _rows(entries))
    with services.rows.write():
        act().record(
            Action.AUDIT_LOG_EXPORTED,
            "audit-log.csv",
            new=", ".join(f"{name}: {value}" for name, value in _fields(wanted).items()) or None,
        )
    return answer


def _rows(entries: Iterator[Entry]) -> Iterator[tuple[object, ...]]:
    for each in entries:
        yield (
            clock.text(each.at),
            each.actor.name,
            each.actor.peer,
            each.action,
            each.target,
            each.result,
            *each.change,
            each.actor.tenant_id,
            each.actor.request_id,
            each.candidate.id if each.candidate else None,
        )
