"""Step 2 of scheduling: check who sees what, apply a way out, and send."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.calendars import store as rooms
from portal.composer.placeholders import first_name
from portal.errors import PortalError
from portal.interviews import claims, store, times
from portal.interviews.flash_texts import InterviewFlash
from portal.interviews.lists import detail
from portal.interviews.models import LONGEST_WORDS, Interview, State
from portal.interviews.plan.draft import Draft
from portal.interviews.plan.planned import Planned, planned
from portal.interviews.plan.scheduled import AddressChanged, Busy, schedule
from portal.interviews.preview.check import check
from portal.interviews.preview.cures import cured
from portal.interviews.rooms import before_sending, free_rooms
from portal.interviews.rooms.before_sending import RoomAsked, RoomTaken
from portal.web.act import act
from portal.web.current import current_user, services
from portal.web.flashes import tell

Answer = Response | str | tuple[str, int]
SHOWN = "interviews.show"
# Fields of the draft that are seen and changed on this page.
VISIBLE = ("words", "one_event", "override")


def step_two(candidate_id: str, draft: Draft, do: str) -> Answer:
    """Show, apply or send, as the pressed button says.

    Raises Invalid for what only step 1 can change.
    """
    if do == "apply":
        draft = cured(draft, request.form.get("cure", ""))
    return _sent(candidate_id, draft) if do == "send" else _page(candidate_id, draft)


def _page(
    candidate_id: str,
    draft: Draft,
    *,
    problem: PortalError | None = None,
    asked: RoomAsked | None = None,
) -> str:
    found = check(act(), candidate_id, draft, base_url=services.config.base_url)
    one, room = found.planned.interview, asked or _asked(found.planned)
    if problem is None and room is not None and room.is_taken:
        problem = RoomTaken(room.room.name)
    return render_template(
        "interviews/plan/check.html",
        check=found,
        room=room,
        draft=draft,
        carried=[each for each in draft.fields() if each[0] not in VISIBLE],
        candidate=found.meant.candidate,
        organizer=first_name(one.organizer_name) or one.organizer_name,
        when=_when(one),
        longest=LONGEST_WORDS,
        action=request.path,
        problem=str(problem or ""),
        may_override=bool(found.busy or draft.override or _may_override(problem)),
    )


def _may_override(problem: PortalError | None) -> bool:
    return isinstance(problem, claims.Taken) and problem.may_override


def _when(one: Interview) -> detail.When:
    zone = times.known(one.zone)
    return detail.when(one, one.starts_at, one.ends_at, zone, one.zone)


def _sent(candidate_id: str, draft: Draft) -> Answer:
    """Schedule, or show step 2 again with what is in the way."""
    seen = request.form.get("address_seen", "")
    is_new = store.by_form(services.rows, draft.form_number) is None
    room = _asked(planned(act(), candidate_id, draft)) if is_new else None
    if room is not None and room.is_taken:
        return _page(candidate_id, draft, asked=room), RoomTaken.status
    try:
        made = schedule(act(), candidate_id, draft, address_seen=seen)
    except (claims.Taken, Busy, AddressChanged) as refusal:
        return _page(candidate_id, draft, problem=refusal), refusal.status
    tell(_scheduled(made))
    return redirect(url_for(SHOWN, interview_id=made.id), 303)


def _asked(found: Planned) -> RoomAsked | None:
    """The room as Microsoft shows it now. None without a room."""
    one = found.interview
    room = rooms.room(services.rows, one.room_id or "")
    if room is None:
        return None
    askers = [each for each in (one.organizer_id, current_user.id) if each]
    seats = free_rooms.seats(found.panel, one.place)
    return before_sending.asked(services, room, (one.starts_at, one.ends_at), seats, askers)


def _scheduled(made: Interview) -> InterviewFlash:
    """The state now: the interview is stored, and a worker writes it."""
    if made.state is State.WRITING:
        return InterviewFlash.SCHEDULED
    return InterviewFlash.SCHEDULED_BEFORE
