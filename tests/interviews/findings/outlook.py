"""Edits by somebody in Outlook of the events of an interview, and what Portal knows then."""

from datetime import datetime
from typing import Any

from portal import clock
from portal.graph.client import GraphClient
from portal.interviews.findings import decisions, finding_store, seen
from portal.interviews.findings.choices import Way
from portal.interviews.findings.models import Finding, FindingKind
from portal.interviews.microsoft import calendar_events
from portal.interviews.microsoft.calendar_events import Found
from portal.interviews.models import Role, State
from portal.microsoft365.permissions import Feature
from tests.interviews.microsoft.stage import Stage

ADA = "ada.lin@agency.example"


def graph(stage: Stage) -> GraphClient:
    """The calendar of Priya, as she opens it in Outlook."""
    return stage.env.services.microsoft365.client_of_person(Feature.SCHEDULING, "priya")


def path(stage: Stage, role: Role = Role.INTERNAL) -> str:
    event = stage.event(role)
    start = f"/groups/{event.group_id}/" if event.group_id else ""
    return f"{start}events/{event.graph_id}"


def present(stage: Stage, role: Role = Role.INTERNAL) -> Found:
    answer = graph(stage).get(path(stage, role), query={"$select": calendar_events.SELECTED})
    return calendar_events.found_in(answer)


def edit(stage: Stage, role: Role = Role.INTERNAL, **members: Any) -> None:
    graph(stage).patch(path(stage, role), members)


def attendee(address: str, name: str = "", kind: str = "required") -> dict[str, Any]:
    return {"emailAddress": {"address": address, "name": name or address}, "type": kind}


def add(stage: Stage, address: str, name: str = "", role: Role = Role.INTERNAL) -> None:
    edit(stage, role, attendees=[*present(stage, role).attendees, attendee(address, name)])


def remove(stage: Stage, address: str, role: Role = Role.INTERNAL) -> None:
    left = [each for each in present(stage, role).attendees if address not in str(each)]
    edit(stage, role, attendees=left)


def answer(
    stage: Stage, address: str, start: datetime, end: datetime, role: Role = Role.INTERNAL
) -> None:
    """Propose another time with an answer."""
    asked = {"icalUid": stage.event(role).ical_uid, "address": address}
    asked |= {"response": "tentativelyAccepted"}
    asked |= {"proposedStart": clock.text(start), "proposedEnd": clock.text(end)}
    stage.env.sandbox.control("POST", "invitations/answers", asked)


def quiet(stage: Stage) -> None:
    """Forget the mail of what Outlook did."""
    stage.env.sandbox.control("DELETE", "invitations")


def look(stage: Stage, role: Role = Role.INTERNAL) -> list[Finding]:
    """Read an event as the watch does. Returns what is open then."""
    known = stage.known
    event, found = stage.event(role), present(stage, role)
    with stage.rows.write():
        seen.look(stage.rows, known, event, found, clock.utc_now())
    return finding_store.of_interview(stage.rows, "first")


def only(stage: Stage, role: Role = Role.INTERNAL) -> Finding:
    """The one difference of an event."""
    [found] = look(stage, role)
    return found


def kinds(stage: Stage) -> list[FindingKind]:
    """The open ones, without a read."""
    return [each.kind for each in finding_store.of_interview(stage.rows, "first")]


def taken_over(stage: Stage, finding: Finding, **more: object) -> None:
    """Let the interview follow, and a worker finish that."""
    usual: dict[str, object] = {"version": stage.one.version}
    decisions.decide(stage.act, "first", finding.id, Way.TAKE_OVER, **usual | more)  # type: ignore[arg-type]  # names of its own
    if stage.one.state is State.CHANGING:
        stage.work()
    assert stage.one.state is State.SCHEDULED
