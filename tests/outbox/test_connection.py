"""Asking for the right to send: of a person who first writes, of the organization by a switch."""

import html
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal import create_app
from portal.audit import store as audit
from portal.audit.models import Wanted
from portal.flows.flash_texts import ConnectionFlash
from portal.microsoft365 import connections, coverage
from portal.microsoft365.flash_texts import ConsentFlash
from portal.microsoft365.permissions import Feature
from sandbox.sending import ledger
from tests import pages
from tests.claims.checks import claims
from tests.email.environment import ALEX, PRIYA, EmailEnvironment, config
from tests.microsoft365.at_microsoft import asked, came_back
from tests.outbox.office import Office
from tests.shared_mailboxes.environment import LINK
from tests.support.browser import browser, send
from tests.support.raw_rows import raw

ASK = "/settings/microsoft-365/sending"
SWITCH = "/admin/integrations/microsoft-365/sending"
INTEGRATION = "/admin/integrations/microsoft-365"


@pytest.fixture
def person(env: EmailEnvironment, monkeypatch: pytest.MonkeyPatch) -> Office:
    opened = Office(env, monkeypatch)
    opened.open()
    opened.connect("Mail.Read")
    return opened


@pytest.fixture
def portal(env: EmailEnvironment, instance: Path) -> Flask:
    return create_app(replace(config(instance, env.sandbox), base_url="http://localhost"))


@pytest.fixture
def priya(person: Office, portal: Flask) -> FlaskClient:
    return browser(portal, person.priya)


def leave(client: FlaskClient, **form: str) -> tuple[str, str]:
    """The page before leaving, and the address that it leads to."""
    leaving = send(client, ASK, **form)
    assert leaving.status_code == 200, leaving.text
    link = LINK.search(leaving.text)
    assert link is not None, leaving.text
    return leaving.text, html.unescape(link[1])


def test_owner_is_asked_for_both_rights_and_returns_to_the_composer(
    person: Office, priya: FlaskClient
) -> None:
    text, address = leave(priya, candidate_id=person.rosa)

    back = priya.get(came_back(person.env.sandbox, address, PRIYA))

    scopes = {"Mail.Send", "Mail.Send.Shared", "Mail.Read.Shared", "Mail.Read"}
    assert scopes <= {*asked(address)["scope"].split()}
    assert pages.complaints(text) == []
    assert "Sends the mail that you write in Portal" in text
    assert back.headers["Location"] == f"/candidates/{person.rosa}/write"
    connections.usable(person.env.rows, person.priya, Feature.SENDING_SHARED)


@pytest.mark.parametrize(
    ("form", "place"),
    [
        ({"answers": "message-1"}, "/candidates/{rosa}/write?answers=message-1"),
        ({"repeats": "mail-1"}, "/candidates/{rosa}/write?repeats=mail-1"),
        ({"answers": "//evil.example"}, "/candidates/{rosa}/write"),
        ({"candidate_id": "//evil.example"}, "/settings/microsoft-365"),
        ({"candidate_id": "", "account_of_alias": "{priya}"}, "/settings/email#aliases"),
        (
            {"candidate_id": "", "account_of_alias": "{jobs}"},
            "/settings/mailboxes/{jobs}#aliases",
        ),
        ({"candidate_id": "", "account_of_alias": "../x"}, "/settings/microsoft-365"),
    ],
)
def test_person_returns_to_the_page_that_asked(
    person: Office, priya: FlaskClient, form: dict[str, str], place: str
) -> None:
    ids = {"rosa": person.rosa, "priya": person.priya, "jobs": person.jobs}
    filled = {name: value.format(**ids) for name, value in form.items()}
    _, address = leave(priya, **({"candidate_id": person.rosa} | filled))

    back = priya.get(came_back(person.env.sandbox, address, PRIYA))

    assert back.headers["Location"] == place.format(**ids)


def test_person_who_declines_finds_the_draft_again(person: Office, priya: FlaskClient) -> None:
    _, address = leave(priya, candidate_id=person.rosa, answers="message-1")
    state = asked(address)["state"]

    refused = priya.get(f"/oauth/microsoft/callback?error=access_denied&state={state}")
    page = priya.get(refused.headers["Location"]).text

    assert f'href="/candidates/{person.rosa}/write?answers=message-1"' in page
    assert "Back to where you were" in page
    assert "Try again" not in page
    assert pages.complaints(page) == []


