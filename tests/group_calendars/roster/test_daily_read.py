"""The daily read of a group calendar, against the practice tenant."""

import pytest

from portal.group_calendars import store as calendars
from portal.group_calendars.models import CheckName, Outcome
from portal.group_calendars.roster import overview, troubles
from portal.group_calendars.roster.models import Probe, Status
from portal.worker import store as worker_store
from portal.worker.due import KINDS
from tests.email.environment import ALEX, PRIYA
from tests.group_calendars.roster.crew import HIRING, WRITES_GROUPS, Crew

SAM = "sam@northwind.example"


def titles(crew: Crew) -> list[str]:
    return [each.title for each in troubles.all_troubles(crew.rows)]


def test_member_is_ready_after_a_read_with_their_own_token(crew: Crew) -> None:
    crew.connect(PRIYA, WRITES_GROUPS)

    assert crew.work()

    assert crew.status(crew.priya) is Status.READY
    assert crew.status(crew.alex) is Status.NOT_CONNECTED
    assert crew.calls(f"/groups/{crew.group_id}/calendarView") == 1
    assert not crew.work()


def test_reading_a_public_group_proves_no_membership(crew: Crew) -> None:
    sam = crew.connect(SAM, WRITES_GROUPS)

    crew.work()

    found = crew.person(sam)
    assert (found.scheduler.state, found.status) == (Probe.READY, Status.NOT_MEMBER)


def test_owner_who_is_no_member_counts(crew: Crew) -> None:
    crew.connect(ALEX, WRITES_GROUPS)
    crew.group(members=[PRIYA])

    crew.work()

    assert crew.status(crew.alex) is Status.READY


def test_reconnect_is_what_is_needed_and_was_not_granted(crew: Crew) -> None:
    crew.connect(PRIYA)
    crew.work()

    assert crew.status(crew.priya) is Status.NOT_GRANTED
    assert crew.person(crew.priya).scheduler.lacks == (WRITES_GROUPS,)
    assert crew.calls("calendarView") == 0
    assert not crew.work()


def test_reconnecting_is_read_at_once(crew: Crew) -> None:
    crew.connect(PRIYA)
    crew.work()
    crew.pass_time(minutes=5)

    crew.connect(PRIYA, WRITES_GROUPS)

    assert crew.status(crew.priya) is Status.WAITING
    assert crew.work()
    assert crew.status(crew.priya) is Status.READY


def test_everybody_is_read_again_after_a_day(crew: Crew) -> None:
    crew.connect(PRIYA, WRITES_GROUPS)
    crew.work()
    crew.pass_time(hours=23)
    assert not crew.work()

    crew.pass_time(hours=2)

    assert crew.work()
    assert crew.calls("calendarView") == 2


def test_refused_read_is_marked_with_its_reason(crew: Crew) -> None:
    crew.connect(PRIYA, WRITES_GROUPS)
    crew.fault("calendarView", 403, code="ErrorAccessDenied", times=1)

    crew.work()

    found = crew.person(crew.priya)
    assert found.status is Status.REFUSED
    assert found.scheduler.reason.startswith("Microsoft refuses this calendar to them")
    assert crew.watch.unwatched_since is not None


def test_throttled_read_is_not_known_and_resumed(crew: Crew) -> None:
    crew.connect(PRIYA, WRITES_GROUPS)
    crew.connect(ALEX, WRITES_GROUPS)
    crew.fault("calendarView", 429, retryAfter=600, times=1)

    crew.work()

    assert crew.status(crew.priya) is Status.WAITING
    assert crew.watch.is_throttled
    assert not crew.work()
    crew.pass_time(minutes=11)
    assert crew.work()
    assert [crew.status(each) for each in (crew.priya, crew.alex)] == [Status.READY] * 2


def test_group_that_is_missing_once_is_not_deleted(crew: Crew) -> None:
    crew.connect(PRIYA, WRITES_GROUPS)
    crew.work()
    crew.pass_time(days=1, minutes=1)
    crew.fault(f"/groups/{crew.group_id}", 404, times=1)

    crew.work()

    assert titles(crew) == ["Microsoft did not find the group Recruiting."]
    assert not crew.work()
    crew.pass_time(minutes=31)
    crew.work()
    assert titles(crew) == []
    assert crew.status(crew.priya) is Status.READY


def test_group_that_is_missing_twice_was_deleted(crew: Crew) -> None:
    crew.connect(PRIYA, WRITES_GROUPS)
    crew.work()
    crew.env.sandbox.control("DELETE", f"groups/{crew.group_id}")
    crew.pass_time(days=1, minutes=1)
    crew.work()

    crew.pass_time(minutes=31)
    crew.work()

    assert titles(crew) == ["The group Recruiting was deleted."]
    assert calendars.calendar(crew.rows, HIRING).name == "Recruiting"
    jobs = worker_store.jobs(crew.rows, KINDS)
    [job] = [each for each in jobs if each.kind == "group-calendars"]
    assert job.notes == ("Microsoft says that this group was deleted.",)


