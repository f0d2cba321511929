"""The state of an interview in sentences, and what a person may do about it. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from portal.errors import Conflict
from portal.interviews.changes import homes, panels
from portal.interviews.changes.moves import MOVABLE
from portal.interviews.changes.questions import QUESTIONS, Requires
from portal.interviews.lists import time_texts
from portal.interviews.lists.models import Work
from portal.interviews.models import Certainty, Goal, Interview, State, Told
from portal.wording import verb

# A try that is about to follow is not worth a sentence.
SOON = timedelta(minutes=1)


class Offer(StrEnum):
    """A change that a person may make to an interview."""

    RETRY = "retry"
    INVITE_AGAIN = "invite-again"
    RESCHEDULE = "reschedule"
    FIND_TIME = "find-time"
    PANEL = "panel"
    CALENDAR = "calendar"
    PLACE = "place"
    CANCEL = "cancel"
    DISCARD = "discard"


# Changes with pages of their own. Those of QUESTIONS share one.
OTHERS: dict[str, Requires] = {
    Offer.PANEL: panels.require_changeable,
    Offer.CALENDAR: homes.require_changeable,
    Offer.PLACE: homes.require_changeable,
}


@dataclass(frozen=True)
class Said:
    """The state in a title and sentences. `tries_at`: when Portal tries again."""

    title: str
    text: str = ""
    kind: str = ""
    tries_at: datetime | None = None


@dataclass(frozen=True)
class Scene:
    """The facts around an interview that its sentences are about.

    `expected` are the names of everybody who is to be told, by folded address.
    """

    now: datetime
    ledger: Sequence[Told]
    expected: dict[str, str]
    work: Work | None = None
    is_unseen: bool = False

    def untold(self, one: Interview) -> list[str]:
        """First names of those who have no invitation to the present time."""
        has = {
            each.folded
            for each in self.ledger
            if each.withdrawn_at is None
            and each.certainty is not Certainty.UNKNOWN
            and (each.starts_at, each.ends_at) == (one.starts_at, one.ends_at)
        }
        return [name for folded, name in self.expected.items() if folded not in has]

    def outdated(self, one: Interview) -> list[str]:
        """First names of those who were last told another time."""
        return [
            self.expected.get(each.folded, time_texts.first_name(each.name))
            for each in self.ledger
            if each.withdrawn_at is None
            and (each.starts_at, each.ends_at) != (one.starts_at, one.ends_at)
        ]

    def unsure(self) -> list[str]:
        """First names of those who may have an invitation, as Microsoft's answer was lost."""
        return [
            time_texts.first_name(each.name)
            for each in self.ledger
            if each.certainty is Certainty.UNKNOWN and each.withdrawn_at is None
        ]

    def invited(self) -> list[str]:
        """First names of those who still have an invitation."""
        return [
            time_texts.first_name(each.name) for each in self.ledger if each.withdrawn_at is None
        ]


def said(one: Interview, scene: Scene) -> Said:
    """The present state in sentences."""
    match one.state:
        case State.WRITING:
            return _with_failure(_writing(scene), scene)
        case State.CHANGING:
            return _with_failure(_changing(one, scene), scene)
        case State.SCHEDULED:
            return _scheduled(one, scene)
        case State.NEEDS_TIME:
            return Said(
                "This interview needs a time",
                "Nobody has an invitation any more. Choose another time, or cancel the interview.",
                "warn",
            )
        case State.ASKS:
            return _asks(one, scene)
        case State.FAILED:
            return Said(
                "This interview was not scheduled",
                _joined(
                    one.reason, "Nobody was told, and nothing is left on a calendar of Microsoft."
                ),
                "bad",
            )
        case State.CANCELLED:
            return _cancelled(scene)


def _writing(scene: Scene) -> Said:
    title = "Portal is writing this interview to Microsoft"
    unsure = scene.unsure()
    told = [each for each in scene.invited() if each not in unsure]
    has = f"{listed(told)} {verb(len(told), 'has', 'have')} been told so far." if told else ""
    may = f"{listed(unsure)} may have been told." if unsure else ""
    if has or may:
        return Said(title, _joined(has, may))
    return Said(title, "Nobody has been told yet.")


