"""Changes since a form was opened: the form carries what its page showed. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from portal.interviews import times
from portal.interviews.lists import places
from portal.interviews.models import Goal, Interview, Panelist, State
from portal.wording import listed, place_of_zone

NO_TIME = "No time"
STATES = {
    State.WRITING: "Being scheduled",
    State.SCHEDULED: "Scheduled",
    State.CHANGING: "Being changed",
    State.NEEDS_TIME: "Needs a new time",
    State.ASKS: "Needs a decision",
    State.FAILED: "Not scheduled",
    State.CANCELLED: "Cancelled",
}
ENDS = {Goal.CANCELLED: "Being cancelled", Goal.NEEDS_TIME: "Being taken off the calendar"}


@dataclass(frozen=True)
class Difference:
    label: str
    before: str
    now: str


def facts(interview: Interview, panel: Iterable[Panelist]) -> dict[str, str]:
    """The facts that a form shows of an interview, by the field that carries each."""
    return {
        "seen_time": _time(interview),
        "seen_place": places.in_short(interview),
        "seen_panel": listed(each.name for each in panel) or "Nobody",
        "seen_state": _state(interview),
    }


LABELS = {"seen_time": "Time", "seen_place": "Place", "seen_panel": "Panel", "seen_state": "State"}


def differences(seen: Mapping[str, str], now: Mapping[str, str]) -> list[Difference]:
    """The differences, in order of the page. A fact that a form does not carry is left out."""
    return [
        Difference(label, seen[name], now[name])
        for name, label in LABELS.items()
        if seen.get(name) and seen[name] != now[name]
    ]


def _time(interview: Interview) -> str:
    if interview.state is State.NEEDS_TIME:
        return NO_TIME
    when = times.span(interview.starts_at, interview.ends_at, interview.zone)
    return f"{when} in {place_of_zone(interview.zone)}"


def is_as_seen(seen: Mapping[str, str], interview: Interview) -> bool:
    """Whether the form shows the present state, on which its sentences rest."""
    return seen.get("seen_state", "") in ("", _state(interview))


def _state(interview: Interview) -> str:
    if interview.state is State.CHANGING and interview.goal in ENDS:
        return ENDS[interview.goal]
    return STATES[interview.state]
