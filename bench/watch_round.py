"""One quiet poll of a group's calendar with many coming interviews."""

import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import requests

from bench import canned_calendar, product
from bench.measure import Outcome, folder, report
from portal.audit.act import Act
from portal.clock import utc_now
from portal.entra.models import Identity, PersonToken
from portal.group_calendars import store as group_calendars
from portal.group_calendars.models import GroupCalendar
from portal.interviews import store
from portal.interviews.models import (
    CalendarSource,
    Event,
    Goal,
    Home,
    Interview,
    Place,
    Role,
    State,
    Step,
)
from portal.interviews.watch.jobs import WATCH
from portal.microsoft365 import connections
from portal.microsoft365.permissions import Feature, scopes_needed
from portal.services import Services

INTERVIEWS = 200
EVENTS = 2 * INTERVIEWS
CALENDAR, GROUP = "hiring", "5f000000-0000-4000-8000-00000000000a"
OWNER = f"00000000-0000-4000-8000-{1:012d}"


def watch_round() -> Iterator[Outcome]:
    """Requests, and wall time with 80 ms a request; the calendar gives a hundred events a page."""
    with canned_calendar.canned_calendar(EVENTS) as root, folder() as place:
        found = report("bench.watch_round", root, str(place))
    asked, seconds, at_once = found["asked"], found["seconds"], found["most_at_once"]
    what = f"a quiet poll of {INTERVIEWS} interviews on a group's calendar"
    yield Outcome("13", what, f"{asked} requests", "<= 10", asked <= 10)
    yield Outcome(
        "13", "the same, wall, 80 ms a request", f"{seconds:.2f} s", "<= 2 s", seconds <= 2
    )
    yield Outcome("13", "the same, requests at once", str(at_once), "<= 4", at_once <= 4)


def main() -> None:
    """Take ROOT FOLDER; print what one round asked and took."""
    root, place = sys.argv[1], Path(sys.argv[2])
    services = product.services_for(place, root)
    _fill(services, _member(services))
    before = _counts(root)
    claim = WATCH.claim(services, "bench", now=utc_now())
    if claim is None:
        raise RuntimeError("no calendar is due")
    started = time.perf_counter()
    WATCH.work(services, claim, lambda: False)
    seconds = time.perf_counter() - started
    after = _counts(root)
    asked = after["asked"] - before["asked"]
    if asked != after["counts"][canned_calendar.VIEW]:
        raise RuntimeError(f"the round was not quiet: {after['counts']}")
    found = {"asked": asked, "seconds": seconds, "most_at_once": after["most_at_once"]}
    print(orjson.dumps(found).decode())


def _counts(root: str) -> dict[str, Any]:
    found: dict[str, Any] = requests.get(f"{root}/_counts", timeout=5).json()
    return found


def _member(services: Services) -> str:
    """A member of the group whose connection may read its calendar."""
    user_id = product.add_mailbox(services, 1)
    now = utc_now()
    token = PersonToken(
        access_token="mailbox-1",
        refresh_token="none",
        expires_at=now + timedelta(hours=12),
        scopes=frozenset(scopes_needed((Feature.SIGN_IN, Feature.GROUP_CALENDARS))),
        identity=Identity(product.TENANT, OWNER, "owner@bench.example", "Owner"),
    )
    connections.connect(
        Act(services.rows, product.ACTOR, now), services.vault, user_id=user_id, token=token
    )
    return user_id


def _fill(services: Services, organizer_id: str) -> None:
    """Interviews that Portal read before: nothing changed since."""
    now = utc_now()
    calendar = GroupCalendar(
        id=CALENDAR,
        group_id=GROUP,
        name="Hiring",
        address="hiring@bench.example",
        is_default=False,
        default_since=None,
        default_until=None,
        added_by=organizer_id,
        added_at=now,
        checked_at=now,
    )
    with services.rows.write():
        group_calendars.add(
            services.rows,
            calendar,
        )
        for number in range(INTERVIEWS):
            one = _interview(number, organizer_id)
            store.add(services.rows, one)
            for role, event in zip(Role, (2 * number, 2 * number + 1), strict=True):
                store.save_event(services.rows, _event(one, role, event))


def _interview(number: int, organizer_id: str) -> Interview:
    starts_at = canned_calendar.start_of(2 * number)
    return Interview(
        id=f"interview-{number}",
        candidate_id=None,
        candidate_name=f"Candidate {number}",
        candidate_address=f"candidate{number}@mail.example",
        kind_id=None,
        title="Interview",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        zone="UTC",
        candidate_zone="",
        place=Place.PHONE,
        place_text="",
        room_id=None,
        room_name="",
        room_address="",
        calendar=Home.GROUP,
        calendar_source=CalendarSource.ORGANIZATION,
        calendar_id=CALENDAR,
        organizer_id=organizer_id,
        organizer_name="Owner 1",
        is_one_event=False,
        words="",
        state=State.SCHEDULED,
        goal=Goal.SCHEDULED,
        reason="",
        comment="",
        version=1,
        generation=1,
        join_url="",
        scheduled_by=organizer_id,
        scheduled_by_name="Owner 1",
        created_at=starts_at - timedelta(days=30),
        changed_at=starts_at - timedelta(days=30),
    )


def _event(one: Interview, role: Role, number: int) -> Event:
    planned = Event(f"event-{number}", one.id, role, 1, GROUP, one.organizer_id, Step.INVITED)
    return replace(
        planned,
        graph_id=canned_calendar.graph_id(number),
        agreed_starts_at=one.starts_at,
        agreed_ends_at=one.ends_at,
        etag=canned_calendar.etag(number),
        seen_etag=canned_calendar.etag(number),
    )


if __name__ == "__main__":
    main()
