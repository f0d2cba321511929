"""The draft that a person typed: its kind filled in, its day and hour as one moment."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import MAXYEAR, MINYEAR, date, datetime, timedelta, tzinfo

from portal import clock
from portal.errors import Invalid
from portal.interviews.models import Kind
from portal.interviews.plan import zones
from portal.interviews.plan.draft import Draft
from portal.interviews.plan.forms import PlanForm

SHORTEST, LONGEST = 5, 720
LONGEST_ROOM = 320
USUAL_MINUTES = 60
FARTHEST = timedelta(days=365)
SATURDAY = 5
NO_KIND = "This kind is not offered any more. Choose another one."


def first_day(now: datetime, zone: tzinfo) -> date:
    """The next day of the week on which most people work."""
    day = now.astimezone(zone).date() + timedelta(days=1)
    while day.weekday() >= SATURDAY:
        day += timedelta(days=1)
    return day


def read(
    form: PlanForm,
    kinds: Sequence[Kind] | None,
    values: Mapping[str, str],
    *,
    zone_name: str,
    zone: tzinfo,
) -> Draft:
    """Read a form, whatever stands in it. Each refusal is shown at its field.

    `kinds` is None where the kind does not matter any more. `take_room` is the value of a pressed
    button that offers another room.
    """
    form.validate()
    now = clock.utc_now()
    if kinds is not None:
        _fill_in_kind(form, kinds)
    draft = form.draft(day=first_day(now, zone), zone=zone_name)
    if taken := values.get("take_room", ""):
        draft = replace(draft, room_id=taken[:LONGEST_ROOM])
    draft = _with_day(form, draft, values.get("day", ""), now.astimezone(zone).date())
    draft = _with_zone(form, _with_length(form, draft))
    draft = _with_typed_start(form, draft, zone, now)
    return _with_near_start(form, draft, now + FARTHEST + timedelta(days=1))


def _fill_in_kind(form: PlanForm, kinds: Sequence[Kind]) -> None:
    """Fill in a kind that is not the one whose values the form shows."""
    known = {each.id: each for each in kinds}
    chosen = known.get(str(form.kind.data))
    if chosen is None:
        form.refuse(Invalid(NO_KIND, field="kind"))
    elif form.kind.data != form.filled_kind.data:
        form.fill_in(chosen, known.get(str(form.filled_kind.data)))


def _with_day(form: PlanForm, draft: Draft, pressed: str, today: date) -> Draft:
    """The day whose button was pressed, or that was typed. Not one that has passed."""
    day = _date(pressed) or draft.day
    if day < today:
        form.refuse(Invalid("This day has passed. Choose a later one.", field="other_day"))
    elif day > today + FARTHEST:
        form.refuse(Invalid("Choose a day within a year.", field="other_day"))
    return replace(draft, day=min(max(day, today), today + FARTHEST))


def _date(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if MINYEAR < found.year < MAXYEAR else None


def _with_length(form: PlanForm, draft: Draft) -> Draft:
    if SHORTEST <= draft.minutes <= LONGEST:
        return draft
    form.refuse(Invalid("An interview lasts from 5 minutes to 12 hours.", field="minutes"))
    return replace(draft, minutes=USUAL_MINUTES)


def _with_zone(form: PlanForm, draft: Draft) -> Draft:
    """Leave a zone out that nobody knows, or that may be one of several."""
    return replace(draft, candidate_zone="") if form.candidate_zone.errors else draft


def _with_typed_start(form: PlanForm, draft: Draft, zone: tzinfo, now: datetime) -> Draft:
    """A typed hour replaces the chosen one, and then has a row of its own."""
    if not form.clock.data:
        return draft
    try:
        start = zones.typed(draft.day, str(form.clock.data), str(form.which.data), zone)
        if start <= now:
            raise Invalid("This time has passed. Choose a later one.", field="clock")
    except Invalid as refusal:
        form.refuse(refusal)
        return draft
    form.clock.data = ""
    return replace(draft, starts_at=start)


def _with_near_start(form: PlanForm, draft: Draft, latest: datetime) -> Draft:
    """Hold a carried start to the same year as a day, whose last hours are offered too."""
    if draft.starts_at is None or draft.starts_at <= latest:
        return draft
    form.refuse(Invalid("Choose a time within a year.", field="start"))
    return replace(draft, starts_at=None)
