"""kill -9 at each step of one kind of work, which another worker then takes over.

Directory and mailbox have runs of their own: directory.py and sync.py.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from bench.measure import answers, free_port
from bench.pages import GUNICORN
from faults.harness import fault_run, invariants, programs
from faults.harness.fault_run import ACTOR, FaultRun
from faults.harness.messages import NEWS
from faults.harness.organization import MEMBERS, OrganizationRun, organization
from faults.harness.outcome import Faults, Outcome
from faults.kills import group_calendars
from faults.kills.kill_driver import KillDriver, kill_driver, kill_from_same_rows
from portal.audit.act import Act
from portal.availability import openings
from portal.availability.jobs import CALENDARS
from portal.calendars import store as calendars
from portal.calendars.jobs import ROOMS
from portal.clock import text, utc_now
from portal.email.jobs import SEARCHES
from portal.group_calendars.roster.jobs import GROUP_CALENDARS
from portal.microsoft365 import authorizations, consent
from portal.microsoft365.jobs import CONSENT
from portal.vault import hash_token
from portal.worker import store
from portal.worker.due import SUBSCRIPTIONS, Kind
from sandbox.calendars import instances
from sandbox.directory import store as people
from sandbox.subscriptions import store as at_microsoft

ENDED = "2026-01-01T00:00:00Z"
WITHDRAWN = "organization consent withdrawn"
RETURNED = "organization consent returned"
ROLES = ("Mail.Read", "Place.Read.All")


@dataclass(frozen=True)
class Killed:
    """One row of a kind made due, and what is wrong when it was taken over and finished."""

    kind: Kind
    opened: Callable[[], AbstractContextManager[FaultRun]]
    make_due: Callable[[FaultRun, KillDriver], None]
    wrong: Callable[[FaultRun], list[str]]

    def is_left(self, run: FaultRun) -> bool:
        """Whether a row is due still. A claim on one that is not ends before its next turn."""
        now, jobs = utc_now(), store.jobs(run.services.rows, [self.kind])
        return any(each.is_due(now) for each in jobs)


def killed(case: Killed, *, every: int = 1) -> Outcome:
    """Nothing is lost or doubled, compared with the practice tenant's own records."""
    with case.opened() as run, kill_driver(run) as driver:
        case.make_due(run, driver)

        def take_over() -> None:
            run.end_claims()
            driver.do_due(case.kind.name)
            if case.is_left(run):
                run.wrong.append("it was not taken over")
            run.wrong += case.wrong(run)

        steps = kill_from_same_rows(
            run, driver, "due", check=take_over, every=every, kind=case.kind.name
        )
        run.wrong += case.wrong(run)
        wrong = [*run.wrong, *invariants.secrets_in(run.log, run)]
        return Outcome(run.struck, f"all {steps} steps; each once", tuple(wrong))


def _settled_mailbox() -> AbstractContextManager[FaultRun]:
    return fault_run.one_mailbox(messages=6)


def _find_newsletter(run: FaultRun, driver: KillDriver) -> None:
    """A candidate is new whose messages the mailbox has."""
    run.settle_with(driver.do_due)
    run.others[run.environment.add_candidate("Newsletter", [NEWS])] = NEWS


def _walk_to_newsletter(run: FaultRun, driver: KillDriver) -> None:
    """Microsoft refuses the search, so that the whole mailbox is read."""
    _find_newsletter(run, driver)
    run.inject(r"\$search=", status=400)
    driver.do_due("search")
    if not run.value("select count(*) from searches where stage = 'walking'"):
        run.wrong.append("the search was not refused")


def _wrong_feeds(run: FaultRun) -> list[str]:
    """Feeds against the mailbox, and searches that never ended."""
    left = run.value("select count(*) from searches where finished_at is null")
    return invariants.rows(run) + ([f"{left} searches go on"] if left else [])


def _organization() -> AbstractContextManager[FaultRun]:
    return organization(messages=0, roles=ROLES)


