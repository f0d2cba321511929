"""The route of mail about what needs people, and mail that waits for it."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from portal import clock
from portal.alerts import route, store
from portal.outbox import store as outbox
from portal.outbox.models import State
from tests.alerts.needs import NeedsOffice
from tests.email.environment import ALEX, PRIYA
from tests.outbox.office import JOBS
from tests.support.raw_rows import raw
from tests.support.smtp_server import MailServer, running_mail_server
from tests.support.visitors import visitor


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    with running_mail_server(tmp_path) as server:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(server.bundle))
        yield server


def fill_limit(office: NeedsOffice) -> None:
    """A thousand automated mails went out an hour ago."""
    office.lapse()
    office.round()
    [mail_id] = office.env.rows.all(str, "select outbox_id from alert_mails where user_id = 'alex'")
    at = clock.text(clock.utc_now() - timedelta(hours=1))
    with office.env.rows.write():
        raw(office.env.rows).table("outbox_attempts").insert_all(
            {
                "outbox_id": mail_id,
                "number": number + 100,
                "through_id": office.jobs,
                "stage": "consent",
                "started_at": at,
                "ended_at": at,
                "outcome": "accepted",
            }
            for number in range(1_000)
        )
    office.reconnect()
    office.round()


def test_withdrawn_consent_goes_only_by_the_email_domain(
    office: NeedsOffice, server: MailServer
) -> None:
    office.withdraw()
    office.round()
    assert office.told() == Counter()
    assert office.waiting() == []

    office.enter_domain(server)
    office.round()
    office.hand_over()

    [(recipients, message)] = server.taken
    assert recipients == (ALEX,)
    assert message["Subject"].startswith("Needs you: Your organization's consent was withdrawn")
    assert message["Auto-Submitted"] == "auto-generated"
    assert office.told() == Counter()


def test_expired_secret_does_not_go_through_microsoft(
    office: NeedsOffice, server: MailServer
) -> None:
    office.expire_on(clock.utc_now().date() - timedelta(days=1))
    office.round()
    assert office.waiting() == []

    office.enter_domain(server)
    office.round()
    office.hand_over()

    [(_, message)] = server.taken
    assert "expired on" in message.get_content()


def test_nothing_is_queued_without_a_route(office: NeedsOffice) -> None:
    office.change("delete from automated_senders")
    office.lapse()

    office.round()
    assert office.waiting() == []
    office.choose_jobs()
    office.round()

    assert office.told() == Counter({ALEX: 1, PRIYA: 1})


def test_cause_that_is_over_is_withdrawn_before_its_mail_goes(office: NeedsOffice) -> None:
    fill_limit(office)
    office.pass_time(hours=23, minutes=30)
    office.change("update outbox_attempts set started_at = ?", clock.text(clock.utc_now()))
    office.pass_time(minutes=40)
    office.lapse()
    office.round()
    held = office.waiting()
    assert len(held) == 2

    office.reconnect()
    office.round()

    rows = office.env.rows
    assert {outbox.mail(rows, each.id).state for each in held} == {State.WITHDRAWN}
    assert store.open_mails(rows) == []
    assert office.told() == Counter({ALEX: 1, PRIYA: 1})


def test_held_mail_is_written_anew_when_more_needs_its_person(office: NeedsOffice) -> None:
    fill_limit(office)
    office.pass_time(hours=23, minutes=30)
    office.change("update outbox_attempts set started_at = ?", clock.text(clock.utc_now()))
    office.pass_time(minutes=40)
    office.lapse()
    office.round()
    office.ask_by_guard()

    office.round()
    office.round()

    to_alex = [each for each in office.waiting() if "User sync would disable" in each.text]
    assert len(to_alex) == 1
    assert len(office.waiting()) == 2


def test_page_says_by_which_route_mail_goes(
    office: NeedsOffice, connected_app: Flask, server: MailServer
) -> None:
    path = "/settings/needs-you"
    alex = visitor(connected_app, "alex")

    by_jobs = alex.text(path)
    office.withdraw()
    refused = alex.text(path)
    office.enter_domain(server)
    by_domain = alex.text(path)
    office.change("delete from email_domains")
    office.change("delete from consents")
    without = alex.text(path)

    assert route.BY_MICROSOFT.format(address=JOBS) in by_jobs
    assert route.REFUSED in refused
    assert route.BY_DOMAIN.format(address="no-reply@mail.northwind.example") in by_domain
    assert route.NO_ROUTE in without
