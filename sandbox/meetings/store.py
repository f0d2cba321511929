"""The tenant's own record of the mail that meetings send: one row for each mail.

Exchange tells an attendee by mail of a new meeting, a change and a cancellation, and the
organizer of an answer. The subject of a row is that of the meeting, without "Canceled:".
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sandbox import acts
from sandbox.calendars import changes, instances, zones
from sandbox.calendars import store as events
from sandbox.calendars.instances import Instance
from sandbox.database import Row, State
from sandbox.groups import store as groups
from sandbox.meetings import inbox, switches

SCHEMA = """
    create table if not exists invitations (
        id integer primary key,
        at text not null,
        kind text not null,
        "by" text not null,
        through text not null,
        via text not null,
        ical_uid text not null,
        event_id text not null,
        organizer_id text not null,
        organizer_address text not null,
        sender text not null,
        address text not null,
        subject text not null,
        location text not null,
        body text not null,
        join_url text,
        starts_at text not null,
        ends_at text not null,
        comment text not null,
        proposed_start text,
        proposed_end text
    );
    create index if not exists invitations_by_address on invitations (lower(address));
    create index if not exists invitations_by_meeting on invitations (ical_uid)
"""
REQUEST, UPDATE, CANCEL = "request", "update", "cancel"
# The mail of an answer, for each response of Graph.
ANSWERS = {"accepted": "accepted", "tentativelyAccepted": "tentative", "declined": "declined"}
PROPOSAL = "proposal"
# The member of an attendee that holds a time which they propose.
PROPOSED = "proposedNewTime"
# Why somebody has the mail: as an attendee (or, of an answer, as the organizer), or as a member
# who follows a group.
ATTENDEE, FOLLOWER = "attendee", "group"
JOIN = re.compile(r"https://teams\.microsoft\.com/l/meetup-join/[^\s\"'<>]+")
Times = tuple[datetime, datetime]


@dataclass(frozen=True)
class Mail:
    """One mail: its recipient, and its sender if that is not the organizer."""

    address: str
    sender: str | None = None
    via: str = ATTENDEE
    comment: str = ""
    proposed: Times | None = None


def record(state: State, kind: str, meeting: Instance, mail: Mail) -> None:
    """Record one mail about a meeting, given as the organizer's event."""
    item, organizer = meeting.item, meeting.item["organizer"]["emailAddress"]["address"]
    place, body = item["location"]["displayName"], item["body"]["content"]
    link = JOIN.search(f"{body} {place}")
    act = acts.present()
    columns: Row = {
        "at": events.stamp(state.now()),
        "kind": kind,
        "by": act.by,
        "through": act.through,
        "via": mail.via,
        "ical_uid": meeting.row["ical_uid"],
        "event_id": meeting.id,
        "organizer_id": meeting.row["owner"],
        "organizer_address": organizer,
        "sender": mail.sender or organizer,
        "address": mail.address,
        "subject": item["subject"],
        "location": place,
        "body": body,
        "join_url": link[0] if link else None,
        "starts_at": events.stamp(meeting.starts_at),
        "ends_at": events.stamp(meeting.ends_at),
        "comment": mail.comment,
        "proposed_start": events.stamp(mail.proposed[0]) if mail.proposed else None,
        "proposed_end": events.stamp(mail.proposed[1]) if mail.proposed else None,
    }
    marks = ", ".join(f":{name}" for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    state.execute(f"insert into invitations ({names}) values ({marks})", columns)
    inbox.deliver(state, columns)


def listed(state: State, *, address: str | None = None, ical_uid: str | None = None) -> list[Row]:
    """List mail in the order of sending: all of it, or that of an address or a meeting."""
    return state.rows(
        "select * from invitations where (:address is null or lower(address) = lower(:address))"
        " and (:uid is null or ical_uid = :uid) order by id",
        {"address": address, "uid": ical_uid},
    )


def of_address(state: State, address: str) -> list[Row]:
    """List the mail that an address has from meetings, in the order of sending."""
    return listed(state, address=address)


def forget(state: State) -> None:
    state.execute("delete from invitations")


def organizers(state: State, ical_uid: str) -> Row | None:
    """Find a meeting on its organizer's calendar, unless it is deleted."""
    found = state.rows(
        f"select * from events where ical_uid = ? and kind <> ? and {events.PRESENT}",
        (ical_uid, events.EXCEPTION),
    )
    return next((row for row in found if events.item_of(row)["isOrganizer"]), None)


def answer(
    state: State,
    ical_uid: str,
    address: str,
    response: str,
    *,
    comment: str = "",
    proposed: Times | None = None,
) -> bool:
    """Answer a meeting as an attendee without a mailbox in the tenant, such as a candidate.

    `response` is one of `ANSWERS`. Says whether there is such a meeting. The mail reaches a
    group's mailbox either way, but its event shows the answer only if the switch says so.
    """
    row = organizers(state, ical_uid)
    if row is None:
        return False
    is_group = groups.group(state, row["owner"]) is not None
    with state.write():
        tell_organizer(
            state,
            row,
            (address,),
            response,
            comment=comment,
            proposed=proposed,
            is_shown=not is_group or switches.present(state).candidates_answer_groups,
        )
    return True


def tell_organizer(
    state: State,
    row: Row,
    addresses: Sequence[str],
    response: str,
    *,
    comment: str = "",
    proposed: Times | None = None,
    is_shown: bool = True,
) -> None:
    """Tell an organizer the answer of an attendee, who has all these addresses, the first most."""
    meeting = instances.of_row(row)
    to = meeting.item["organizer"]["emailAddress"]["address"]
    kind = PROPOSAL if proposed else ANSWERS[response]
    mail = Mail(to, sender=addresses[0], comment=comment, proposed=proposed)
    record(state, kind, meeting, mail)
    if not is_shown:
        return
    known = {address.lower() for address in addresses}
    for one in meeting.item["attendees"]:
        if one["emailAddress"]["address"].lower() in known:
            _set_answer(one, response, state.now(), proposed)
    changed = changes.touched(state, row, meeting.item)
    events.save(state, [changed])
    changes.announce(state, "updated", changed)


def _set_answer(attendee: Row, response: str, at: datetime, proposed: Times | None) -> None:
    attendee["status"] = {"response": response, "time": at.strftime("%Y-%m-%dT%H:%M:%SZ")}
    attendee.pop(PROPOSED, None)
    if proposed:
        start, end = (zones.shown(moment, "UTC") for moment in proposed)
        attendee[PROPOSED] = {"start": start, "end": end}
