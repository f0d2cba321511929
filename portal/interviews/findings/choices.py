"""The ways to decide about a difference, and the sentences about what each does. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from portal.interviews.changes import consequences
from portal.interviews.changes.consequences import everybody
from portal.interviews.findings.context import Context
from portal.interviews.findings.models import FindingKind
from portal.interviews.findings.sentences import is_past
from portal.interviews.models import LONGEST, LONGEST_TITLE, Place, Role, Told
from portal.wording import verb

# The page that reschedules takes no shorter one.
SHORTEST = timedelta(minutes=5)


class Way(StrEnum):
    TAKE_OVER = "take-over"
    PUT_BACK = "put-back"


@dataclass(frozen=True)
class Choice:
    """One way to decide. `said` are the sentences that its page shows before anything is done.

    `page` is another page of the interview that decides it, such as the one that cancels.
    """

    label: str
    said: tuple[str, ...] = ()
    page: str = ""


def of(context: Context, way: Way, *, now: datetime) -> Choice | None:
    """One of the two ways, as it is now."""
    return take_over(context, now=now) if way is Way.TAKE_OVER else put_back(context)


def take_over(context: Context, *, now: datetime) -> Choice | None:
    """Let the interview be as Outlook has it. None where that is not possible."""
    match context.finding.kind:
        case FindingKind.ATTENDEE_ADDED:
            return _join(context)
        case FindingKind.ATTENDEE_REMOVED:
            return _leave(context)
        case FindingKind.PROPOSAL:
            return _reschedule(context, now)
        case FindingKind.SUBJECT:
            return _rename(context)
        case FindingKind.ROOM:
            return _other_room(context)
        case FindingKind.LINK:
            return _other_link(context)
        case FindingKind.DELETED:
            return Choice("Cancel interview", page="cancel")
        case FindingKind.OWN_COPY:
            return None


def _join(context: Context) -> Choice | None:
    person = context.colleague
    is_internal = context.event.role is Role.INTERNAL
    if person is None or context.panelist is not None or not is_internal:
        return None
    return Choice(
        "Take over",
        (
            f"{person.name} joins the panel.",
            f"{person.name} is on the event already, so nobody gets mail.",
        ),
    )


def _leave(context: Context) -> Choice | None:
    person = context.panelist
    if person is None:
        return None
    return Choice(
        "Take over",
        (
            f"{person.name} leaves the panel.",
            f"{person.name} is off the event already, so nobody gets mail.",
        ),
    )


def _reschedule(context: Context, now: datetime) -> Choice | None:
    starts_at, ends_at = context.finding.starts_at, context.finding.ends_at
    if starts_at is None or ends_at is None:
        return None
    if not SHORTEST <= ends_at - starts_at <= LONGEST:
        return None
    if is_past(context, now):
        return None
    return Choice("Choose this time", page="reschedule")


def _rename(context: Context) -> Choice | None:
    """On a group calendar the kind names the events, so no title can follow."""
    name = new_title(context)
    if context.known.is_on_group or not name or len(name) > LONGEST_TITLE:
        return None
    told = context.others if context.event.role is Role.INTERNAL else []
    return Choice(
        "Take over",
        (
            f"The interview is called “{name}”.",
            "Portal gives its events that name where they have another one.",
            *_updated(told or context.others),
        ),
    )


def new_title(context: Context) -> str:
    """The title that a subject stands for: the panel's also names the candidate."""
    subject = " ".join(context.finding.now_text.split())
    if context.event.role is Role.INTERNAL:
        return subject.removesuffix(f": {context.one.candidate_name}").strip()
    return subject


def _updated(told: list[Told]) -> list[str]:
    if not told:
        return []
    return [f"{everybody(told)} {verb(len(told), 'gets', 'get')} one update."]


def _other_room(context: Context) -> Choice | None:
    one, room = context.one, context.room
    is_of_room = one.place in (Place.TEAMS, Place.ROOM)
    if context.event.role is not Role.INTERNAL or not is_of_room:
        return None
    if room is None and (context.finding.now_text or one.place is Place.ROOM):
        return None
    name = room.name if room else ""
    said = [f"{name} is the room of this interview." if name else "The interview has no room."]
    said += [f"{one.room_name} is given back."] if one.room_name and name != one.room_name else []
    if one.place is Place.ROOM:
        told = [each for each in context.others if not one.is_one_event]
        said += _updated(told)
    return Choice("Take over", tuple(said))


def _other_link(context: Context) -> Choice | None:
    if not context.finding.now_text:
        return Choice(
            "Keep it this way",
            (
                "The event stays without a link. Portal still shows the one it sent.",
                "Nobody gets mail.",
            ),
        )
    if not context.one.is_one_event:
        return None  # the candidate's event has the old link in its text
    return Choice(
        "Take over",
        ("Portal shows the new link.", "Everybody has it on their event, so nobody gets mail."),
    )


def put_back(context: Context) -> Choice | None:
    """Let Outlook be as the interview says. None where Portal cannot write that."""
    finding, told = context.finding, context.told
    match finding.kind:
        case FindingKind.ATTENDEE_ADDED:
            return Choice(
                "Put back",
                (
                    f"{finding.now_text} is taken off the event, and gets a cancellation.",
                    "Nobody else hears of it.",
                ),
            )
        case FindingKind.ATTENDEE_REMOVED:
            return _invite_again(context)
        case FindingKind.PROPOSAL:
            return Choice(
                "Keep the time",
                (
                    "The interview stays as it is.",
                    f"Portal sends no mail, so {finding.now_text} is not answered.",
                ),
            )
        case FindingKind.SUBJECT:
            called = f"Portal calls the event “{finding.before_text}” again."
            return Choice("Put back", (called, *_updated(told)))
        case FindingKind.ROOM:
            return _place_again(context)
        case FindingKind.LINK:
            return Choice("Make new events", tuple(consequences.of_new_events(_changing(context))))
        case FindingKind.DELETED:
            return Choice("Put back", tuple(_made_again(context)))
        case FindingKind.OWN_COPY:
            return None


def _invite_again(context: Context) -> Choice | None:
    if not context.is_invited:
        return None
    name = context.finding.before_text
    return Choice("Put back", (f"{name} gets a new invitation.", "Nobody else hears of it."))


def _place_again(context: Context) -> Choice:
    finding = context.finding
    said = [f"The event shows {finding.before_text or 'no place'} again."]
    if finding.now_text and finding.subject:
        said.append(f"{finding.now_text} gets a cancellation.")
    return Choice("Put back", (*said, *_updated(context.told)))


def _made_again(context: Context) -> list[str]:
    """Sentences about new events. Those of a deleted one have no invitation to lose."""
    told, others = context.bereft, context.others
    said = ["Portal makes the event again, for the same time."]
    if told:
        said.append(f"{everybody(told)} {verb(len(told), 'gets', 'get')} a new invitation.")
    if others:
        gets = verb(len(others), "gets", "get")
        said.append(f"{everybody(others)} {gets} a cancellation, and then a new invitation.")
    if context.one.place is Place.TEAMS:
        said.append("The new invitations have a new Teams link.")
    return said


def _changing(context: Context) -> consequences.Known:
    known = context.known
    return consequences.Known(known.interview, known.panel, known.events, known.ledger)
