"""Copies of a meeting on its attendees' calendars: their own ids, the same iCalUId."""

import uuid
from collections.abc import Collection, Iterator
from datetime import date
from typing import Any

from sandbox.calendars import changes, event_resource, instances, store
from sandbox.calendars.owners import Owner
from sandbox.database import Row, State
from sandbox.directory import store as people
from sandbox.groups import store as groups
from sandbox.meetings import store as meeting_mail

Item = dict[str, Any]
# What attendees set on their own copy, and keep when the organizer changes the meeting.
OWN = ("showAs", "responseStatus", "categories", "isReminderOn", "reminderMinutesBeforeStart")
WAITING = {"response": "notResponded", "time": event_resource.NO_TIME}


def send(state: State, owner: Owner, row: Row, *, to: Collection[str] | None = None) -> None:
    """Bring a meeting to its attendees, and withdraw it from those who are none any more.

    With `to`, addresses in lower case, the others' copies stay as they are.
    """
    item = store.item_of(row)
    wanted = dict(_receivers(state, owner, item))
    for copy in store.copies(state, row):
        if copy["owner"] not in wanted and not store.item_of(copy)["isOrganizer"]:
            withdraw(state, copy)
    for identity, address in wanted.items():
        if to is None or address.lower() in to:
            _deliver(state, row, item, identity)


def _receivers(state: State, owner: Owner, item: Item) -> Iterator[tuple[str, str]]:
    """Yield the mailboxes of the tenant that a meeting is brought to, and their addresses."""
    for one in item["attendees"]:
        address = one["emailAddress"]["address"]
        person = people.owner_of(state, address)
        if person and person["id"] != owner.id and not person["is_on_premises"]:
            yield person["id"], address
    yield from followers(state, owner)


def followers(state: State, owner: Owner) -> Iterator[tuple[str, str]]:
    """Yield the members who follow a group in their inbox, which is all unless control says so."""
    if not owner.is_group:
        return
    item = groups.group(state, owner.id) or {}
    ids = item.get("subscribers")
    chosen = groups.direct_members(state, owner.id) if ids is None else ids
    for row in groups.people_by_ids(state, chosen).values():
        if row["has_mailbox"] and not row["is_on_premises"]:
            yield row["id"], row["mail"]


def _deliver(state: State, row: Row, item: Item, identity: str) -> None:
    """Add or renew one copy, with the exceptions of a series. A new time asks for a new answer."""
    present = store.copy_of(state, row["ical_uid"], identity)
    if present is not None and store.item_of(present)["isOrganizer"]:
        return
    name = present["id"].removeprefix("AAMkAEvent") if present else uuid.uuid4().hex
    before = store.item_of(present) if present else None
    facts = {"id": f"AAMkAEvent{name}", "ical_uid": row["ical_uid"]}
    copy = changes.new_row(state, identity, _as_received(item, before), **facts)
    if present:
        copy |= {"version": present["version"] + 1, "created_at": present["created_at"]}
        copy["properties"] = present["properties"]
    store.save(state, [copy, *_exceptions(state, row, copy)])
    changes.announce(state, "updated" if present else "created", copy)


def _as_received(item: Item, before: Item | None) -> Item:
    is_same_time = before is not None and all(before[n] == item[n] for n in ("start", "end"))
    own = {name: before[name] for name in OWN} if before and is_same_time else {}
    usual = {"responseStatus": WAITING, "showAs": _tentative(item["showAs"])}
    return {**item, "isOrganizer": False, "isDraft": False, "isReminderOn": True, **usual, **own}


def _tentative(show_as: str) -> str:
    """A meeting that nobody has answered is tentative, but a free one takes no time."""
    return show_as if show_as == "free" else "tentative"


def _exceptions(state: State, row: Row, copy: Row) -> list[Row]:
    if row["kind"] != store.MASTER:
        return []
    found = store.exceptions(state, [row["id"]])[row["id"]]
    answer = store.item_of(copy)
    return [
        changes.new_row(
            state,
            copy["owner"],
            store.item_of(one) | {name: answer[name] for name in (*OWN, "isOrganizer")},
            id=instances.occurrence_id(copy["id"], date.fromisoformat(one["original_date"])),
            kind=store.EXCEPTION,
            series_id=copy["id"],
            original_date=one["original_date"],
            ical_uid=copy["ical_uid"],
        )
        for one in found
    ]


def withdraw(state: State, copy: Row) -> None:
    """Mark a copy as canceled. It stays until its owner removes it, and takes no time."""
    item = store.item_of(copy)
    if item["isCancelled"]:
        return
    told = {
        "isCancelled": True,
        "subject": f"Canceled: {item['subject']}",
        "showAs": "free",
    }
    changed = changes.touched(state, copy, item | told)
    store.save(state, [changed])
    state.execute("delete from events where series_id = ?", (copy["id"],))
    changes.announce(state, "updated", changed)


def withdraw_all(state: State, row: Row) -> None:
    for copy in store.copies(state, row):
        withdraw(state, copy)


def answer(
    state: State,
    copy: Row,
    response: str,
    *,
    is_sent: bool,
    keeps_declined: bool,
    comment: str = "",
    proposed: meeting_mail.Times | None = None,
) -> None:
    """Answer a meeting on one's own copy. A declined one is deleted, as Exchange does."""
    item = store.item_of(copy)
    status = {"response": response, "time": state.now().strftime("%Y-%m-%dT%H:%M:%SZ")}
    original = _organizers(state, copy)
    busy = store.item_of(original)["showAs"] if original else "busy"
    shown = {"accepted": busy, "declined": "free"}.get(response, "tentative")
    changed = changes.touched(state, copy, item | {"responseStatus": status, "showAs": shown})
    store.save(state, [changed])
    changes.announce(state, "updated", changed)
    if response == "declined" and not keeps_declined:
        store.remove(state, changed)
        changes.announce(state, "deleted", changed)
    person = people.person(state, copy["owner"])
    if is_sent and original and person:
        addresses = people.addresses_of(person)
        meeting_mail.tell_organizer(
            state, original, addresses, response, comment=comment, proposed=proposed
        )


def _organizers(state: State, copy: Row) -> Row | None:
    found = store.copies(state, copy)
    return next((row for row in found if store.item_of(row)["isOrganizer"]), None)
