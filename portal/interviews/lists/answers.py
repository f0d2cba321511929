"""The state of an interview in a few words: who answered, or what is under way. Pure."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from portal.interviews.lists import time_texts
from portal.interviews.lists.models import Answer, Listed
from portal.interviews.models import Attends, Goal, Interview, Reply, State
from portal.interviews.rooms.models import Trouble

UNDER_WAY = {
    Goal.SCHEDULED: "Being changed at Microsoft",
    Goal.NEEDS_TIME: "Invitations are being withdrawn",
    Goal.CANCELLED: "Being cancelled",
}
# A person has to do something, and the reason says what.
UNDECIDED = (State.ASKS, State.FAILED)
REPLIES = {
    Reply.UNKNOWN: ("Not known", ""),
    Reply.NONE: ("No answer yet", ""),
    Reply.ACCEPTED: ("Accepted", "good"),
    Reply.TENTATIVE: ("Said maybe", "warn"),
    Reply.DECLINED: ("Declined", "bad"),
}


@dataclass(frozen=True)
class Words:
    """Words that carry a state. `kind` is that of the pill."""

    text: str
    kind: str = ""


def of_state(one: Listed | Interview) -> Words | None:
    """Words for the work or decision that is open. None for one that is scheduled."""
    match one.state:
        case State.WRITING:
            return Words("Being written to Microsoft")
        case State.CHANGING:
            return Words(UNDER_WAY[one.goal])
        case State.NEEDS_TIME:
            return Words("Needs a time", "warn")
        case State.ASKS:
            return Words("Needs a decision", "warn")
        case State.FAILED:
            return Words("Not scheduled", "bad")
        case State.CANCELLED:
            return Words("Cancelled")
        case State.SCHEDULED:
            return None


def of_line(one: Listed, found: Sequence[Answer], *, is_past: bool) -> Words | None:
    """The words of one line of a list. None for one that is over."""
    if is_past:
        return Words("Was not decided") if one.state is State.ASKS else None
    return of_state(one) or _of_scheduled(one, found)


def _of_scheduled(one: Listed, found: Sequence[Answer]) -> Words:
    if one.is_unseen:
        return Words("Not seen on anybody's calendar", "warn")
    if one.room_trouble == Trouble.FREE:
        return of_room(Trouble.FREE, one.room_name)
    old = [each for each in found if each.starts_at != one.starts_at or each.ends_at != one.ends_at]
    for several, said, kind in (
        (_with(found, Reply.DECLINED), "said no", "bad"),
        (_names(old), "{has} the old time", "warn"),
        (_with(found, Reply.TENTATIVE), "said maybe", "warn"),
    ):
        if several:
            return Words(f"{_listed(several)} {_agreeing(said, several)}", kind)
    if waits := _with(found, Reply.NONE):
        return Words(f"Waiting for {_listed(waits)}")
    return _of_consent(found)


def of_room(trouble: Trouble, name: str) -> Words:
    """Words for a scheduled interview that has no room."""
    if trouble is Trouble.DECLINED:
        return Words(f"{name} said no", "bad")
    return Words(f"{name} is not booked", "warn")


def _agreeing(said: str, several: Collection[str]) -> str:
    return said.replace("{has}", "has" if len(several) == 1 else "have")


def _of_consent(found: Sequence[Answer]) -> Words:
    """Words for answers without a refusal. Some may never be known."""
    if found and all(each.reply is Reply.ACCEPTED for each in found):
        return Words("Everybody said yes", "good")
    panel = [each for each in found if each.role is Attends.PANEL]
    if panel and all(each.reply is Reply.ACCEPTED for each in panel):
        return Words("The panel said yes", "good")
    return Words("Answers are not known")


def _with(found: Iterable[Answer], reply: Reply) -> list[str]:
    return _names(each for each in found if each.reply is reply)


def _names(found: Iterable[Answer]) -> list[str]:
    """First names of people, and rooms by their whole name."""
    return [
        each.name if each.role is Attends.ROOM else time_texts.first_name(each.name)
        for each in found
    ]


def _listed(several: Sequence[str]) -> str:
    """`Kim`, `Kim and Sam`, `Kim and 2 others`."""
    if len(several) <= 2:
        return " and ".join(several)
    return f"{several[0]} and {len(several) - 1} others"


def of_reply(reply: Reply) -> Words:
    return Words(*REPLIES[reply])
