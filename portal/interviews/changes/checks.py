"""Conditions of every change of an interview, asked inside its transaction."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from portal.addresses import fold
from portal.audit.act import Act
from portal.errors import Conflict, Invalid
from portal.interviews import store
from portal.interviews.models import LONGEST, MOST_PEOPLE, Goal, Interview, Panelist, State
from portal.storage.rows import Rows
from portal.wording import counted

NOT_NOW = {
    State.NEEDS_TIME: "This interview has no time now.",
    State.FAILED: "This interview could not be scheduled. Try again, or discard it.",
    State.SCHEDULED: "This interview is scheduled.",
    State.WRITING: "This interview is being scheduled.",
    State.CHANGING: "This interview is being changed.",
    State.ASKS: "This interview needs a decision first.",
    State.CANCELLED: "This interview is cancelled.",
}
ENDS = {
    Goal.CANCELLED: "This interview is being cancelled.",
    Goal.NEEDS_TIME: "This interview is being taken off the calendar. Then choose a new time.",
}
OVER = "This interview is over."
BEGUN = "This interview has begun, so its panel stays as it is."


class Outdated(Conflict):
    """The interview changed after the form was opened. Nothing was done."""

    def __init__(self) -> None:
        super().__init__(
            "This interview changed after you opened this page. Compare, and decide again."
        )


def current(rows: Rows, interview_id: str, *, version: int | None) -> Interview:
    """The interview as it is now. Raises Outdated if the form shows an older version.

    None is for changes that follow from something else than a form.
    """
    found = store.interview(rows, interview_id)
    if version not in (None, found.version):
        raise Outdated
    return found


def require_state(interview: Interview, allowed: Collection[State]) -> None:
    """Refuse a change that the state of the interview does not allow."""
    if interview.state not in allowed:
        raise Conflict(NOT_NOW[interview.state])


def require_goal(interview: Interview) -> None:
    """Refuse a change of an interview that is being taken off the calendar."""
    if interview.goal is not Goal.SCHEDULED and interview.state is not State.NEEDS_TIME:
        raise Conflict(ENDS[interview.goal])


def require_before_end(interview: Interview, *, now: datetime) -> None:
    if interview.ends_at <= now and interview.state is not State.NEEDS_TIME:
        raise Conflict(OVER)


def require_not_begun(interview: Interview, *, now: datetime) -> None:
    """Refuse what would invite somebody to an interview that runs."""
    require_before_end(interview, now=now)
    if interview.starts_at <= now and interview.state is not State.NEEDS_TIME:
        raise Conflict(BEGUN)


def require_candidate(interview: Interview) -> None:
    if interview.candidate_id is None:
        raise Conflict(f"{interview.candidate_name} was deleted. The interview can only end.")


def require_time(starts_at: datetime, ends_at: datetime, *, now: datetime) -> None:
    if starts_at <= now:
        raise Invalid("This time is past. Choose a later one.", field="start")
    if ends_at <= starts_at:
        raise Invalid("An interview ends after it starts.", field="start")
    if ends_at - starts_at > LONGEST:
        raise Invalid("An interview lasts at most 12 hours.", field="minutes")


def is_same_panel(one: Sequence[Panelist], other: Sequence[Panelist]) -> bool:
    """Whether these are the same people with the same part. Forms have an order of their own."""
    return len(one) == len(other) and {*one} == {*other}


def require_panel(panel: Sequence[Panelist], *, candidate: str, address: str) -> None:
    """Refuse a panel that cannot meet a candidate of this name and address."""
    if not any(each.is_required for each in panel):
        raise Invalid("Choose at least one person who must attend.", field="panel")
    if len(panel) > MOST_PEOPLE:
        most = counted(MOST_PEOPLE, "person")
        raise Invalid(f"A panel has at most {most}. Take somebody off.", field="panel")
    for each in panel:
        # Microsoft tells one address once, so neither invitation could be told from the other.
        if fold(each.address) == fold(address):
            raise Invalid(
                f"{candidate}'s address is {each.name}'s. Take {each.name} off the panel.",
                field="panel",
            )


def begun(interview: Interview) -> Interview:
    """The interview as a worker writes a change. One that nobody was told of goes on as before."""
    if interview.state in (State.WRITING, State.NEEDS_TIME):
        return interview
    return replace(interview, state=State.CHANGING)


def changed(act: Act, interview: Interview) -> Interview:
    """Save a changed interview as its next version, and let a worker carry it out."""
    saved = replace(
        interview,
        version=interview.version + 1,
        reason="",
        failing_since=None,
        changed_at=act.now,
    )
    store.save(act.rows, saved)
    store.make_due(act.rows, saved.id, now=act.now)
    return saved
