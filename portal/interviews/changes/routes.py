"""The pages that end an interview, or let Portal try again: each says first what it does."""

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from portal import clock
from portal.errors import Conflict, Invalid
from portal.interviews import platform_off, store
from portal.interviews.changes import differences
from portal.interviews.changes.checks import Outdated
from portal.interviews.changes.consequences import Known
from portal.interviews.changes.forms import WithdrawalForm
from portal.interviews.changes.questions import QUESTIONS
from portal.interviews.claims import Taken
from portal.storage.rows import Rows
from portal.web.access import member_only
from portal.web.act import act
from portal.web.current import services
from portal.web.flashes import tell, tell_refusal

bp = Blueprint("interview_changes", __name__)
Answer = Response | str | tuple[str, int]
CHANGES = "any('cancel', 'find-time', 'retry', 'invite-again', 'discard')"
PATH = f"/interviews/<interview_id>/<{CHANGES}:change>"


@bp.get(PATH)
@member_only
def ask(interview_id: str, change: str) -> Answer:
    try:
        return _page(change, interview_id, WithdrawalForm())
    except Conflict as refusal:
        return _refused(interview_id, refusal)


@bp.post(PATH)
@member_only
def make(interview_id: str, change: str) -> Answer:
    form = WithdrawalForm(request.form)
    try:
        form.check()
        with services.rows.write():
            require_as_seen(services.rows, interview_id, form.seen)
            done = QUESTIONS[change].do(act(), interview_id, form)
    except Invalid as refusal:
        return _page(change, interview_id, form.refuse(refusal)), refusal.status
    except (Outdated, Taken) as refusal:
        return _again(change, interview_id, form, refusal)
    except Conflict as refusal:
        return _refused(interview_id, refusal)
    said = QUESTIONS[change].done(done)
    tell(platform_off.outcome(services.rows, done, said))
    return _to(interview_id)


def require_as_seen(rows: Rows, interview_id: str, seen: dict[str, str]) -> None:
    """Raise Outdated if a worker told people since the form said who knows.

    That leaves the version as it is. Belongs inside write(), before the change.
    """
    if not differences.is_as_seen(seen, store.interview(rows, interview_id)):
        raise Outdated


def _again(
    change: str, interview_id: str, form: WithdrawalForm, refusal: Outdated | Taken
) -> Answer:
    """The same page with what changed, unless the change is not possible any more."""
    try:
        return _page(change, interview_id, form, refusal), refusal.status
    except Conflict as impossible:
        return _refused(interview_id, impossible)


def _page(
    change: str, interview_id: str, form: WithdrawalForm, refusal: Conflict | None = None
) -> str:
    """The page of a change. Raises Conflict if it is not possible now."""
    found = known(services.rows, interview_id)
    question = QUESTIONS[change].of(found)
    question.require(found.interview, now=clock.utc_now())
    facts = differences.facts(found.interview, found.panel)
    return render_template(
        "interviews/changes/ask.html",
        question=question,
        interview=found.interview,
        back_url=url_of(interview_id),
        said=question.said(found),
        facts=facts,
        form=form,
        refusal=refusal,
        may_override=isinstance(refusal, Taken) and refusal.may_override,
        differences=(
            differences.differences(form.seen, facts) if isinstance(refusal, Outdated) else []
        ),
    )


def _refused(interview_id: str, refusal: Conflict) -> Response:
    tell_refusal(refusal)
    return _to(interview_id)


def _to(interview_id: str) -> Response:
    return redirect(url_of(interview_id), 303)


def url_of(interview_id: str) -> str:
    """The page of an interview."""
    return f"/interviews/{interview_id}"


def known(rows: Rows, interview_id: str) -> Known:
    """Everything that the pages of changes show of an interview."""
    return Known(
        store.interview(rows, interview_id),
        store.panel(rows, interview_id),
        store.events(rows, interview_id),
        store.ledger(rows, interview_id),
    )