def _change_rooms(run: FaultRun, driver: KillDriver) -> None:
    """Rooms that are known go, change and are joined by more than a page has."""
    control = run.sandbox.control
    control("POST", "rooms/bulk", {"count": 3})
    driver.do_due("rooms")
    control("DELETE", "rooms/room1@northwind.example")
    control("PATCH", "rooms/room2@northwind.example", {"displayName": "Renamed"})
    control("POST", "rooms/bulk", {"count": 110, "start": 4})
    with run.services.rows.write():
        calendars.make_due(run.services.rows, now=utc_now())


def _wrong_rooms(run: FaultRun) -> list[str]:
    listed = run.sandbox.control("GET", "rooms")["value"]
    theirs = Counter((each["emailAddress"], each["displayName"]) for each in listed)
    found = run.services.rows.all(tuple, "select address, name from rooms where gone_at is null")
    ours = Counter((address, name) for address, name in found)
    return _differences(ours, theirs, "rooms")


def _differences(
    ours: Counter[tuple[str, str]], theirs: Counter[tuple[str, str]], what: str
) -> list[str]:
    counted = (((theirs - ours).total(), "lost"), ((ours - theirs).total(), "doubled or strange"))
    return [f"{count} {what} {how}" for count, how in counted if count]


@contextmanager
def _calendar() -> Iterator[FaultRun]:
    with organization(messages=0, roles=("Mail.Read", "Calendars.Read")) as run:
        act = Act(run.services.rows, ACTOR, utc_now())
        authorizations.set_reading_calendars(act, wanted=True)
        yield run


def _change_calendar(run: FaultRun, driver: KillDriver) -> None:
    """Times that are known move and go, and others are new, among them a series."""
    control, path = run.sandbox.control, f"mailboxes/{MEMBERS[0]}/events"
    day = (utc_now() + timedelta(days=1)).date().isoformat()
    span = {"start": f"{day}T09:00:00Z", "end": f"{day}T10:00:00Z"}
    known = [control("POST", path, span)["id"] for _ in range(3)]
    openings.note(run.services.rows, run.user_id, now=utc_now())
    driver.do_due("calendar")
    control("DELETE", f"{path}/{known[0]}")
    control("PATCH", f"{path}/{known[1]}", {"end": f"{day}T11:00:00Z"})
    control("POST", path, {**span, "recurrence": _daily(day)})
    run.change("update calendar_reads set due_at = ?", [ENDED])


def _daily(day: str) -> dict[str, object]:
    span = {"type": "numbered", "startDate": day, "numberOfOccurrences": 3}
    return {"pattern": {"type": "daily", "interval": 1}, "range": span}


def _wrong_calendar(run: FaultRun) -> list[str]:
    """The times that are kept against the calendar of the tenant."""
    tenant, rows = run.sandbox.state, run.services.rows
    owner = people.person(tenant, MEMBERS[0])
    now = utc_now()
    events = instances.between(tenant, owner["id"], now, now + timedelta(days=30)) if owner else []
    theirs = Counter((text(each.starts_at), text(each.ends_at)) for each in events)
    ours = Counter(rows.all(tuple, "select starts_at, ends_at from calendar_times"))
    unchecked = rows.value(int, "select 1 - count(*) from calendar_series")
    wrong = [f"{unchecked} series are not checked"] if unchecked else []
    return wrong + _differences(ours, theirs, "times")


def _withdraw(run: FaultRun, _driver: KillDriver) -> None:
    _of_organization(run).withdraw()
    consent.ask_again(run.services.rows, now=utc_now())


def _return(run: FaultRun, driver: KillDriver) -> None:
    """Give it again, with fewer roles than before."""
    _withdraw(run, driver)
    driver.do_due("consent")
    _of_organization(run).consent(ROLES[0])
    consent.ask_again(run.services.rows, now=utc_now())


def _of_organization(run: FaultRun) -> OrganizationRun:
    if not isinstance(run, OrganizationRun):
        raise TypeError("This fault needs an organization.")
    return run


