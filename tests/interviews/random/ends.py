"""The end of random changes: everything agrees, or the row says what a person has to decide."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from portal.addresses import fold
from portal.clock import moment
from portal.interviews import claims, store
from portal.interviews.models import (
    Certainty,
    Event,
    Interview,
    Role,
    State,
    Step,
    Told,
    ToldBy,
)
from sandbox.database import Row
from tests.interviews.random.changes import Changing

INVITES = ("request", "update")
ENDED = (State.CANCELLED, State.NEEDS_TIME, State.FAILED)


def wrong(made: Changing) -> list[str]:
    """Sentences about all that is not as it should be once nothing is left to do."""
    one = made.one
    return [
        *_state(made, one),
        *_events(made, one),
        *_times_held(made, one),
        *_claimed(made, one),
        *_mails(made),
        *_ledger(made, one),
    ]


def _state(made: Changing, one: Interview) -> Iterator[str]:
    if one.state in (State.WRITING, State.CHANGING):
        yield f"it is {one.state} still: {one.reason}"
    if one.state in (State.ASKS, State.FAILED) and not one.reason:
        yield f"it is {one.state} without a reason"
    if one.state is State.FAILED and store.ledger(made.rows, one.id):
        yield "it was not scheduled, and somebody was told"


def _there(made: Changing, event: Event) -> list[Row]:
    """The organizer's events that have the mark of this one and are on a calendar."""
    found = made.sandbox.state.rows(
        "select id, item, properties from events where deleted_at is null"
    )
    ours = [each for each in found if event.id in each["properties"]]
    return [each for each in ours if _is_organizers(json.loads(each["item"]))]


def _is_organizers(item: dict[str, Any]) -> bool:
    return bool(item["isOrganizer"]) and not item["isCancelled"]


def _events(made: Changing, one: Interview) -> Iterator[str]:
    for event in store.events(made.rows, one.id):
        there = _there(made, event)
        is_present = event.generation == one.generation and one.state not in ENDED
        if len(there) > 1:
            yield f"Microsoft has {len(there)} events for the {event.role} one"
        if not is_present and there and one.state is not State.ASKS:
            yield f"an old {event.role} event is left at Microsoft"
        if one.state is State.SCHEDULED and is_present:
            yield from _present(made, one, event, there)
    present = [
        each for each in store.events(made.rows, one.id) if each.generation == one.generation
    ]
    wanted = [Role.INTERNAL] if one.is_one_event else [Role.INTERNAL, Role.CANDIDATE]
    if one.state is State.SCHEDULED and [each.role for each in present] != wanted:
        yield f"Portal has the events {[str(each.role) for each in present]}"


def _present(made: Changing, one: Interview, event: Event, there: Sequence[Row]) -> Iterator[str]:
    if not there:
        yield f"the {event.role} event is not at Microsoft"
        return
    found = made.hand.read(there[0]["id"])
    span = (_moment(found["start"]), _moment(found["end"]))
    is_odd = found["isAllDay"] or json.loads(there[0]["item"]).get("recurrence")
    if event.step is not Step.INVITED:
        yield f"the {event.role} event is {event.step}"
    if span != (one.starts_at, one.ends_at) or is_odd:
        yield f"the interview is at {one.starts_at}, the {event.role} event at {span[0]}"
    if (event.agreed_starts_at, event.agreed_ends_at) != span:
        yield f"Portal has {event.agreed_starts_at} for the {event.role} event"
    people = {fold(each) for each in found["attendees"]} - made.odd
    wanted = {fold(each) for each in _invited(made, one, event)} - made.odd
    if not wanted <= people:
        yield f"the {event.role} event invites {sorted(people)}, not {sorted(wanted)}"
    for each in made.people.values():
        if each.address in people - wanted:
            yield f"the {event.role} event still invites {each.name}"


def _invited(made: Changing, one: Interview, event: Event) -> list[str]:
    panel = [each.address for each in store.panel(made.rows, one.id)]
    if event.role is Role.CANDIDATE:
        return [one.candidate_address]
    return [*panel, one.candidate_address] if one.is_one_event else panel


def _moment(given: str) -> datetime:
    return moment(given[:19] + "Z")


