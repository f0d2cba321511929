"""Free/busy: what other people may see of a calendar."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox.calendars import store, zones
from sandbox.database import Row, State
from sandbox.directory import store as directory
from sandbox.mail.settings import working_hours

# The digit of each status, and the order in which one status outweighs another.
DIGITS = {"free": "0", "tentative": "1", "busy": "2", "oof": "3", "workingElsewhere": "4"}
STRENGTH = ("free", "workingElsewhere", "tentative", "busy", "oof")
MAX_ENTRIES = 1000


def of_address(
    state: State, address: str, window: "Window", *, owner: Row, zone: str
) -> dict[str, Any]:
    """Build one schedule, or the error in its place. The call itself succeeds either way."""
    person = directory.person(state, address) or directory.owner_of(state, address)
    if person is None or not person["has_mailbox"]:
        return _failed(
            address,
            "ErrorMailRecipientNotFound",
            f"Unable to resolve e-mail address {address} to an Active Directory object.",
        )
    events = store.between(state, person["id"], window.start, window.end)
    if len(events) > MAX_ENTRIES:
        return _failed(
            address,
            "ErrorResultSetTooBig",
            "The result set contains too many calendar entries. The allowed size ="
            f" {MAX_ENTRIES}; the actual size = {len(events)}.",
        )
    is_own = person["id"] == owner["id"]
    return {
        "scheduleId": address,
        "availabilityView": window.view(events),
        "scheduleItems": [_item(event, zone, with_details=is_own) for event in events],
        "workingHours": working_hours(state.setting("timeZone")),
    }


def _failed(address: str, code: str, message: str) -> dict[str, Any]:
    return {
        "scheduleId": address,
        "availabilityView": "",
        "scheduleItems": [],
        "error": {"message": message, "responseCode": code},
    }


def _item(event: Row, zone: str, *, with_details: bool) -> dict[str, Any]:
    """Show when an event is. Its details are for the owner, as calendars are shared by default."""
    details = {
        "isPrivate": bool(event["is_private"]),
        "subject": event["subject"],
        "location": event["location"],
    }
    return {
        **(details if with_details else {}),
        "status": event["show_as"],
        "start": zones.shown(_time(event["starts_at"]), zone),
        "end": zones.shown(_time(event["ends_at"]), zone),
    }


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


class Window:
    """A period divided into steps of `minutes`."""

    def __init__(self, start: datetime, end: datetime, minutes: int) -> None:
        self.start = start
        self.end = end
        self.step = timedelta(minutes=minutes)

    def view(self, events: list[Row]) -> str:
        """Write one digit for each step, the strongest status within it."""
        spans = [(_time(e["starts_at"]), _time(e["ends_at"]), e["show_as"]) for e in events]
        digits, at = "", self.start
        while at < self.end:
            upto = at + self.step
            states = [kind for start, end, kind in spans if start < upto and end > at]
            digits += DIGITS[max(states, key=STRENGTH.index, default="free")]
            at = upto
        return digits