def _wrong_consent(run: FaultRun, *, state: str, roles: tuple[str, ...], told: str) -> list[str]:
    """Compare it with what Microsoft has; the change is told once."""
    rows = run.services.rows
    found = rows.all(str, "select role from consent_roles order by role")
    is_state = rows.value(str, "select state from consents") == state
    count = rows.value(int, "select count(*) from audit_log where action = ?", [told])
    wrong = [] if is_state and found == list(roles) else [f"not {state} with {roles}: {found}"]
    return wrong + ([] if count == 1 else [f"{told} {count} times"])


@contextmanager
def _answering_web() -> Iterator[FaultRun]:
    """A mailbox whose portal Microsoft can call before it opens a subscription."""
    port = free_port()
    with fault_run.one_mailbox(messages=1) as run:
        run.environment.variables["PORTAL_BASE_URL"] = f"http://localhost:{port}"
        web = programs.start(run, "-m", *GUNICORN, "--bind", f"127.0.0.1:{port}", "wsgi:app")
        with programs.stopping(web):
            run.until(lambda: answers(port, "/healthz"), "the web answered")
            yield run


def _open(_run: FaultRun, _driver: KillDriver) -> None:
    """Every member who may be told is due for one."""


def _renew(run: FaultRun, driver: KillDriver) -> None:
    driver.do_due("subscription")
    run.change("update subscriptions set due_at = ?", [ENDED])


def _reopen(run: FaultRun, driver: KillDriver) -> None:
    """Microsoft lost it."""
    _renew(run, driver)
    _end_at_microsoft(run)


def _end_at_microsoft(run: FaultRun) -> None:
    for each in at_microsoft.live(run.sandbox.state):
        at_microsoft.end(run.sandbox.state, each["id"])


def _wrong_subscription(run: FaultRun) -> list[str]:
    """The one Microsoft keeps is the one Portal knows, with the same secret."""
    kept = at_microsoft.live(run.sandbox.state)
    theirs = Counter((each["id"], hash_token(each["client_state"])) for each in kept)
    sql = "select microsoft_id, client_state_hash from subscriptions where state = 'open'"
    found = run.services.rows.all(tuple, sql)
    ours = Counter((microsoft_id, secret) for microsoft_id, secret in found)
    wrong = [] if len(kept) == 1 else [f"{len(kept)} subscriptions are open at Microsoft"]
    return wrong + _differences(ours, theirs, "subscriptions")


def _wrong_new_subscription(run: FaultRun) -> list[str]:
    wrong = _wrong_subscription(run)
    _end_at_microsoft(run)  # as it was before the next strike
    return wrong


CASES = {
    "search-killed": Killed(SEARCHES, _settled_mailbox, _find_newsletter, _wrong_feeds),
    "walk-killed": Killed(SEARCHES, _settled_mailbox, _walk_to_newsletter, _wrong_feeds),
    "rooms-killed": Killed(ROOMS, _organization, _change_rooms, _wrong_rooms),
    "calendar-killed": Killed(CALENDARS, _calendar, _change_calendar, _wrong_calendar),
    "consent-withdrawn-killed": Killed(
        CONSENT,
        _organization,
        _withdraw,
        partial(_wrong_consent, state="withdrawn", roles=(), told=WITHDRAWN),
    ),
    "consent-returned-killed": Killed(
        CONSENT,
        _organization,
        _return,
        partial(_wrong_consent, state="working", roles=ROLES[:1], told=RETURNED),
    ),
    "group-calendar-killed": Killed(
        GROUP_CALENDARS, _settled_mailbox, group_calendars.add, group_calendars.wrong
    ),
    "subscription-opened-killed": Killed(
        SUBSCRIPTIONS, _answering_web, _open, _wrong_new_subscription
    ),
    "subscription-renewed-killed": Killed(
        SUBSCRIPTIONS, _answering_web, _renew, _wrong_subscription
    ),
    "subscription-lost-killed": Killed(
        SUBSCRIPTIONS, _answering_web, _reopen, _wrong_new_subscription
    ),
}
FAULTS: Faults = {name: partial(killed, case) for name, case in CASES.items()}
