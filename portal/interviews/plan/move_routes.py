"""Reschedule: another time, room or panel of an interview, checked before anybody is told."""

from collections.abc import Iterable

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from portal import clock
from portal.errors import Conflict, Invalid
from portal.interviews import platform_off, times
from portal.interviews.changes import checks, differences, moves
from portal.interviews.changes.checks import Outdated
from portal.interviews.changes.consequences import Known
from portal.interviews.changes.routes import known, require_as_seen, url_of
from portal.interviews.claims import Taken
from portal.interviews.findings import finding_store
from portal.interviews.flash_texts import InterviewFlash
from portal.interviews.models import Interview, Panelist, Place, State
from portal.interviews.plan import rescheduled, typed
from portal.interviews.plan.draft import Draft
from portal.interviews.plan.forms import PlanForm
from portal.interviews.plan.presentation import shown
from portal.interviews.plan.routes import people_of, pressed, read_calendars, zone_name
from portal.interviews.plan.step import Moving, moving
from portal.interviews.rooms import before_sending, free_rooms
from portal.interviews.rooms.before_sending import RoomAsked, RoomTaken
from portal.interviews.rooms.free_rooms import Wanted
from portal.web.access import member_only
from portal.web.act import act
from portal.web.current import current_user, services
from portal.web.flashes import tell, tell_refusal
from portal.web.limits import limit
from portal.web.templating import zone
from portal.wording import listed, place_of_zone

bp = Blueprint("interview_reschedule", __name__)
Answer = Response | str | tuple[str, int]
PATH = "/interviews/<interview_id>/reschedule"
BUSY = "Tick the box to reschedule although somebody is busy, or choose another time."


@bp.get(PATH)
@member_only
def ask(interview_id: str) -> Answer:
    found = known(services.rows, interview_id)
    try:
        _require_movable(found.interview)
    except Conflict as refusal:
        return _refused(interview_id, refusal)
    now = clock.utc_now()
    draft = rescheduled.draft_of(
        found.interview, found.panel, zone_name=zone_name(), zone=zone(), now=now
    )
    draft = _with_proposal(interview_id, draft)
    form = PlanForm.showing(draft)
    return _form_page(found, form, _moving(found, form, draft))


def _with_proposal(interview_id: str, draft: Draft) -> Draft:
    """The time that somebody proposed in Outlook, if the page was opened for that."""
    proposal = request.args.get("proposal")
    if not proposal:
        return draft
    found = finding_store.finding(services.rows, interview_id, proposal)
    if found.starts_at is None or found.ends_at is None or not found.is_open:
        return draft
    return rescheduled.at(draft, found.starts_at, found.ends_at, zone=zone())


@bp.post(PATH)
@member_only
def submit(interview_id: str) -> Answer:
    """Do what the pressed button says: only "move" changes something."""
    limit(f"schedule:{current_user.id}", hits=600, seconds=600)
    found = known(services.rows, interview_id)
    form = PlanForm(request.form)
    typed_draft = typed.read(form, None, request.form, zone_name=zone_name(), zone=zone())
    draft = rescheduled.kept(found.interview, typed_draft)
    read_calendars(draft)
    view = _moving(found, form, draft)
    try:
        _require_movable(found.interview)
        if pressed() in ("check", "move") and not form.errors:
            return _checked(found, view)
    except Invalid as refusal:
        form.refuse(refusal)
    except Conflict as refusal:
        return _refused(interview_id, refusal)
    page = _form_page(found, form, view)
    return (page, Invalid.status) if form.errors or form.refusal else page


def _require_movable(interview: Interview) -> None:
    checks.require_state(interview, moves.MOVABLE)
    checks.require_goal(interview)
    checks.require_candidate(interview)
    checks.require_before_end(interview, now=clock.utc_now())


def _refused(interview_id: str, refusal: Conflict) -> Response:
    tell_refusal(refusal)
    return redirect(url_of(interview_id), 303)


def _moving(found: Known, form: PlanForm, draft: Draft) -> Moving:
    now = clock.utc_now()
    people = people_of(form, draft, now)
    return moving(services, found.interview, draft, people, current_user.id, now=now)


def _form_page(found: Known, form: PlanForm, view: Moving) -> str:
    return render_template(
        "interviews/plan/reschedule.html",
        form=form,
        step=view,
        shown=shown(view, now=clock.utc_now()),
        facts=_seen() or differences.facts(found.interview, found.panel),
        back_url=url_of(found.interview.id),
    )


def _seen() -> dict[str, str]:
    """The facts that the first view of this form showed. Empty before there was one."""
    return {name: request.form[name] for name in differences.LABELS if name in request.form}