def _changing(one: Interview, scene: Scene) -> Said:
    if one.goal is Goal.CANCELLED:
        return Said("This interview is being cancelled", _still_invited(scene))
    if one.goal is Goal.NEEDS_TIME:
        return Said("The invitations are being withdrawn", _still_invited(scene))
    waits = scene.untold(one)
    text = f"{listed(waits)} {verb(len(waits), 'does', 'do')} not know of it yet." if waits else ""
    return Said("A change of this interview is being written to Microsoft", text)


def _still_invited(scene: Scene) -> str:
    invited = scene.invited()
    if not invited:
        return "Nobody has an invitation any more."
    return f"{listed(invited)} still {verb(len(invited), 'has', 'have')} the invitation."


def _with_failure(said: Said, scene: Scene) -> Said:
    """The sentence with why the last try did not work, and when the next one comes."""
    work = scene.work
    if work is None or not work.failure:
        return said
    tries_at = work.due_at if work.due_at > scene.now + SOON else None
    return Said(said.title, _joined(said.text, work.failure), "warn", tries_at)


def _scheduled(one: Interview, scene: Scene) -> Said:
    if one.ends_at <= scene.now:
        return Said("This interview is over")
    waits = scene.untold(one)
    if one.reason:
        untold = _of_untold(one, scene, waits) if waits else ""
        return Said("This interview is scheduled", _joined(one.reason, untold), "warn")
    if waits:
        return Said("This interview is scheduled", _of_untold(one, scene, waits), "warn")
    if scene.is_unseen:
        return Said(
            "This interview is not seen on anybody's calendar",
            "Microsoft took the invitations, but Portal found none on the calendars of the panel. "
            "Ask the panel whether they have it before you write to the candidate.",
            "warn",
        )
    return Said("This interview is scheduled", "Everybody has been told.", "good")


def _of_untold(one: Interview, scene: Scene, waits: Sequence[str]) -> str:
    """A person who was told another time may know the present one from elsewhere."""
    old = [each for each in scene.outdated(one) if each in waits]
    never = [each for each in waits if each not in old]
    said = []
    if never:
        has = verb(len(never), "has", "have")
        said.append(f"{listed(never)} {has} not been told of this time.")
    if old:
        said.append(f"{listed(old)} may still have the old time.")
    return _joined(*said)


def _asks(one: Interview, scene: Scene) -> Said:
    if one.ends_at <= scene.now:
        return Said("This interview is over", _joined("A decision was open:", one.reason))
    invited = scene.invited()
    has = (
        f"{listed(invited)} {verb(len(invited), 'has', 'have')} an invitation."
        if invited
        else "Nobody has an invitation."
    )
    return Said("This interview needs a decision", _joined(one.reason, has), "warn")


def _cancelled(scene: Scene) -> Said:
    if not scene.ledger:
        return Said("This interview is cancelled", "Nobody had been told of it.")
    invited = scene.invited()
    if invited:
        return Said(
            "This interview is cancelled",
            f"{listed(invited)} may still have it on the calendar.",
            "warn",
        )
    return Said("This interview is cancelled", "Everybody who had an invitation was told.")


def _joined(*sentences: str) -> str:
    return " ".join(each for each in sentences if each)


def listed(names: Collection[str]) -> str:
    """`Kim`, `Kim and Sam`, `Kim, Sam and Rosa`."""
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


def actions(one: Interview, now: datetime) -> tuple[Offer, ...]:
    """The changes that are possible now, in the order of their buttons."""
    required = {name: each.require for name, each in QUESTIONS.items()} | OTHERS
    allowed = {name for name, require in required.items() if is_possible(require, one, now)}
    if _is_movable(one, now):
        allowed.add(Offer.RESCHEDULE)
    return tuple(each for each in Offer if each in allowed)


def is_possible(require: Requires, one: Interview, now: datetime) -> bool:
    try:
        require(one, now=now)
    except Conflict:
        return False
    return True


def _is_movable(one: Interview, now: datetime) -> bool:
    is_on = one.goal is Goal.SCHEDULED and one.ends_at > now
    has_place = one.state is State.NEEDS_TIME or is_on
    return one.state in MOVABLE and has_place and one.candidate_id is not None
