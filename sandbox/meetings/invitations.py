"""Mail and copies that tell attendees of an organizer's changes.

A new time, place or text tells everybody. A change of the attendees alone tells those who are
added or removed. Members who follow a group hear of its events like attendees.
"""

from collections.abc import Collection
from typing import Any

from sandbox import acts
from sandbox.calendars import changes, copies, store
from sandbox.calendars.instances import Instance, of_row
from sandbox.calendars.owners import Owner
from sandbox.database import Row, State
from sandbox.directory import store as people
from sandbox.meetings import knowledge, later, switches
from sandbox.meetings.store import CANCEL, FOLLOWER, REQUEST, UPDATE, Mail, record

Item = dict[str, Any]
ONE_DATE = (store.OCCURRENCE, store.EXCEPTION)
# The members whose change is told. Others are the organizer's own.
TELLING = frozenset(
    {"subject", "body", "start", "end", "isAllDay", "location", "locations", "recurrence",
     "importance", "sensitivity", "isOnlineMeeting"}
)  # fmt: skip  # one to a line says no more


def invite(state: State, owner: Owner, row: Row) -> None:
    """Tell of a new meeting."""
    copies.send(state, owner, row)
    meeting = of_row(row)
    for mail in _to_all(state, owner, meeting.item):
        _ask(state, REQUEST, meeting, mail)


def tell_of_change(
    state: State, owner: Owner, before: Item, after: Instance, names: Collection[str]
) -> None:
    """Tell of a change that named these members, even where they are as before."""
    is_for_all = not TELLING.isdisjoint(names)
    if not is_for_all and "attendees" not in names:
        return
    old, new = (_attendees(state, owner, item) for item in (before, after.item))
    added, removed = set(new) - set(old), set(old) - set(new)
    everybody = _to_all(state, owner, after.item)
    told = added | (_told(state, before, after, everybody) if is_for_all else set())
    copies.send(state, owner, changes.meeting_of(state, after), to=told)
    for key in (key for key in old if key in removed):
        record(state, CANCEL, after, Mail(old[key]))
    for mail in everybody:
        if mail.address.lower() in told:
            is_new = mail.address.lower() in added
            _ask(state, REQUEST if is_new else UPDATE, after, mail)


def _told(state: State, before: Item, after: Instance, everybody: list[Mail]) -> set[str]:
    """Choose whom a change tells that is for all.

    The switch decides for a program that changes nothing. Outlook's "Send update" tells all.
    """
    is_program = acts.present().through == acts.GRAPH
    chosen = switches.present(state).repeats_tell if is_program else switches.EVERYBODY
    if chosen == switches.EVERYBODY or knowledge.differs(before, after.item, TELLING):
        return {mail.address.lower() for mail in everybody}
    if chosen != switches.OLD:
        return set()
    return {
        mail.address.lower() for mail in everybody if knowledge.is_old(state, after, mail.address)
    }


def _ask(state: State, kind: str, meeting: Instance, mail: Mail) -> None:
    """Ask for an answer by mail. Rooms give theirs automatically."""
    record(state, kind, meeting, mail)
    later.expect_answer(state, meeting.row["ical_uid"], mail.address)


def cancel(state: State, owner: Owner, found: Instance, comment: str) -> None:
    """Tell that a meeting, or one date of a series, was taken from the organizer's calendar."""
    if found.kind in ONE_DATE:
        copies.send(state, owner, changes.meeting_of(state, found))
    else:
        copies.withdraw_all(state, found.row)
    for mail in _to_all(state, owner, found.item, comment):
        record(state, CANCEL, found, mail)


def _to_all(state: State, owner: Owner, item: Item, comment: str = "") -> list[Mail]:
    """Address one mail to each attendee, and to each follower who is none."""
    told = _attendees(state, owner, item)
    found = [Mail(address, comment=comment) for address in told.values()]
    for _, address in copies.followers(state, owner):
        if address.lower() not in told:
            found.append(Mail(address, via=FOLLOWER, comment=comment))
    return found


def _attendees(state: State, owner: Owner, item: Item) -> dict[str, str]:
    """Map attendees' addresses, in lower case, to their spelling. An organizer has no mail."""
    found: dict[str, str] = {}
    for one in item["attendees"]:
        address = one["emailAddress"]["address"]
        person = people.owner_of(state, address)
        is_organizer = bool(person and person["id"] == owner.id)
        if not is_organizer and address.lower() != owner.address.lower():
            found.setdefault(address.lower(), address)
    return found
