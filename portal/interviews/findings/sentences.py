"""A difference between Outlook and an interview in sentences. Pure."""

from datetime import datetime

from portal.interviews import times
from portal.interviews.findings.context import Context
from portal.interviews.findings.models import FindingKind
from portal.interviews.models import LONGEST, Place

NO_PLACE = "no place"


def title(context: Context) -> str:
    """The difference in a few words. It names the calendar, never who did it."""
    finding, event = context.finding, context.event_name
    match finding.kind:
        case FindingKind.ATTENDEE_ADDED:
            return f"{finding.now_text} was added in Outlook"
        case FindingKind.ATTENDEE_REMOVED:
            return f"{finding.before_text} was removed in Outlook"
        case FindingKind.PROPOSAL:
            return f"{finding.now_text} proposes {proposed(context)}"
        case FindingKind.SUBJECT:
            return f"{_upper(event)} has another name in Outlook"
        case FindingKind.ROOM:
            return _title_of_room(context)
        case FindingKind.LINK:
            became = "has another Teams link" if finding.now_text else "has no Teams link any more"
            return f"{_upper(event)} {became}"
        case FindingKind.OWN_COPY:
            return f"{finding.now_text} has another time in their own calendar"
        case FindingKind.DELETED:
            return f"{_upper(event)} was deleted in Outlook"


def text(context: Context) -> str:
    """Sentences about where it was seen, and what that means for the interview."""
    finding, where, event = context.finding, context.where, context.event_name
    match finding.kind:
        case FindingKind.ATTENDEE_ADDED:
            return _of_added(context)
        case FindingKind.ATTENDEE_REMOVED:
            return f"{finding.before_text} is not on {event} on {where} any more."
        case FindingKind.PROPOSAL:
            return f"The interview stays at {_present(context)}. {_hindrance(context)}".strip()
        case FindingKind.SUBJECT:
            return _of_subject(context)
        case FindingKind.ROOM:
            there, ours = finding.now_text or NO_PLACE, finding.before_text or NO_PLACE
            return f"{_upper(event)} on {where} shows {there}. The interview has {ours}."
        case FindingKind.LINK:
            return f"It was changed on {where}. People were invited with the link in Portal."
        case FindingKind.OWN_COPY:
            return (
                f"It shows {proposed(context)} there. The interview stays at {_present(context)}, "
                "as a person's own calendar does not move it."
            )
        case FindingKind.DELETED:
            return f"It is gone from {where}. Put it back, or cancel the interview."


def _of_added(context: Context) -> str:
    finding = context.finding
    there = f"{finding.now_text} is on {context.event_name} on {context.where}."
    if context.colleague is None:
        return f"{there} Portal has no colleague at {finding.subject} to put on the panel."
    if context.panelist is not None:
        return f"{there} They are on the panel, which has its own event."
    return f"{there} The panel does not include them."


def _of_subject(context: Context) -> str:
    finding = context.finding
    there = f"It is called “{finding.now_text}” on {context.where}."
    if context.known.is_on_group:
        return f"{there} Portal names events on a group calendar by their kind."
    return f"{there} Portal called it “{finding.before_text}”."


def _title_of_room(context: Context) -> str:
    finding = context.finding
    if not finding.now_text:
        return f"{finding.before_text} was taken off in Outlook"
    if context.one.place in (Place.TEAMS, Place.ROOM) and finding.subject:
        return f"{finding.now_text} was booked in Outlook"
    return "The place was changed in Outlook"


def proposed(context: Context) -> str:
    """The time of a proposal, or of a person's own copy."""
    finding = context.finding
    if finding.starts_at is None or finding.ends_at is None:
        return "another time"
    return times.span(finding.starts_at, finding.ends_at, context.one.zone)


def _present(context: Context) -> str:
    return times.span(context.one.starts_at, context.one.ends_at, context.one.zone)


def _hindrance(context: Context) -> str:
    finding = context.finding
    if finding.starts_at is None or finding.ends_at is None:
        return ""
    if finding.ends_at - finding.starts_at > LONGEST:
        return "An interview lasts at most 12 hours, so this time cannot be chosen."
    return ""


def is_past(context: Context, now: datetime) -> bool:
    """Whether a proposed time came already."""
    return context.finding.starts_at is not None and context.finding.starts_at <= now


def _upper(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}"
