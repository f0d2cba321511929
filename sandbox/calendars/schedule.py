"""Free/busy: what other people may see of a calendar."""

from datetime import datetime, timedelta
from typing import Any

from sandbox.calendars import event_resource, instances, zones
from sandbox.calendars.instances import Instance
from sandbox.database import Row, State
from sandbox.directory import store as directory
from sandbox.groups import addresses
from sandbox.mail.settings import working_hours

# The digit of each status, and the order in which one status outweighs another.
DIGITS = {
    "free": "0", "tentative": "1", "busy": "2", "oof": "3", "workingElsewhere": "4", "unknown": "0",
}  # fmt: skip  # one to a line says no more
STRENGTH = ("unknown", "free", "workingElsewhere", "tentative", "busy", "oof")
MAX_ENTRIES = 1000
# Exchange has no word for it, but the number of its error.
TOO_MANY = "5006"


def of_address(
    state: State, address: str, window: "Window", *, owner: Row, zone: str
) -> dict[str, Any]:
    """Build one schedule, or the error in its place. The call itself succeeds either way."""
    if group := addresses.group_of(state, address):
        return _of_list(state, address, addresses.members_of(state, group["id"]), window)
    person = directory.person(state, address) or directory.owner_of(state, address)
    if person is None or not person["has_mailbox"]:
        return _failed(
            address,
            "ErrorMailRecipientNotFound",
            f"Unable to resolve e-mail address {address} to an Active Directory object.",
        )
    events = instances.between(state, person["id"], window.start, window.end)
    if len(events) > MAX_ENTRIES:
        return _failed(
            address,
            TOO_MANY,
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


def entities(state: State, asked: list[str]) -> int:
    """Count the addresses of a request, a list with each of its members."""
    groups = [addresses.group_of(state, address) for address in asked]
    members = (len(addresses.members_of(state, group["id"])) if group else 1 for group in groups)
    return sum(members)


def _of_list(state: State, address: str, members: list[Row], window: "Window") -> dict[str, Any]:
    """Build the schedule of a list: the strongest status of its members, and no entries."""
    found = [
        event
        for person in members
        if person["has_mailbox"]
        for event in instances.between(state, person["id"], window.start, window.end)
    ]
    return {
        "scheduleId": address,
        "availabilityView": window.view(found),
        "scheduleItems": [],
    }


def _failed(address: str, code: str, message: str) -> dict[str, Any]:
    return {
        "scheduleId": address,
        "availabilityView": "",
        "scheduleItems": [],
        "error": {"message": message, "responseCode": code},
    }


def _item(event: Instance, zone: str, *, with_details: bool) -> dict[str, Any]:
    """Show when an event is. Its details are for the owner, as calendars are shared by default."""
    details = {
        "isPrivate": event.item["sensitivity"] in event_resource.PRIVATE,
        "subject": event.item["subject"],
        "location": event.item["location"]["displayName"],
    }
    return {
        **(details if with_details else {}),
        "status": status_of(event),
        "start": zones.shown(event.starts_at, zone),
        "end": zones.shown(event.ends_at, zone),
    }


def status_of(event: Instance) -> str:
    """The status that others see. A canceled or declined meeting takes no time."""
    item = event.item
    is_off = item["isCancelled"] or item["responseStatus"]["response"] == "declined"
    return "free" if is_off else str(item["showAs"])


class Window:
    """A period divided into steps of `minutes`."""

    def __init__(self, start: datetime, end: datetime, minutes: int) -> None:
        self.start = start
        self.end = end
        self.step = timedelta(minutes=minutes)

    def view(self, events: list[Instance]) -> str:
        """Write one digit for each step, the strongest status within it."""
        spans = [(e.starts_at, e.ends_at, status_of(e)) for e in events]
        digits, at = "", self.start
        while at < self.end:
            upto = at + self.step
            states = [kind for start, end, kind in spans if start < upto and end > at]
            digits += DIGITS[max(states, key=STRENGTH.index, default="free")]
            at = upto
        return digits
