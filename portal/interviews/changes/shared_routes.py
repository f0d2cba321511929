"""The pages that change one thing of an interview: look, see what follows, then change it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from flask import redirect, render_template, request
from werkzeug.wrappers import Response

from portal import clock
from portal.errors import Conflict, Invalid
from portal.flash_texts import Flash, FlashText
from portal.interviews import platform_off
from portal.interviews.changes import differences
from portal.interviews.changes.checks import Outdated
from portal.interviews.changes.consequences import Known
from portal.interviews.changes.forms import ChangeForm
from portal.interviews.changes.questions import Requires
from portal.interviews.changes.routes import known, require_as_seen, url_of
from portal.interviews.claims import Taken
from portal.interviews.flash_texts import InterviewFlash
from portal.interviews.models import Interview, State
from portal.web.current import services
from portal.web.flashes import tell, tell_refusal

Answer = Response | str | tuple[str, int]
Form = TypeVar("Form", bound=ChangeForm, contravariant=True)


class Values(Protocol[Form]):
    """The values of a template. Raises Invalid only where it says what would follow."""

    def __call__(self, found: Known, form: Form, *, is_checked: bool) -> dict[str, Any]: ...


@dataclass(frozen=True)
class ChangePage(Generic[Form]):
    """`require` raises Conflict if nothing can be changed now, and `save` makes the change.

    The sentences say what holds afterwards: nothing changed, saved, being written to Microsoft.
    """

    template: str
    require: Requires
    values: Values[Form]
    save: Callable[[str, Form], Interview]
    as_before: InterviewFlash
    saved: InterviewFlash
    changing: InterviewFlash


def shown(
    page: ChangePage[Form],
    interview_id: str,
    form: Form,
    refusal: Conflict | None = None,
    *,
    is_checked: bool = False,
    status: int = 200,
) -> Answer:
    """The page, or the interview with the reason why it stays as it is."""
    found = known(services.rows, interview_id)
    try:
        page.require(found.interview, now=clock.utc_now())
        values = page.values(found, form, is_checked=is_checked)
    except Invalid as impossible:
        form.refuse(impossible)
        status = refusal.status if refusal else impossible.status
        return shown(page, interview_id, form, refusal, status=status)
    except Conflict as impossible:
        return _refused(interview_id, impossible)
    facts = differences.facts(found.interview, found.panel)
    is_old = isinstance(refusal, Outdated)
    written = render_template(
        page.template,
        interview=found.interview,
        back_url=url_of(interview_id),
        form=form,
        facts=facts,
        refusal=refusal,
        may_override=isinstance(refusal, Taken) and refusal.may_override,
        differences=differences.differences(form.seen, facts) if is_old else [],
        **values,
    )
    return written, status


def submitted(page: ChangePage[Form], interview_id: str, form: Form) -> Answer:
    """Show the page, say what follows, or change the interview, as the pressed button says."""
    do = request.form.get("do")
    try:
        form.check()
        if do != "save":
            return shown(page, interview_id, form, is_checked=do == "check")
        with services.rows.write():
            require_as_seen(services.rows, interview_id, form.seen)
            changed = page.save(interview_id, form)
    except Invalid as refusal:
        form.refuse(refusal)
        return shown(page, interview_id, form, status=refusal.status)
    except (Outdated, Taken) as refusal:
        return shown(page, interview_id, form, refusal, is_checked=True, status=refusal.status)
    except Conflict as refusal:
        return _refused(interview_id, refusal)
    tell(_done(page, changed, form.seen_version))
    return redirect(url_of(interview_id), 303)


def _done(page: ChangePage[Form], changed: Interview, seen_version: int) -> FlashText | Flash:
    """The sentence about what follows now. An interview without a time has nobody to tell."""
    if changed.version == seen_version:
        return page.as_before
    if changed.state is State.NEEDS_TIME:
        return page.saved.of(label=changed.label)
    said = page.changing.of(label=changed.label)
    return platform_off.outcome(services.rows, changed, said)


def _refused(interview_id: str, refusal: Conflict) -> Response:
    tell_refusal(refusal)
    return redirect(url_of(interview_id), 303)