def _checked(found: Known, view: Moving) -> Answer:
    """Show what the change does, or make it."""
    panel = _panel(view)
    _require_complete(found.interview, view, panel)
    room = _asked(found.interview, view, panel)
    if pressed() == "check":
        return _check_page(found, view, panel, room=room)
    if room is not None and room.is_taken:
        return _check_page(found, view, panel, room=room), RoomTaken.status
    if view.busy and not view.draft.override:
        return _check_page(found, view, panel, Conflict(BUSY), room=room), Conflict.status
    try:
        with services.rows.write():
            require_as_seen(services.rows, found.interview.id, _seen())
            moved = _move(found.interview, view, panel)
    except (Outdated, Taken) as refusal:
        return _check_page(found, view, panel, refusal, room=room), refusal.status
    is_changed = moved.version != found.interview.version
    said = InterviewFlash.RESCHEDULED if is_changed else InterviewFlash.TIME_AS_BEFORE
    tell(platform_off.outcome(services.rows, moved, said) if is_changed else said)
    return redirect(url_of(found.interview.id), 303)


def _asked(interview: Interview, view: Moving, panel: list[Panelist]) -> RoomAsked | None:
    """The room as Microsoft shows it now. None if the interview has it at this time already."""
    room, start, end = view.room, view.draft.starts_at, view.draft.ends_at
    if room is None or view.room_now is None or start is None or end is None:
        return None
    before = (interview.room_id, interview.starts_at, interview.ends_at)
    if (room.id, start, end) == before and interview.state is not State.NEEDS_TIME:
        return None
    seats = free_rooms.seats(panel, interview.place)
    wanted = Wanted((start, end), seats, room, interview.id)
    askers = [each for each in (interview.organizer_id, current_user.id) if each]
    return before_sending.with_offer(services, room, view.room_now, wanted, askers)


def _panel(view: Moving) -> list[Panelist]:
    optional = view.draft.optional
    return [
        Panelist(each.user_id, each.name, each.address, is_required=each.user_id not in optional)
        for each in view.who.panel
    ]


def _require_complete(interview: Interview, view: Moving, panel: list[Panelist]) -> None:
    """Refuse before the check what the change itself would refuse."""
    start, end = view.draft.starts_at, view.draft.ends_at
    if start is None or end is None:
        raise Invalid("Choose a time.", field="start")
    if (start, end) != (interview.starts_at, interview.ends_at):
        checks.require_time(start, end, now=clock.utc_now())
    checks.require_panel(
        panel, candidate=interview.candidate_name, address=interview.candidate_address
    )
    if interview.place is Place.ROOM and view.room is None:
        raise Invalid("Choose a room.", field="room")


def _move(interview: Interview, view: Moving, panel: list[Panelist]) -> Interview:
    start, end = view.draft.starts_at, view.draft.ends_at
    if start is None or end is None:
        raise Invalid("Choose a time.", field="start")
    return moves.move(
        act(),
        interview.id,
        version=view.draft.version,
        starts_at=start,
        ends_at=end,
        room=view.room,
        panel=panel,
        override=view.draft.override,
    )


def _check_page(
    found: Known,
    view: Moving,
    panel: list[Panelist],
    refusal: Conflict | None = None,
    *,
    room: RoomAsked | None,
) -> str:
    if refusal is None and room is not None and room.is_taken:
        refusal = RoomTaken(room.room.name)
    interview, draft = found.interview, view.draft
    now = differences.facts(interview, found.panel)
    changed = differences.differences(_seen(), now) if isinstance(refusal, Outdated) else []
    is_override_possible = isinstance(refusal, Taken) and refusal.may_override
    return render_template(
        "interviews/plan/move_check.html",
        interview=interview,
        view=view,
        before=now["seen_time"],
        after=_time(draft),
        panel_before=_listed(found.panel),
        panel_after=_listed(panel),
        said=rescheduled.said(found, draft, panel, view.room),
        carried=[
            *(each for each in draft.fields() if each[0] not in ("override", "version")),
            ("version", str(interview.version if changed else draft.version)),
            *(now if changed else _seen() or now).items(),
        ],
        refusal=refusal,
        room=room,
        differences=changed,
        may_override=bool(view.busy) or is_override_possible or draft.override,
        back_url=url_of(interview.id),
    )


def _time(draft: Draft) -> str:
    if draft.starts_at is None or draft.ends_at is None:
        return differences.NO_TIME
    when = times.span(draft.starts_at, draft.ends_at, draft.zone)
    return f"{when} in {place_of_zone(draft.zone)}"


def _listed(panel: Iterable[Panelist]) -> str:
    return listed(sorted(_named(each) for each in panel))


def _named(one: Panelist) -> str:
    return one.name if one.is_required else f"{one.name} (optional)"
