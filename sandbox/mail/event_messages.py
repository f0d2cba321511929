"""Meeting messages and receipts, which Graph shows as eventMessages.

https://learn.microsoft.com/graph/api/resources/eventmessage
"""

import re
from typing import Any

from sandbox.mime.parser import Parsed

# The spelling of the second is Microsoft's own.
ANSWERS = {
    "ACCEPTED": ("meetingAccepted", "accepted"),
    "TENTATIVE": ("meetingTenativelyAccepted", "tentativelyAccepted"),
    "DECLINED": ("meetingDeclined", "declined"),
}
PROPOSAL = "COUNTER"
ESCAPED = re.compile(r"\\([,;\\])")
LINE = re.compile(r"(?im)^(DTSTART|DTEND|LOCATION|X-MS-OLK-ORIGINAL(?:START|END))[^:\n]*:(.*)$")
PART_STATUS = re.compile(r"(?i)PARTSTAT=([A-Z-]+)")


def members(parsed: Parsed) -> dict[str, Any]:
    """Return the members that an eventMessage has besides those of a message, if it is one."""
    if parsed.calendar is not None:
        return _common(parsed.calendar) | _by_method(parsed)
    if parsed.report_type:
        return {
            "@odata.type": "#microsoft.graph.eventMessage",
            "meetingMessageType": "none",
            "isOutOfDate": False,
        }
    return {}


def _by_method(parsed: Parsed) -> dict[str, Any]:
    if parsed.calendar_method == "REQUEST":
        return {
            "@odata.type": "#microsoft.graph.eventMessageRequest",
            "meetingMessageType": "meetingRequest",
            "meetingRequestType": "newMeetingRequest",
            "responseRequested": True,
            "allowNewTimeProposals": True,
            "previousLocation": None,
            "previousStartDateTime": None,
            "previousEndDateTime": None,
        }
    if parsed.calendar_method in ("REPLY", PROPOSAL):
        found = PART_STATUS.search(parsed.calendar or "")
        kind, answer = ANSWERS.get(found[1].upper() if found else "", ("none", "none"))
        return {
            "@odata.type": "#microsoft.graph.eventMessageResponse",
            "meetingMessageType": kind,
            "responseType": answer,
            "proposedNewTime": _proposed(parsed),
        }
    is_cancelled = parsed.calendar_method == "CANCEL"
    return {
        "@odata.type": "#microsoft.graph.eventMessage",
        "meetingMessageType": "meetingCancelled" if is_cancelled else "none",
    }


def _proposed(parsed: Parsed) -> dict[str, Any] | None:
    """Read the time that an answer proposes, which stands where the meeting's time would."""
    if parsed.calendar_method != PROPOSAL:
        return None
    lines = _lines(parsed.calendar or "")
    return {"start": _moment(lines.get("DTSTART")), "end": _moment(lines.get("DTEND"))}


def _lines(calendar: str) -> dict[str, str]:
    return {name.upper(): value.strip() for name, value in LINE.findall(calendar)}


def _common(calendar: str) -> dict[str, Any]:
    lines = _lines(calendar)
    original = {name: lines.get(f"X-MS-OLK-ORIGINAL{name}") for name in ("START", "END")}
    return {
        "isOutOfDate": False,
        "isAllDay": "T" not in lines.get("DTSTART", "T"),
        "isDelegated": False,
        "type": "singleInstance",
        "recurrence": None,
        "startDateTime": _moment(original["START"] or lines.get("DTSTART")),
        "endDateTime": _moment(original["END"] or lines.get("DTEND")),
        "location": {
            "displayName": ESCAPED.sub(r"\1", lines.get("LOCATION", "")),
            "locationType": "default",
            "uniqueIdType": "unknown",
        },
    }


def _moment(text: str | None) -> dict[str, str] | None:
    """Read a time such as 20260306T090000Z and ignore its zone."""
    digits = re.sub(r"\D", "", text or "").ljust(14, "0")
    if not text or len(digits) != 14:
        return None
    day = f"{digits[:4]}-{digits[4:6]}-{digits[6:8]}"
    clock = f"{digits[8:10]}:{digits[10:12]}:{digits[12:14]}"
    return {"dateTime": f"{day}T{clock}.0000000", "timeZone": "UTC"}
