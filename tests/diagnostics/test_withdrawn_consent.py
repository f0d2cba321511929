"""Withdrawn consent: one cause, one sentence and one cure, on every page that follows from it."""

import html
from datetime import timedelta

import pytest

from portal import clock
from portal.diagnostics import remote_checks
from portal.diagnostics.models import Verdict
from portal.email import store as email
from portal.microsoft365 import connections, consent_verification
from portal.worker import store as worker
from portal.worker.due import KINDS
from tests.microsoft365.environment import Environment
from tests.support import consents
from tests.support.raw_rows import raw
from tests.support.visitors import words

PAGE = "/admin/integrations/microsoft-365"
JOBS = "/admin/jobs"
GIVE_AGAIN = "An administrator has to give it again."
OWN_WAY = "You can also connect your own account."
WRONG = (
    "has to connect or reconnect",
    "Needs a reconnect",
    "keeps trying",
    "restart the worker",
    "Nobody has to reconnect",
    "It was not withdrawn",
    "told of",
)


@pytest.fixture
def lost(env: Environment) -> str:
    """Alex and Priya without connections, whose organization withdrew. The cause as said."""
    env.person("alex"), env.person("priya")
    env.sandbox.control("POST", "consent")
    consents.prove(env.services)
    now = clock.utc_now()
    email.take_over_readable(env.rows, now=now)
    for kind in KINDS:
        kind.plan(env.services, now)
    env.sandbox.control("DELETE", "consent")
    consent_verification.look_again(env.rows, env.services.microsoft365)
    with env.rows.write():
        raw(env.rows).execute("update directory_sync set due_at = ?", [at(hours=-1)])
        raw(env.rows).execute("update mailboxes set due_at = ?", [at(hours=-1)])
    worker.report(env.rows, "w", "here", now=now)
    today = clock.utc_now()
    return f"Your organization's consent was withdrawn on {today.day} {today:%B}."


def at(*, hours: int) -> str:
    return clock.text(clock.utc_now() + timedelta(hours=hours))


def shown(env: Environment, name: str, path: str) -> str:
    user_id = raw(env.rows).execute(
        "select id from users where address = ?", [f"{name}@northwind.example"]
    )
    return html.unescape(words(env.visitor(user_id.fetchone()[0]).get(path))).replace("\u2019", "'")


@pytest.mark.parametrize("path", ["/candidates", "/settings/email", "/settings/microsoft-365"])
def test_people_read_the_cause_its_cure_and_their_own_way(
    env: Environment, lost: str, path: str
) -> None:
    page = shown(env, "priya", path)

    assert page.count(lost) == 1
    assert GIVE_AGAIN in page
    assert OWN_WAY in page
    assert not any(each in page for each in WRONG)


def test_administrators_read_it_once_beside_no_green_pill(env: Environment, lost: str) -> None:
    page = shown(env, "alex", PAGE)

    assert page.count(f"{lost} {GIVE_AGAIN}") == 1
    assert "Enabled" not in page.split("Work for the organization has stopped")[0]


def test_jobs_wait_for_consent_and_for_nobody_else(env: Environment, lost: str) -> None:
    page, now = shown(env, "alex", JOBS), clock.utc_now()
    waiting = [each for each in worker.jobs(env.rows, KINDS) if each.waits_for]

    assert f"{lost} {GIVE_AGAIN}" in page
    assert {"mailboxes", "organization"} <= {each.kind for each in waiting}
    assert {"User sync", "Meeting rooms"} <= {each.about for each in waiting}
    assert {each.reason for each in waiting} == {f"{lost} {GIVE_AGAIN}"}
    assert not any(each.waits_for_a_worker(now) for each in waiting)
    assert not any(each in page for each in WRONG)


def test_checks_and_doctor_make_one_failure_of_one_cause(env: Environment, lost: str) -> None:
    checks = {each.name: each for each in remote_checks.examine(env.services)}
    printed = env.app.test_cli_runner().invoke(args=["doctor"]).output

    assert [name for name, each in checks.items() if each.verdict is Verdict.FAILED] == ["Consent"]
    assert lost in checks["Consent"].found
    for name in ("Token", "People", "Sync of mailboxes", "User sync", "Email sync"):
        assert (checks[name].verdict, checks[name].found) == (
            Verdict.SKIPPED,
            f"{lost} {GIVE_AGAIN}",
        )
    assert lost in printed
    assert not any(each in printed for each in WRONG)


def test_checks_notice_a_withdrawal_that_nobody_noticed_before(env: Environment) -> None:
    env.person("priya")
    env.sandbox.control("POST", "consent")
    consents.prove(env.services)
    env.sandbox.control("DELETE", "consent")

    checks = {each.name: each for each in remote_checks.examine(env.services)}

    assert checks["Consent"].verdict is Verdict.FAILED


@pytest.mark.parametrize("path", ["/candidates", "/settings/email"])
def test_people_whose_connection_ended_are_told_to_reconnect(env: Environment, path: str) -> None:
    user_id, priya = env.connect("priya")
    email.take_over_readable(env.rows, now=clock.utc_now())
    with env.rows.write():
        raw(env.rows).execute("update mailboxes set failure = 'x', failed_at = ?", [at(hours=-1)])
    ended = env.connection(user_id)
    connections.lapse(env.rows, ended, failure="Microsoft ended it.", now=clock.utc_now())

    page = words(priya.get(path))

    assert "Your connection to Microsoft 365 has ended. Reconnect it, and sync goes on" in page
    assert "trying" not in page