def test_new_name_is_taken_over_and_said(crew: Crew) -> None:
    crew.connect(PRIYA, WRITES_GROUPS)
    crew.group(displayName="Talent")

    crew.work()

    assert calendars.calendar(crew.rows, HIRING).name == "Talent"
    assert crew.watch.renamed_from == "Recruiting"


@pytest.mark.parametrize(
    ("change", "title", "cure"),
    [
        ({"visibility": "Private"}, "It is not public.", "set Privacy to Public"),
        (
            {"resourceProvisioningOptions": []},
            "Teams is not enabled for the group.",
            "choose “Join or create a team”",
        ),
        (
            {"hideFromAddressLists": True},
            "The group is hidden from the address list.",
            "untick “Hide this group",
        ),
    ],
)
def test_check_that_fails_later_is_told_and_removes_nothing(
    crew: Crew, change: dict[str, object], title: str, cure: str
) -> None:
    crew.connect(PRIYA, WRITES_GROUPS)
    crew.work()
    assert titles(crew) == []
    crew.group(**change)
    crew.pass_time(days=1, minutes=1)

    crew.work()

    [found] = troubles.all_troubles(crew.rows)
    assert found.title == "A check of Recruiting fails."
    assert found.meaning == f"{title} Portal removes nothing."
    assert cure in found.cure
    assert found.since == crew.watch.last_success_at
    assert crew.status(crew.priya) is Status.READY
    crew.group(
        visibility="Public", resourceProvisioningOptions=["Team"], hideFromAddressLists=False
    )
    crew.pass_time(days=1, minutes=1)
    crew.work()
    assert titles(crew) == []


def test_half_of_the_answers_fail_no_check(crew: Crew) -> None:
    crew.connect(PRIYA, WRITES_GROUPS)
    crew.fault("allowExternalSenders", 501)

    crew.work()

    outcomes = {each.name: each.outcome for each in calendars.all_checks(crew.rows)[HIRING]}
    assert outcomes[CheckName.LISTED] is Outcome.UNKNOWN
    assert outcomes[CheckName.PUBLIC] is Outcome.OK
    assert titles(crew) == []


def test_clock_that_ran_ahead_is_made_up_for(crew: Crew) -> None:
    crew.pass_time(days=3)
    crew.connect(PRIYA, WRITES_GROUPS)
    crew.work()
    crew.pass_time(days=-3)
    crew.change("update group_calendar_watches set due_at = ?", "2026-01-01T00:00:00Z")
    before = crew.act.now

    assert crew.work()

    started_at = crew.watch.round_started_at
    assert started_at is not None
    assert before <= started_at <= crew.act.now
    assert not crew.work()


def test_all_members_disconnected_is_said_since_when(crew: Crew) -> None:
    crew.connect(PRIYA, WRITES_GROUPS)
    crew.work()
    watched = crew.watch
    assert watched.unwatched_since is None
    crew.pass_time(hours=1)

    crew.change("delete from connections")
    before = crew.act.now

    assert crew.work()
    since = crew.watch.unwatched_since
    assert since is not None
    assert before <= since <= crew.act.now
    assert titles(crew) == ["The calendar Recruiting is not watched."]
    assert not crew.work()
    crew.pass_time(hours=1)
    crew.connect(PRIYA, WRITES_GROUPS)
    crew.work()
    assert titles(crew) == []


def test_next_member_takes_over_from_a_refused_one(crew: Crew) -> None:
    for address in (PRIYA, ALEX):
        crew.connect(address, WRITES_GROUPS)
    crew.work()
    crew.pass_time(days=1, minutes=1)
    crew.fault(f"/groups/{crew.group_id}/members", 403, code="Authorization_RequestDenied", times=1)

    crew.work()

    [lost] = [each for each in (crew.priya, crew.alex) if crew.status(each) is Status.REFUSED]
    [next_one] = {crew.priya, crew.alex} - {lost}
    assert "a permission is missing" in crew.person(lost).scheduler.reason
    assert crew.person(next_one).scheduler.used_at == crew.watch.last_success_at
    assert crew.watch.unwatched_since is None


def test_longest_unused_token_reads_next(crew: Crew) -> None:
    for address in (PRIYA, ALEX):
        crew.connect(address, WRITES_GROUPS)
    crew.work()
    [first] = [each for each in (crew.priya, crew.alex) if crew.person(each).scheduler.used_at]
    [other] = {crew.priya, crew.alex} - {first}
    before = crew.person(first).scheduler.used_at
    crew.pass_time(days=1, minutes=1)

    crew.work()

    assert crew.person(first).scheduler.used_at == before
    assert crew.person(other).scheduler.used_at is not None


def test_disabled_and_limited_people_are_not_on_the_roster(crew: Crew) -> None:
    crew.env.hire("kim@northwind.example")
    crew.change("update users set role = 'limited' where id = 'kim'")
    crew.change("update users set is_enabled = 0 where id = ?", crew.priya)
    calendar = calendars.calendar(crew.rows, HIRING)

    found = overview.roster(crew.rows, calendar, now=crew.act.now)

    assert [each.scheduler.name for each in found.people] == ["Alex Berg"]
