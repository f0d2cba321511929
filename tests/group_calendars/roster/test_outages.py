"""Outages of Microsoft during the daily read: what was known stays known."""

import pytest

from portal.audit.act import Act
from portal.audit.models import Actor
from portal.graph.errors import Throttled, Unavailable
from portal.group_calendars import checks
from portal.group_calendars import store as calendars
from portal.group_calendars.models import CheckName, Outcome
from portal.group_calendars.roster import troubles
from portal.group_calendars.roster.models import Status
from portal.integrations import platforms
from portal.worker import store as worker_store
from portal.worker.due import KINDS
from portal.worker.models import Job
from tests.email.environment import PRIYA
from tests.group_calendars.roster.crew import HIRING, WRITES_GROUPS, Crew

DIRECTORY = "groupTypes"
EXCHANGE = "allowExternalSenders"


def titles(crew: Crew) -> list[str]:
    return [each.title for each in troubles.all_troubles(crew.rows)]


def outcomes(crew: Crew) -> dict[CheckName, Outcome]:
    return {each.name: each.outcome for each in calendars.all_checks(crew.rows)[HIRING]}


def job(crew: Crew) -> Job:
    [found] = [each for each in worker_store.jobs(crew.rows, KINDS) if each.id == HIRING]
    return found


def read_daily(crew: Crew) -> None:
    crew.pass_time(days=1, minutes=1)
    crew.work()


@pytest.fixture
def failing(crew: Crew) -> Crew:
    """A crew whose group was made private and left the address list."""
    crew.connect(PRIYA, WRITES_GROUPS)
    crew.group(visibility="Private", hideFromAddressLists=True)
    crew.work()
    assert titles(crew) == ["A check of Recruiting fails."]
    return crew


@pytest.mark.parametrize(("status", "error"), [(503, Unavailable), (429, Throttled)])
def test_directory_that_is_down_cures_nothing(
    failing: Crew, status: int, error: type[Exception]
) -> None:
    since, success = failing.watch.failing_since, failing.watch.last_success_at
    failing.fault(DIRECTORY, status, retryAfter=600, times=50)

    read_daily(failing)

    assert titles(failing) == ["A check of Recruiting fails."]
    assert (failing.watch.failing_since, failing.watch.last_success_at) == (since, success)
    assert failing.watch.failure is not None
    assert failing.watch.is_throttled is (error is Throttled)
    failing.pass_time(minutes=9)
    assert not failing.work()


@pytest.mark.parametrize("status", [404, 501])
def test_failure_that_exchange_does_not_answer_for_stays(failing: Crew, status: int) -> None:
    failing.group(visibility="Public")
    failing.fault(EXCHANGE, status, times=50)

    read_daily(failing)

    assert titles(failing) == ["A check of Recruiting fails."]
    assert outcomes(failing)[CheckName.LISTED] is Outcome.FAILED
    assert outcomes(failing)[CheckName.PUBLIC] is Outcome.OK
    assert failing.status(failing.priya) is Status.READY


def test_exchange_that_does_not_find_a_group_deletes_nothing(crew: Crew) -> None:
    crew.connect(PRIYA, WRITES_GROUPS)
    crew.fault(EXCHANGE, 404, times=50)

    crew.work()

    found = next(
        each for each in calendars.all_checks(crew.rows)[HIRING] if each.name is CheckName.LISTED
    )
    assert (found.outcome, found.detail) == (Outcome.UNKNOWN, checks.NOT_FOUND)
    assert crew.watch.missing_since is None
    assert titles(crew) == []


@pytest.mark.parametrize("which", ["members", "owners"])
def test_list_that_is_not_found_deletes_nothing(crew: Crew, which: str) -> None:
    crew.connect(PRIYA, WRITES_GROUPS)
    crew.work()
    crew.fault(f"/groups/{crew.group_id}/{which}", 404, times=50)

    read_daily(crew)

    assert crew.watch.missing_since is None
    assert crew.status(crew.priya) is Status.READY
    assert titles(crew) == []


def test_nothing_is_read_while_microsoft_365_is_disabled(crew: Crew) -> None:
    crew.connect(PRIYA, WRITES_GROUPS)
    crew.work()
    crew.change("update group_calendar_watches set unwatched_since = due_at")
    platforms.disable_microsoft_365(Act(crew.rows, Actor.system("test"), crew.act.now))
    crew.pass_time(days=1, minutes=1)

    assert not crew.work()
    assert titles(crew) == []
    assert job(crew).off_because == "Microsoft 365 is not enabled"
    assert not job(crew).waits_for_a_worker(crew.act.now)
    assert job(crew).notes == ()
