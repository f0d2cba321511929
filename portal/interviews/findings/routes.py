"""The pages that decide about a change in Outlook: each says first what it does."""

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from portal import clock
from portal.errors import Conflict, Invalid
from portal.flash_texts import Flash, FlashText
from portal.interviews import platform_off
from portal.interviews.changes import differences
from portal.interviews.changes.checks import Outdated
from portal.interviews.changes.differences import Difference
from portal.interviews.changes.routes import require_as_seen, url_of
from portal.interviews.claims import Taken
from portal.interviews.findings import decisions, sentences
from portal.interviews.findings.choices import Choice, Way
from portal.interviews.findings.context import Context
from portal.interviews.findings.forms import DecisionForm
from portal.interviews.flash_texts import InterviewFlash
from portal.interviews.models import State
from portal.web.access import member_only
from portal.web.act import act
from portal.web.current import services
from portal.web.flashes import tell, tell_refusal

bp = Blueprint("interview_findings", __name__)
Answer = Response | str | tuple[str, int]
PATH = "/interviews/<interview_id>/outlook/<finding_id>/<any('take-over', 'put-back'):way>"


@dataclass(frozen=True)
class Asked:
    """The question of a page, as the page of each change shows it."""

    title: str
    button: str
    keep: str = "Back to the interview"
    is_dangerous: bool = False
    has_comment: bool = False


@bp.get(PATH)
@member_only
def ask(interview_id: str, finding_id: str, way: str) -> Answer:
    try:
        return _page(interview_id, finding_id, Way(way), DecisionForm())
    except Conflict as refusal:
        return _refused(interview_id, refusal)


@bp.post(PATH)
@member_only
def decide(interview_id: str, finding_id: str, way: str) -> Answer:
    form = DecisionForm(request.form)
    try:
        form.check()
        done = _done(interview_id, finding_id, Way(way), form)
    except Invalid as refusal:
        return _again(interview_id, finding_id, Way(way), form.refuse(refusal), refusal)
    except (Outdated, Taken) as refusal:
        return _again(interview_id, finding_id, Way(way), form, refusal)
    except Conflict as refusal:
        return _refused(interview_id, refusal)
    tell(done)
    return redirect(url_of(interview_id), 303)


def _done(interview_id: str, finding_id: str, way: Way, form: DecisionForm) -> FlashText | Flash:
    """Decide if the page showed what holds still. Returns a sentence about what holds now."""
    with services.rows.write():
        require_as_seen(services.rows, interview_id, form.seen)
        found = decisions.of(services.rows, interview_id, finding_id)
        if form.seen_outlook.data not in ("", _fact(found)):
            raise Outdated
        changed = decisions.decide(
            act(),
            interview_id,
            finding_id,
            way,
            version=form.seen_version,
            override=form.overrides,
        )
    if changed.state is State.CHANGING:
        said = InterviewFlash.TAKING_OVER.of(label=changed.label)
        return platform_off.outcome(services.rows, changed, said)
    return decisions.said(services.rows, interview_id, finding_id)


def _again(
    interview_id: str,
    finding_id: str,
    way: Way,
    form: DecisionForm,
    refusal: Outdated | Taken | Invalid,
) -> Answer:
    """The same page with what is against it, unless that cannot be decided any more."""
    conflict = None if isinstance(refusal, Invalid) else refusal
    try:
        return _page(interview_id, finding_id, way, form, conflict), refusal.status
    except Conflict as impossible:
        return _refused(interview_id, impossible)


def _page(
    interview_id: str,
    finding_id: str,
    way: Way,
    form: DecisionForm,
    refusal: Outdated | Taken | None = None,
) -> str:
    """The page of a decision. Raises Conflict if it is not possible now."""
    found = decisions.of(services.rows, interview_id, finding_id)
    choice = decisions.possible(found, way, now=clock.utc_now())
    facts = differences.facts(found.one, found.known.panel)
    is_old = isinstance(refusal, Outdated)
    return render_template(
        "interviews/changes/ask.html",
        question=_question(found, choice),
        interview=found.one,
        back_url=url_of(interview_id),
        said=choice.said,
        facts=facts | {"seen_outlook": _fact(found)},
        form=form,
        refusal=refusal,
        may_override=isinstance(refusal, Taken) and refusal.may_override,
        differences=_differences(form, facts, _fact(found)) if is_old else [],
    )


def _question(found: Context, choice: Choice) -> Asked:
    return Asked(title=sentences.title(found), button=choice.label)


def _differences(form: DecisionForm, facts: dict[str, str], fact: str) -> list[Difference]:
    several = differences.differences(form.seen, facts)
    before = str(form.seen_outlook.data or fact)
    return several if before == fact else [*several, Difference("In Outlook", before, fact)]


def _fact(found: Context) -> str:
    """The difference in one line, by which an older page is told from the present one."""
    return " ".join(f"{sentences.title(found)}. {sentences.text(found)}".split())


def _refused(interview_id: str, refusal: Conflict) -> Response:
    tell_refusal(refusal)
    return redirect(url_of(interview_id), 303)
