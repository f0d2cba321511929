"""The page “Sending”: who opens it, the email domain tried live, the mailbox, and what is held."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from portal import clock
from portal.email_domain import store as domain_store
from portal.microsoft365 import authorization_store
from portal.outbox import automated, automated_store, store
from portal.outbox.automated import Notice
from portal.storage.rows import Rows
from portal.storage.settings import save_setting
from tests.support import builders
from tests.support.raw_rows import raw
from tests.support.smtp_server import PASSWORD, USERNAME, Faults, MailServer, running_mail_server
from tests.support.visitors import Visitor, portal_of_two, services_of, visitor

PAGE = "/admin/sending"


@pytest.fixture
def app(rows: Rows, instance: Path) -> Flask:
    builders.user(rows, "Alex Berg", role="admin")
    return portal_of_two(rows, instance)


@pytest.fixture
def alex(app: Flask) -> Visitor:
    return visitor(app, "alex")


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    with running_mail_server(tmp_path) as server:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(server.bundle))
        yield server


def typed(server: MailServer, **changes: str) -> dict[str, str]:
    return {
        "host": "localhost",
        "port": str(server.port),
        "security": "starttls",
        "username": USERNAME,
        "password": PASSWORD,
        "from_address": "no-reply@mail.northwind.example",
        "from_name": "Northwind Hiring",
        "reply_to": "",
    } | changes


def queue(app: Flask, **changes: object) -> None:
    services = services_of(app)
    automated.queue_automated(
        services.rows,
        services.vault,
        services.config,
        Notice("rosa@mail.example", "Rosa", "Thank you for applying", "We have it.", **changes),  # type: ignore[arg-type]  # a test names what it adds
        now=clock.utc_now(),
    )


@pytest.mark.parametrize("name", ["priya", "kim"])
def test_only_administrators_open_it(app: Flask, name: str) -> None:
    person = visitor(app, name)

    assert person.get(PAGE).status_code == 403
    for path in ("email-domain", "email-domain/removal", "test", "mailbox", "decisions/x"):
        assert person.post(f"{PAGE}/{path}").status_code == 403


def test_microsoft_365_leads_to_it(alex: Visitor) -> None:
    assert f'href="{PAGE}"' in alex.get("/admin/integrations/microsoft-365").text


def test_domain_is_saved_after_a_live_mail(alex: Visitor, app: Flask, server: MailServer) -> None:
    answer = alex.post(f"{PAGE}/email-domain", typed(server))

    text = alex.text(PAGE)
    [(recipients, _)] = server.taken
    assert answer.status_code == 303
    assert recipients == ("alex@northwind.example",)
    assert "localhost took a test mail to alex@northwind.example" in text
    assert "It goes out from no-reply@mail.northwind.example by the email domain" in text
    assert PASSWORD not in alex.get(PAGE).text


def test_domain_that_fails_is_not_saved(alex: Visitor, app: Flask, server: MailServer) -> None:
    server.faults = Faults(after_mail="550 5.7.1 no")

    answer = alex.post(f"{PAGE}/email-domain", typed(server))

    assert answer.status_code == 422
    assert "localhost refused the mail (550 5.7.1). The settings were not saved." in answer.text
    assert 'value="Northwind Hiring"' in answer.text
    assert domain_store.entered(services_of(app).rows) is None


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"host": "smtp.office365.com"}, "Microsoft ends sending with a password"),
        ({"host": "smtp.hve.mx.microsoft"}, "delivers to people inside your organization only"),
        ({"port": "x"}, "A port is a number, such as 587."),
        ({"from_name": "A\u2028B"}, "This has to stay on one line."),
        ({"from_address": "a@b.example, c@d.example"}, "address"),
    ],
)
def test_wrong_settings_are_refused(
    alex: Visitor, server: MailServer, changes: dict[str, str], sentence: str
) -> None:
    answer = alex.post(f"{PAGE}/email-domain", typed(server, **changes))

    assert answer.status_code == 422
    assert sentence in answer.text
    assert server.taken == []


def test_domain_is_removed_and_mail_is_held(alex: Visitor, app: Flask, server: MailServer) -> None:
    alex.post(f"{PAGE}/email-domain", typed(server))
    queue(app)

    answer = alex.post(f"{PAGE}/email-domain/removal")

    text = alex.text(PAGE)
    assert answer.status_code == 303
    assert domain_store.entered(services_of(app).rows) is None
    assert "Automated mail has no route." in text
    assert "1 message is held until then." in text


def test_jobs_page_shows_the_queue(alex: Visitor, app: Flask, server: MailServer) -> None:
    alex.post(f"{PAGE}/email-domain", typed(server))
    queue(app)

    assert "Email domain Due Waiting to send" in alex.text("/admin/jobs")


def test_test_mail_goes_by_the_domain(alex: Visitor, server: MailServer) -> None:
    alex.post(f"{PAGE}/email-domain", typed(server))
    server.taken.clear()

    alex.post(f"{PAGE}/test")
    taken = alex.text(PAGE)
    server.faults = Faults(after_mail="451 4.3.0 later")
    alex.post(f"{PAGE}/test")
    failed = alex.text(PAGE)

    assert len(server.taken) == 1
    assert "localhost took a test mail to alex@northwind.example. Check that it arrived." in taken
    assert "The test failed. localhost cannot take the mail at the moment (451 4.3.0)." in failed


def test_mailbox_needs_consent_to_send(alex: Visitor, app: Flask) -> None:
    rows = services_of(app).rows
    builders.shared_mailbox(rows, "Jobs", owners=["priya"])

    answer = alex.post(f"{PAGE}/mailbox", {"account": "jobs"})
    others = [alex.post(f"{PAGE}/mailbox", {"account": each}).status_code for each in ("kim", "")]

    assert [answer.status_code, *others] == [422, 422, 422]
    assert "Turn on sending for the organization first." in answer.text
    assert automated_store.choice(rows) is None


def test_limit_is_shown_with_the_time_when_it_goes_on(alex: Visitor, app: Flask) -> None:
    rows = services_of(app).rows
    mailbox_that_sends(rows)
    now = clock.utc_now()
    for _ in range(2):
        queue(app)
    [first, second] = [each["id"] for each in raw(rows).table("outbox").rows]
    raw(rows).table("outbox_attempts").insert_all(
        {
            "outbox_id": first,
            "number": number,
            "through_id": "jobs",
            "stage": "consent",
            "started_at": clock.text(now - timedelta(hours=1)),
            "outcome": "accepted",
        }
        for number in range(1, 1001)
    )
    raw(rows).table("outbox").update(first, {"state": "accepted"})

    text = alex.text(PAGE)

    assert re.search(r"1,000 of 1,000, 1 held, next at ", text)
    assert "The limit is used up." in text
    assert store.mail(rows, second).is_waiting


def mailbox_that_sends(rows: Rows) -> None:
    """The organization's consent sends from jobs@, which is chosen."""
    builders.shared_mailbox(rows, "Jobs", owners=["priya"])
    builders.consent(rows, at=builders.EARLIER)
    builders.insert(rows, "consent_roles", {"role": "Mail.Send", "granted_at": builders.EARLIER})
    with rows.write():
        save_setting(rows, authorization_store.SENDING, "on")
    raw(rows).table("automated_senders").insert(
        {
            "id": "automated",
            "account_id": "jobs",
            "chosen_by": "Alex Berg",
            "chosen_at": builders.EARLIER,
        }
    )


