"""The remains of a changed interview, in Portal and in the practice tenant."""

import json
from collections import Counter
from collections.abc import Container, Iterator
from dataclasses import dataclass

from faults.harness.interviews import GROUP, InterviewRun
from faults.harness.messages import MEMBER
from portal.clock import text
from portal.interviews import store
from portal.interviews.models import Interview, State

Mails = Counter[tuple[str, str]]


@dataclass(frozen=True)
class End:
    """How a change ends: the mail that it sends, and who has an invitation then."""

    state: State
    mails: tuple[tuple[str, str], ...]
    invited: frozenset[str]

    @property
    def events(self) -> int:
        return 2 if self.invited else 0


def wrong(made: InterviewRun, interview_id: str, end: End) -> Iterator[str]:
    """Sentences about a change that did not reach everybody once, or left something behind."""
    rows = made.run.services.rows
    one = store.interview(rows, interview_id)
    if one.state is not end.state:
        yield f"it is {one.state}: {one.reason}"
    sent = mails(made)
    if sent != Counter(end.mails):
        yield f"Microsoft sent {dict(sent)}"
    yield from left(made, one, events=end.events)
    ledger = store.ledger(rows, interview_id)
    invited = {each.address for each in ledger if each.withdrawn_at is None} - {MEMBER}
    if invited != end.invited:
        yield f"the ledger says that {sorted(invited)} are invited"
    if {each.version for each in ledger} != {one.version}:
        yield "the ledger has an old version"


def left(made: InterviewRun, one: Interview, *, events: int) -> Iterator[str]:
    """Sentences about events, times and claims that are not those of the interview."""
    rows = made.run.services.rows
    known = store.events(rows, one.id)
    there = dict(_events(made, {each.id for each in known}))
    present = {each.graph_id or "" for each in known if each.generation == one.generation}
    wanted = dict.fromkeys(present, text(one.starts_at)) if events else {}
    if there != wanted or len(there) != events:
        yield f"events are at {sorted(there.values())}, {len(there.keys() - present)} of them old"
    sql = "select subject, starts_at from slot_claims where interview_id = ?"
    held = sorted(rows.all(tuple, sql, [one.id]))
    panel = store.panel(rows, one.id) if events else []
    if held != sorted((each.user_id, text(one.starts_at)) for each in panel):
        yield f"times are held: {held}"
    sql = "select count(*) from interview_work where id = ? and claimed_by is not null"
    if rows.value(int, sql, [one.id]):
        yield "a worker's claim is left"


def _events(made: InterviewRun, marks: set[str]) -> Iterator[tuple[str, str]]:
    """The organizer's events with one of these marks that are there still, with their start."""
    sql = "select id, item, properties, starts_at from events where deleted_at is null"
    for row in made.run.sandbox.state.rows(sql):
        item = json.loads(row["item"])
        is_there = item["isOrganizer"] and not item["isCancelled"]
        if is_there and any(mark in row["properties"] for mark in marks):
            yield row["id"], row["starts_at"]


def mails(made: InterviewRun, ical_uids: Container[str] | None = None) -> Mails:
    """Microsoft's mail about these events, or about all, by kind and address.

    The group and the writer may get some by a quirk of Microsoft's.
    """
    found = made.run.sandbox.control("GET", "invitations")["value"]
    return Counter(
        (each["kind"], each["address"])
        for each in found
        if each["address"] not in (MEMBER, GROUP["mail"])
        and (ical_uids is None or each["icalUid"] in ical_uids)
    )
