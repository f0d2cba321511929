"""Mail against a real server: encryption, login, and what each of its answers means."""

import socket
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from portal.email_domain import connection
from portal.email_domain.delivery import delivered
from portal.email_domain.models import Delivery, Mailbox, Outgoing, RefusedRecipient, Result
from portal.email_domain.rules import Reach
from portal.smtp_config import Security, SmtpConfig
from tests.support.smtp_server import Faults, MailServer, running_mail_server

PRACTICE = Reach(has_practice_servers=True)
ROSA, ADA = Mailbox("rosa@mail.example", "Rosa Ortega"), Mailbox("ada@mail.example")
MAIL = Outgoing("019-mail", "Your interview", "Until tomorrow.", to=(ROSA, ADA))


@pytest.fixture(params=[*Security])
def server(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[MailServer]:
    with running_mail_server(tmp_path, security=request.param) as server:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(server.bundle))
        yield server


def attempt(smtp: SmtpConfig, now: datetime, *, reach: Reach = PRACTICE) -> tuple[Delivery, bool]:
    """One attempt, and whether the server was allowed to take the mail."""
    called: list[None] = []
    found = delivered(smtp, MAIL, reach=reach, before_data=lambda: called.append(None), now=now)
    return found, bool(called)


def test_mail_reaches_every_recipient_once(server: MailServer, now: datetime) -> None:
    found = attempt(server.config(), now)

    [(recipients, message)] = server.taken
    assert found == (Delivery(Result.ACCEPTED), True)
    assert recipients == ("rosa@mail.example", "ada@mail.example")
    assert message["Message-ID"] == "<019-mail@mail.northwind.example>"
    assert message.get_content() == "Until tomorrow.\r\n"


def test_wrong_password_waits_for_an_administrator(server: MailServer, now: datetime) -> None:
    found, could_go = attempt(server.config(password="wrong"), now)  # wrong indeed

    assert (found.result, could_go, server.taken) == (Result.AGAIN, False, [])
    assert found.sentence.startswith("localhost refused the user name or the password (535 5.7.8).")


def test_unknown_certificate_is_refused(
    server: MailServer, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")

    found, could_go = attempt(server.config(), now)

    assert (found.result, could_go, server.taken) == (Result.REFUSED, False, [])
    assert found.sentence.startswith("The certificate of localhost could not be verified")


@pytest.mark.parametrize("security", [*Security])
def test_certificate_of_another_name_is_refused(
    security: Security, tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = "smtp.other.example"
    with running_mail_server(tmp_path, security=security, certificate_for=other) as server:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(server.bundle))

        found, could_go = attempt(server.config(), now)

    assert (found.result, could_go, server.taken) == (Result.REFUSED, False, [])


def test_missing_starttls_is_refused_before_login(tmp_path: Path, now: datetime) -> None:
    with running_mail_server(tmp_path, offers_starttls=False) as server:
        found, could_go = attempt(server.config(), now)

    assert (found.result, could_go, server.taken) == (Result.REFUSED, False, [])
    assert found.sentence.startswith("localhost offers no STARTTLS")
    assert server.logins == []


@pytest.mark.parametrize(
    ("faults", "result", "could_go"),
    [
        (Faults(after_mail="451 4.3.0 later"), Result.AGAIN, False),
        (Faults(after_mail="550 5.7.1 no"), Result.REFUSED, False),
        (Faults(cuts_at_recipient=True), Result.AGAIN, False),
        (Faults(to_data="451 4.3.0 later"), Result.AGAIN, True),
        (Faults(to_data="554 5.6.0 no"), Result.REFUSED, True),
        (Faults(cuts_after_data=True), Result.ASKS, True),
        (Faults(by_recipient={"ada@mail.example": "450 4.2.1 later"}), Result.AGAIN, False),
    ],
)
def test_answer_decides_what_becomes_of_the_mail(
    server: MailServer, now: datetime, faults: Faults, result: Result, could_go: bool
) -> None:
    server.faults = faults

    found = attempt(server.config(), now)

    assert (found[0].result, found[1]) == (result, could_go)
    assert found[0].sentence


def test_refused_recipient_is_named_and_the_others_get_the_mail(
    server: MailServer, now: datetime
) -> None:
    server.faults = Faults(by_recipient={"ada@mail.example": "550 5.1.1 no such user"})

    found, _ = attempt(server.config(), now)

    refused = (RefusedRecipient("ada@mail.example", "550 5.1.1"),)
    assert found == Delivery(Result.ACCEPTED, refused=refused)
    assert [recipients for recipients, _ in server.taken] == [("rosa@mail.example",)]


def test_mail_that_every_recipient_refuses_is_refused(server: MailServer, now: datetime) -> None:
    no = "550 5.1.1 no such user"
    server.faults = Faults(by_recipient={"ada@mail.example": no, "rosa@mail.example": no})

    found, could_go = attempt(server.config(), now)

    assert (found.result, could_go, len(found.refused)) == (Result.REFUSED, False, 2)
    assert found.sentence == "localhost refused the mail (550 5.1.1)."


def test_server_that_is_away_is_asked_again(server: MailServer, now: datetime) -> None:
    found, could_go = attempt(server.config(port=9), now)

    assert (found.result, could_go) == (Result.AGAIN, False)
    assert found.sentence == "localhost could not be reached at port 9. Nothing was sent."


def test_silent_server_is_left_after_the_time_of_a_call(
    server: MailServer, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "TOTAL_SECONDS", 1.0)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        before, could_go = attempt(server.config(port=silent.getsockname()[1]), now)
    server.faults = Faults(stalls_for=3.0)

    after, _ = attempt(server.config(), now)

    assert (before.result, could_go) == (Result.AGAIN, False)
    assert after.result is Result.ASKS


def test_private_server_needs_the_environment(server: MailServer, now: datetime) -> None:
    page, could_go = attempt(server.config(), now, reach=Reach())
    environment, _ = attempt(server.config(), now, reach=Reach(is_open=True))

    assert (page.result, could_go) == (Result.REFUSED, False)
    assert environment.result is Result.ACCEPTED
    assert len(server.taken) == 1