def test_person_without_a_shared_mailbox_is_asked_for_their_own_alone(
    person: Office, priya: FlaskClient
) -> None:
    raw(person.env.rows).execute("delete from mailbox_owners")

    _, address = leave(priya)

    assert "Mail.Send" in asked(address)["scope"].split()
    assert "Mail.Send.Shared" not in asked(address)["scope"].split()


def test_reconnecting_asks_again_for_what_was_granted(person: Office, priya: FlaskClient) -> None:
    person.connect("Mail.Read", "Mail.Send")

    leaving = send(priya, "/settings/microsoft-365/connect")

    link = LINK.search(leaving.text)
    assert link is not None
    assert "Mail.Send" in asked(html.unescape(link[1]))["scope"].split()


def test_status_names_sending_only_once_it_was_granted(person: Office, priya: FlaskClient) -> None:
    before = priya.get("/settings/microsoft-365").text
    person.connect("Mail.Read", "Mail.Send")

    after = priya.get("/settings/microsoft-365").text

    assert "Sending mail" not in before
    assert "<code>Mail.Send</code>" in after


def test_switch_makes_consent_ask_for_mail_send(person: Office, portal: Flask) -> None:
    raw(person.env.rows).execute(
        "update users set role = 'admin' where id = ?", [person.env.hire(ALEX)]
    )
    person.env.consent("Mail.Read")
    admin = browser(portal, "alex")

    turned = send(admin, SWITCH, on="1")
    page = admin.get(INTEGRATION).text
    receipt = admin.get(f"{INTEGRATION}/consent-receipt").text

    assert turned.headers["Location"] == INTEGRATION
    assert "lacks <code>Mail.Send</code>" in page
    assert "Mail.Send" in receipt
    assert pages.complaints(page) == []
    (noted,) = audit.entries(person.env.rows, Wanted(action="organization sending turned on"))
    assert noted.target == "Mail.Send"


def test_members_cannot_turn_it_on(priya: FlaskClient) -> None:
    assert send(priya, SWITCH, on="1").status_code == 403


@claims(ConnectionFlash.SENDING)
def test_mail_goes_out_by_the_connection_that_was_asked_for(
    person: Office, priya: FlaskClient
) -> None:
    _, address = leave(priya, candidate_id="")
    back = priya.get(came_back(person.env.sandbox, address, PRIYA))

    page = priya.get(back.headers["Location"]).text
    mail = person.write(alias_id=None, from_address=PRIYA)
    person.work()

    assert f"{PRIYA} is connected, and your mail goes out by it." in page
    assert person.outcomes(mail) == ["accepted"]
    assert len(ledger.deliveries(person.env.sandbox.state)) == 1


@claims(ConsentFlash.SENDING_ON, ConsentFlash.SENDING_OFF, ConsentFlash.SENDING_LACKS)
def test_switch_says_by_whose_permission_mail_goes_out(person: Office, portal: Flask) -> None:
    env = person.env
    raw(env.rows).execute("update users set role = 'admin' where id = ?", [env.hire(ALEX)])
    admin = browser(portal, "alex")
    env.consent("Mail.Read")

    def told(on: str) -> tuple[str, bool]:
        send(admin, SWITCH, on=on)
        page = html.unescape(admin.get(INTEGRATION).text)
        return page, coverage.covers(env.rows, person.priya, Feature.SENDING) is not None

    lacking = told("1")
    env.consent("Mail.Read", "Mail.Send")
    turned_on = told("1")
    mail = person.write(alias_id=None, from_address=PRIYA)
    person.work()
    turned_off = told("0")

    assert "The organization's consent lacks Mail.Send. Consent again to send by it." in lacking[0]
    assert "Members send mail by the organization's consent." in turned_on[0]
    assert "Members send by their own connections. The organization does not." in turned_off[0]
    assert [lacking[1], turned_on[1], turned_off[1]] == [False, True, False]
    assert person.outcomes(mail) == ["accepted"]
    person.write(alias_id=None, from_address=PRIYA)
    person.work()
    assert len(ledger.deliveries(env.sandbox.state)) == 1
