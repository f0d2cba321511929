"""The checks against a healthy practice tenant, and against broken ones."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509

from portal import clock
from portal.diagnostics import local_checks, remote_checks
from portal.diagnostics.models import Check, Verdict
from portal.email import store as email
from portal.outbox import automated
from portal.worker import store as worker
from sandbox import certificate
from tests.microsoft365.environment import Environment
from tests.support import builders, consents
from tests.support.raw_rows import raw
from tests.support.sandbox_server import CLIENT_ID

PAGE = "/admin/integrations/microsoft-365/checks"
OK, FAILED, SKIPPED = Verdict.OK, Verdict.FAILED, Verdict.SKIPPED


def found(env: Environment) -> dict[str, Check]:
    return {check.name: check for check in remote_checks.examine(env.services)}


def consent(env: Environment) -> None:
    env.sandbox.control("POST", "consent")
    consents.prove(env.services)


@pytest.fixture
def well(env: Environment) -> Environment:
    """A healthy portal: connected, consented, with a worker that reports."""
    env.connect("priya")
    consent(env)
    now = clock.utc_now()
    email.take_over_readable(env.rows, now=now)
    worker.report(env.rows, "w", "here", now=now)
    return env


def test_healthy_portal_passes_every_check(well: Environment) -> None:
    checks = found(well)

    assert {check.name for check in checks.values() if check.verdict is FAILED} == set()
    for name in (
        "Configuration",
        "Platform",
        "Token",
        "Clock",
        "Worker",
        "Email sync",
        "User sync",
        "Meeting rooms",
        "People",
        "Consent",
        "Guard of user sync",
        "Sync of mailboxes",
        "Runs of user sync",
        "Group calendars",
        "Redirect addresses",
    ):
        assert checks[name].verdict is OK, checks[name]


def test_missing_consent_is_no_failure(env: Environment) -> None:
    checks = found(env)

    assert checks["Token"].verdict is SKIPPED
    assert checks["User sync"].verdict is SKIPPED
    assert "not consented" in checks["User sync"].found


def test_missing_worker_is_reported_with_its_cure(env: Environment) -> None:
    check = found(env)["Worker"]

    assert check.verdict == FAILED
    assert "flask --app wsgi worker" in check.cure


def test_missing_role_is_named(well: Environment) -> None:
    well.sandbox.control("DELETE", "consent", {"roles": ["Place.Read.All"], "scopes": []})

    checks = found(well)

    assert checks["Token"].verdict is FAILED
    assert "Place.Read.All" in checks["Token"].found
    assert checks["Meeting rooms"].verdict is FAILED
    assert checks["User sync"].verdict is OK


def test_wrong_secret_fails(well: Environment) -> None:
    well.sandbox.control("PATCH", f"applications/{CLIENT_ID}", {"installed": False})

    assert found(well)["Token"].verdict is FAILED


@pytest.mark.parametrize(("seconds", "way"), [(3600, "behind"), (-3600, "ahead of")])
def test_clock_off_by_an_hour_fails(well: Environment, seconds: int, way: str) -> None:
    well.sandbox.control("PATCH", "tenant", {"clockOffset": seconds})

    check = found(well)["Clock"]

    assert check.verdict is FAILED
    assert way in check.found


def test_person_who_must_reconnect_is_named(well: Environment) -> None:
    with well.rows.write():
        raw(well.rows).execute("update connections set state = 'lapsed'")

    check = found(well)["People"]

    assert check.verdict == FAILED
    assert "priya@northwind.example" in check.found


def test_what_mail_tells_of_fails_here_too(well: Environment) -> None:
    now = clock.utc_now()
    hours_ago = clock.text(now - timedelta(hours=4))
    with well.rows.write():
        raw(well.rows).execute("update mailboxes set failure = 'x', failed_at = ?", [hours_ago])
        raw(well.rows).execute(
            "update directory_sync set failure = 'x', failed_at = ?", [hours_ago]
        )
        raw(well.rows).execute(
            "insert into directory_doubts (user_id, left_out, asked_at) "
            "select id, 'deleted', ? from users",
            [hours_ago],
        )
        raw(well.rows).execute("update consents set state = 'withdrawn'")

    checks = {check.name: check for check in local_checks.checks(well.services, now=now)}

    assert checks["Consent"].verdict is FAILED
    assert checks["Guard of user sync"].verdict is FAILED
    assert checks["Sync of mailboxes"].verdict is FAILED
    assert checks["Runs of user sync"].verdict is SKIPPED  # it may not run without the consent


def test_overdue_work_fails(well: Environment) -> None:
    later = clock.utc_now() + timedelta(hours=1)
    worker.report(well.rows, "w", "here", now=later)

    checks = {check.name: check for check in local_checks.checks(well.services, now=later)}

    assert checks["Worker"].verdict is FAILED
    assert "wait" in checks["Worker"].found


def test_page_shows_what_the_command_prints(well: Environment) -> None:
    alex = well.visitor(well.person("alex"))

    page = alex.post(PAGE)
    printed = well.app.test_cli_runner().invoke(args=["doctor"])

    assert printed.exit_code == 0, printed.output
    for check in remote_checks.examine(well.services):
        assert check.name in page.text
        assert check.name in printed.output


def test_command_fails_with_a_failed_check(env: Environment) -> None:
    printed = env.app.test_cli_runner().invoke(args=["doctor"])

    assert printed.exit_code == 1
    assert "failed" in printed.output


def test_quiet_command_says_nothing_while_all_is_well(well: Environment) -> None:
    printed = well.app.test_cli_runner().invoke(args=["doctor", "--quiet"])

    assert (printed.exit_code, printed.output) == (0, "")


def test_quiet_command_has_a_line_for_what_needs_a_person(well: Environment) -> None:
    builders.insert(
        well.rows,
        "outbox",
        {
            "id": "uncertain",
            "kind": "automated",
            "route": "smtp",
            "author_name": "Portal",
            "from_address": "no-reply@mail.northwind.example",
            "from_name": "Northwind",
            "subject": "Your interview",
            "text": "Until tomorrow.",
            "signature": "",
            "state": "asks",
            "created_at": builders.EARLIER,
            "free_at": builders.EARLIER,
            "due_at": builders.EARLIER,
        },
    )

    printed = well.app.test_cli_runner().invoke(args=["doctor", "--quiet"])

    assert printed.exit_code == 1
    assert printed.output == (
        "Sent mail: 1 message may have gone out, and Portal cannot tell. Open Integrations, "
        "Microsoft 365, Sending. It names who decides.\n"
    )


def test_held_mail_without_a_route_is_named(well: Environment) -> None:
    services = well.services
    notice = automated.Notice("rosa@mail.example", "Rosa", "Your interview", "Until tomorrow.")
    automated.queue_automated(
        well.rows, services.vault, services.config, notice, now=clock.utc_now()
    )

    checks = {each.name: each for each in local_checks.checks(services, now=clock.utc_now())}

    assert checks["Automated mail"].verdict is FAILED
    assert checks["Automated mail"].found == "1 message is held: there is no route."


def test_pasted_error_is_explained_and_kept_in_the_form(env: Environment) -> None:
    alex = env.visitor(env.person("alex"))

    page = alex.post(f"{PAGE}/error", {"text": "AADSTS50105: not assigned"})

    assert "not assigned to the application" in page.text
    assert "AADSTS50105: not assigned" in page.text
    assert alex.post(f"{PAGE}/error", {"text": ""}).status_code == 422


def test_unknown_error_is_looked_up_where_people_sign_in(env: Environment) -> None:
    alex = env.visitor(env.person("alex"))

    page = alex.post(f"{PAGE}/error", {"text": "AADSTS123456"}).text

    assert f"Look it up at {env.sandbox.url}/error?code=123456" in page
    assert "microsoftonline" not in page


@pytest.mark.parametrize(("days", "verdict"), [(90, OK), (30, FAILED), (-1, FAILED)])
def test_secret_in_the_settings_shows_its_expiry(
    env: Environment, days: int, verdict: Verdict
) -> None:
    now = clock.utc_now()
    end = (now + timedelta(days=days)).date()
    named = replace(env.services.microsoft365.settings, client_secret_expires=end)
    env.services.microsoft365.settings = named

    found = local_checks.checks(env.services, now=now)

    check = next(each for each in found if each.name == "Secret or certificate")
    assert (check.verdict, check.found) == (verdict, f"The client secret expires on {end}.")


@pytest.mark.parametrize(("days", "verdict"), [(90, OK), (30, FAILED), (-1, FAILED)])
def test_certificate_in_the_settings_shows_its_expiry(
    env: Environment, tmp_path: Path, days: int, verdict: Verdict
) -> None:
    files = certificate.make(tmp_path)
    pem = tmp_path / "microsoft.pem"
    pem.write_bytes(files[0].read_bytes() + files[1].read_bytes())
    end = x509.load_pem_x509_certificate(pem.read_bytes()).not_valid_after_utc
    named = replace(env.services.microsoft365.settings, client_certificate_file=pem)
    env.services.microsoft365.settings = named

    found = local_checks.checks(env.services, now=end - timedelta(days=days))

    check = next(each for each in found if each.name == "Secret or certificate")
    assert check.verdict is verdict, check
    assert str(end.date()) in check.found
