"""Reports of mail that was not delivered, in the sender's Inbox."""

import email
import email.policy
from email.message import EmailMessage, Message
from typing import Any, cast

import pytest
import requests

from sandbox.sending import ledger
from sandbox.sending.reports import FORMS
from tests.sandbox.callers import Caller
from tests.sandbox.messages import PRIYA
from tests.sandbox.rights.conftest import JOBS
from tests.sandbox.rights.sent_mail import mail_of
from tests.sandbox.sending.marked_mail import ALEX, ROSA, found, recipients, send
from tests.support.sandbox_server import Sandbox


def inbox(caller: Caller, user: str = PRIYA) -> list[EmailMessage]:
    """Read the sources of an Inbox, the oldest first."""
    path = f"/users/{user}/mailFolders/inbox/messages"
    ids = [one["id"] for one in caller.read(f"{path}?$select=id")["value"]]
    sources = [caller.call("GET", f"/users/{user}/messages/{one}/$value").content for one in ids]
    made = [email.message_from_bytes(raw, policy=email.policy.SMTP) for raw in sources]
    return [cast(EmailMessage, one) for one in reversed(made)]


def part(message: Message, kind: str) -> Any:
    return next((one for one in message.walk() if one.get_content_type() == kind), None)


def blocks(message: Message) -> list[Message]:
    return list(part(message, "message/delivery-status").get_payload())


def test_unknown_address_is_reported_as_exchange_does(tenant: Sandbox, app: Caller) -> None:
    tenant.control("PUT", f"addresses/{ROSA}", {"fate": "unknown"})

    answer = send(app, "5f2c", subject="Grüße")

    (report,), (copy,), (row,) = inbox(app), mail_of(tenant, PRIYA), ledger.deliveries(tenant.state)
    of_message, of_recipient = blocks(report)
    returned = part(report, "message/rfc822").get_payload()[0]
    assert answer.status_code == 202
    assert report["Return-Path"] == "<>"
    assert report["From"].addresses[0].username.startswith("MicrosoftExchange329e")
    assert (report["Subject"], report["To"]) == ("Undeliverable: Grüße", PRIYA)
    assert report.get_content_type() == "multipart/report"
    assert report.get_param("report-type") == "delivery-status"
    assert report["In-Reply-To"] == copy["internetMessageId"]
    assert of_message["Reporting-MTA"].startswith("dns;")
    assert (of_recipient["Final-Recipient"], of_recipient["Action"], of_recipient["Status"]) == (
        f"rfc822;{ROSA}", "failed", "5.1.10",
    )  # fmt: skip  # one to a line says no more
    assert (returned["x-portal-message"], returned["Message-ID"]) == (
        "5f2c",
        copy["internetMessageId"],
    )
    assert (row.recipient, row.fate, row.mark) == (ROSA, "unknown", "5f2c")
    assert recipients(tenant) == []


def test_only_the_wrong_address_is_reported(tenant: Sandbox, app: Caller) -> None:
    tenant.control("PUT", f"addresses/{ALEX}", {"fate": "full"})
    several = [{"emailAddress": {"address": one}} for one in (ROSA, ALEX, "none@northwind.example")]

    send(app, toRecipients=several, bccRecipients=[{"emailAddress": {"address": JOBS}}])

    reports = inbox(app)
    told = [(one["Final-Recipient"], one["Status"]) for _, one in map(blocks, reports)]
    assert told == [
        (f"rfc822;{ALEX}", "5.2.2"),
        ("rfc822;none@northwind.example", "5.1.10"),
    ]
    assert recipients(tenant) == [ROSA, JOBS]
    assert mail_of(tenant, ALEX, "inbox") == []
    assert not any(b"bcc" in one.as_bytes().lower() for one in reports)


def test_report_goes_to_the_mailbox_that_sent(tenant: Sandbox, app: Caller) -> None:
    tenant.control("PUT", f"addresses/{ROSA}", {"fate": "refused"})

    send(app, user=JOBS)

    (report,) = inbox(app, JOBS)
    assert (report["To"], inbox(app)) == (JOBS, [])


def test_delay_is_told_and_then_the_failure(tenant: Sandbox, app: Caller) -> None:
    plan = [{"fate": "delayed", "after": 60}, {"fate": "expired", "after": 3600}]
    tenant.control("PUT", f"addresses/{ROSA}", plan)
    send(app)
    early = inbox(app)
    seen = []
    for seconds in (61, 3601):
        tenant.control("PATCH", "tenant", {"clockOffset": seconds})
        fields = blocks(inbox(app)[-1])[1]
        seen.append((fields["Action"], fields["Status"]))

    assert early == []
    assert seen == [("delayed", "4.4.7"), ("failed", "4.4.7")]
    assert [one["Subject"].partition(":")[0] for one in inbox(app)] == [
        "Delivery delayed", "Undeliverable",
    ]  # fmt: skip  # one to a line says no more
    assert ledger.deliveries(tenant.state)[0].fate == "expired"


@pytest.mark.parametrize("form", FORMS)
def test_report_has_each_form(tenant: Sandbox, app: Caller, form: str) -> None:
    tenant.control("PUT", f"addresses/{ROSA}", {"fate": "unknown", "form": form})
    send(app, "5f2c")

    (report,) = inbox(app)
    wanted, text = FORMS[form], report.as_bytes().decode()

    kinds = {one.get_content_type() for one in report.walk()}
    assert (wanted.kind in kinds) is wanted.is_report
    assert not wanted.returned or not wanted.is_report or wanted.returned in kinds
    has_mark = bool(wanted.returned) and wanted.has_own_headers and wanted.is_report
    assert ("x-portal-message: 5f2c" in text) is has_mark
    assert (f"Final-Recipient: rfc822;{ROSA}" in text) is wanted.is_report
    assert ("X-Original-Message-ID:" in text) is wanted.names_original
    assert bool(report["From"]) is (form != "emptySender")
    if form == "oneBlock":
        (fields,) = blocks(report)
        assert fields["Status"].startswith("5.1.10 (")
        assert fields["Action"] == "failed"


def test_fate_ends(tenant: Sandbox, app: Caller) -> None:
    tenant.control("PUT", f"addresses/{ROSA}", {"fate": "unknown"})
    tenant.control("PUT", f"addresses/{ROSA}", [])

    send(app)

    assert (recipients(tenant), inbox(app), len(found(app, path=f"/users/{PRIYA}"))) == (
        [ROSA], [], 1,
    )  # fmt: skip  # one to a line says no more


@pytest.mark.parametrize("wrong", [{"fate": "lost"}, {"form": "fax"}, {"status": "5.1.1"}])
def test_unknown_fate_is_refused(tenant: Sandbox, wrong: dict[str, str]) -> None:
    with pytest.raises(requests.HTTPError, match="400"):
        tenant.control("PUT", f"addresses/{ROSA}", wrong)
