"""Undo and keep a move: the page of undo says first what it does, and what stands in the way."""

from collections.abc import Sequence
from dataclasses import replace

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from portal import clock
from portal.errors import Conflict, Invalid, PortalError
from portal.interviews import platform_off
from portal.interviews.changes import differences
from portal.interviews.changes.checks import Outdated
from portal.interviews.changes.consequences import Known
from portal.interviews.changes.forms import ChangeForm
from portal.interviews.changes.routes import known, require_as_seen, url_of
from portal.interviews.claims import Taken
from portal.interviews.flash_texts import InterviewFlash
from portal.interviews.outside import fit, shifts, told_texts, undo
from portal.interviews.outside.fit import Reader
from portal.interviews.outside.models import Move
from portal.interviews.outside.signs import Sign
from portal.web.access import member_only
from portal.web.act import act
from portal.web.current import current_user, services
from portal.web.flashes import tell, tell_refusal
from portal.web.templating import zone
from portal.wording import place_of_zone

bp = Blueprint("interview_moves", __name__)
Answer = Response | str | tuple[str, int]
PATH = "/interviews/<interview_id>/moves/<move_id>"
BUSY = "Somebody is busy at that time. Undo anyway, or choose another time."


@bp.get(f"{PATH}/undo")
@member_only
def ask(interview_id: str, move_id: str) -> Answer:
    """Say what undo does. An interview that moved on is shown instead."""
    move = undo.move_of(services.rows, interview_id, move_id)
    found = known(services.rows, interview_id)
    try:
        undo.require_undoable(found.interview, move, now=clock.utc_now())
    except Conflict as refusal:
        return _refused(interview_id, refusal)
    return _page(found, move, _signs(found, move))


@bp.post(f"{PATH}/undo")
@member_only
def make(interview_id: str, move_id: str) -> Answer:
    """Undo the move, unless something stands in the way that the form does not know of."""
    form = ChangeForm(request.form)
    move = undo.move_of(services.rows, interview_id, move_id)
    try:
        form.check()
        found = known(services.rows, interview_id)
        if form.seen_version != found.interview.version:
            raise Outdated
        undo.require_undoable(found.interview, move, now=clock.utc_now())
        signs = _signs(found, move)
        if any(each.is_conflict for each in signs) and not form.overrides:
            return _page(found, move, signs, form, Conflict(BUSY)), Conflict.status
        with services.rows.write():
            require_as_seen(services.rows, interview_id, form.seen)
            undone = undo.undo(
                act(),
                interview_id,
                move_id,
                version=form.seen_version,
                override=form.overrides,
            )
    except (Outdated, Taken) as refusal:
        found = known(services.rows, interview_id)
        return _page(found, move, _signs(found, move), form, refusal), refusal.status
    except (Conflict, Invalid) as refusal:
        return _refused(interview_id, refusal)
    tell(platform_off.outcome(services.rows, undone, InterviewFlash.MOVED_BACK))
    return redirect(url_of(interview_id), 303)


@bp.post(f"{PATH}/keep")
@member_only
def keep(interview_id: str, move_id: str) -> Response:
    try:
        undo.keep(act(), interview_id, move_id)
    except Conflict as refusal:
        return _refused(interview_id, refusal)
    tell(InterviewFlash.MOVE_KEPT)
    return redirect(url_of(interview_id), 303)


def _signs(found: Known, move: Move) -> list[Sign]:
    """Whether the time before the move suits everybody now."""
    before = replace(found.interview, starts_at=move.old_starts_at, ends_at=move.old_ends_at)
    wanted = replace(found, interview=before)
    return fit.signs(services, wanted, _reader(), may_ask=True, now=clock.utc_now())


def _reader() -> Reader:
    """The clock of the person at this page."""
    return Reader(zone(), place_of_zone(current_user.time_zone))


def _page(
    found: Known,
    move: Move,
    signs: Sequence[Sign],
    form: ChangeForm | None = None,
    refusal: Conflict | None = None,
) -> str:
    one, now = found.interview, clock.utc_now()
    facts = differences.facts(one, found.panel)
    back_to = (move.old_starts_at, move.old_ends_at)
    is_old = isinstance(refusal, Outdated) and form is not None
    return render_template(
        "interviews/outside/undo.html",
        interview=one,
        back_url=url_of(one.id),
        form=form or ChangeForm(),
        facts=facts,
        shift=shifts.shift(one, (one.starts_at, one.ends_at), back_to, zone(), now=now),
        signs=signs,
        said=told_texts.of_undo(found, back_to),
        is_undoable=undo.is_undoable(one, move, now=now),
        refusal=refusal,
        may_override=any(each.is_conflict for each in signs)
        and not (isinstance(refusal, Taken) and not refusal.may_override),
        differences=differences.differences(form.seen, facts) if is_old and form else [],
    )


def _refused(interview_id: str, refusal: PortalError) -> Response:
    tell_refusal(refusal)
    return redirect(url_of(interview_id), 303)