def _times_held(made: Changing, one: Interview) -> Iterator[str]:
    sql = "select kind, subject, starts_at, ends_at from slot_claims where interview_id = ?"
    held = {
        (each[0], each[1], moment(each[2]), moment(each[3]))
        for each in made.rows.all(tuple, sql, [one.id])
    }
    wanted = {
        (str(each.kind), each.subject, each.starts_at, each.ends_at)
        for each in claims.wanted(one, store.panel(made.rows, one.id))
    }
    if one.state in ENDED:
        wanted = set()
    is_open = one.state is State.ASKS
    if not (wanted <= held if is_open else wanted == held):
        yield f"the times {sorted(held)} are held, not {sorted(wanted)}"


def _claimed(made: Changing, one: Interview) -> Iterator[str]:
    for table in ("interview_work", "interview_watches"):
        sql = f"select count(*) from {table} where claimed_by is not null"  # noqa: S608  # constants
        if made.rows.value(int, sql):
            yield f"a worker's claim is left in {table}"
    sql = "select count(*) from interview_work where id = ? and due_at <= ?"
    if made.rows.value(int, sql, [one.id, made.now()]):
        yield "work is due still"


def _sent(made: Changing) -> dict[tuple[str, str], list[Row]]:
    """The mail of each event to the people of the interview, by event and address.

    A quirk of Microsoft's makes the group and the writer attendees.
    """
    ours = {fold(each.address) for each in made.people.values()}
    ours.add(fold(made.one.candidate_address))
    uids = {each.ical_uid for each in store.events(made.rows, made.interview_id)} - {None}
    found: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for each in made.sandbox.state.rows("select * from invitations order by id"):
        address = fold(each["address"])
        if each["ical_uid"] in uids and address in ours:
            found[each["ical_uid"], address].append(each)
    return found


def _mails(made: Changing) -> Iterator[str]:
    """Mail by Portal that tells somebody what the mail before told them."""
    for (_, address), mails in _sent(made).items():
        known: Row | None = None
        for each in mails:
            is_ours = each["through"] == "graph"
            if each["kind"] == "cancel":
                if known is None and is_ours and not _is_touched(made, 0, each["id"]):
                    yield f"{address} was told twice that it is off"
                known = None
            elif each["kind"] in INVITES:
                is_same = known is not None and _news(known) == _news(each)
                since = known["id"] if known else 0
                if is_same and is_ours and not _is_touched(made, since, each["id"]):
                    yield f"{address} was told twice of {each['starts_at']}"
                known = each


def _news(mail: Row) -> tuple[str, ...]:
    return (mail["starts_at"], mail["ends_at"], mail["location"], mail["subject"])


def _is_touched(made: Changing, since: int, until: int) -> bool:
    """Whether somebody changed something in Outlook between two mails."""
    return any(start < until and end >= since for start, end in made.touched)


def _ledger(made: Changing, one: Interview) -> Iterator[str]:
    """The rows that say more than the tenant's record has."""
    events = {(each.generation, each.role): each for each in store.events(made.rows, one.id)}
    sent = _sent(made)
    for each in store.ledger(made.rows, one.id):
        role = Role.INTERNAL if one.is_one_event or each.role != "candidate" else Role.CANDIDATE
        event = events.get((each.generation, role))
        mails = sent.get((event.ical_uid or "", each.folded), []) if event else []
        if each.certainty is Certainty.UNKNOWN or each.told_by is ToldBy.MAIL:
            continue
        yield from _row(each, mails)
    if one.state is State.SCHEDULED:
        told = {each.folded for each in store.ledger(made.rows, one.id) if not each.withdrawn_at}
        wanted = {fold(each.address) for each in store.panel(made.rows, one.id)}
        wanted.add(fold(one.candidate_address))
        if told != wanted:
            yield f"the ledger has {sorted(told)}, not {sorted(wanted)}"


def _row(told: Told, mails: Sequence[Row]) -> Iterator[str]:
    spans = {
        (_moment(e["starts_at"]), _moment(e["ends_at"])) for e in mails if e["kind"] in INVITES
    }
    if (told.starts_at, told.ends_at) not in spans:
        yield f"the ledger says that {told.folded} was told of {told.starts_at}: {sorted(spans)}"