def test_aliases_that_fell_back_are_named(alex: Visitor, app: Flask) -> None:
    rows = services_of(app).rows
    builders.mailbox(rows, "priya")
    builders.alias(rows, "priya", "talent@northwind.example", is_included=1)
    raw(rows).table("alias_proofs").insert(
        {
            "alias_id": "talent",
            "outcome": "as_primary",
            "from_seen": "priya@northwind.example",
            "is_test": 0,
            "seen_at": builders.EARLIER,
        }
    )

    text = alex.text(PAGE)

    assert "talent@northwind.example" in text
    assert "mail went out as priya@northwind.example" in text
    assert "tick “Turn on sending from aliases”" in text


def test_automated_mail_that_asks_is_left(alex: Visitor, app: Flask) -> None:
    queue(app)
    rows = services_of(app).rows
    [mail] = raw(rows).table("outbox").rows
    raw(rows).table("outbox").update(
        mail["id"], {"state": "asks", "failure": "It may have gone out."}
    )

    text = alex.text(PAGE)
    answer = alex.post(f"{PAGE}/decisions/{mail['id']}")

    assert "Needs a decision" in text
    assert "It may have gone out." in text
    assert answer.status_code == 303
    assert raw(rows).table("outbox").get(mail["id"])["state"] == "withdrawn"
    assert alex.post(f"{PAGE}/decisions/nothing").status_code == 404
