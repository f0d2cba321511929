"""Sending with Microsoft's JavaScript client: JSON, MIME, answers, the mark, and `$value`."""

import base64
from typing import Any

import pytest

from sandbox.sending import ledger
from tests.clients.javascript import GraphClient, application, post, read
from tests.clients.mail import EXPAND, FOUND, FROM_ROSA, NAME, PRIYA, ROSA
from tests.support.sandbox_server import Sandbox

pytestmark = pytest.mark.graph_client
MESSAGES = f"/users/{PRIYA}/messages"
SEND = f"/users/{PRIYA}/sendMail"
# What the client makes of 202 without a body.
SENT: dict[str, Any] = {"value": {}}
COPY = {"filter": FOUND, "expand": EXPAND}
MIME = (
    f"From: {PRIYA}\r\nTo: {ROSA}\r\nSubject: Interview\r\nX-Portal-Message: 5f2c\r\n"
    "MIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nOn Friday?\r\n"
).encode()


@pytest.fixture
def client(tenant: Sandbox) -> GraphClient:
    return application(tenant, "Mail.ReadWrite", "Mail.Send")


def marked(**more: Any) -> dict[str, Any]:
    return {
        "subject": "Interview",
        "body": {"contentType": "HTML", "content": "<p>On Friday?</p>"},
        "from": {"emailAddress": {"address": "talent@northwind.example"}},
        "toRecipients": [{"emailAddress": {"address": ROSA}}],
        "internetMessageHeaders": [{"name": "x-portal-message", "value": "5f2c"}],
        "singleValueExtendedProperties": [{"id": NAME, "value": "5f2c"}],
        **more,
    }


def test_copy_of_json_is_found_by_its_mark(client: GraphClient) -> None:
    sent, found = client.run(post(SEND, {"message": marked()}), read(MESSAGES, query=COPY))

    (copy,) = found["value"]["value"]
    (row,) = ledger.deliveries(client.tenant.state)
    assert sent == SENT
    assert copy["singleValueExtendedProperties"] == [{"id": NAME, "value": "5f2c"}]
    assert copy["from"]["emailAddress"]["address"] == "talent@northwind.example"
    assert (row.recipient, row.sent_from, row.mark) == (ROSA, "talent@northwind.example", "5f2c")


def test_mime_goes_out_with_its_headers(client: GraphClient) -> None:
    body, kind = base64.b64encode(MIME).decode(), {"Content-Type": "text/plain"}

    sent, found = client.run(
        post(SEND, body, **kind), read(f"/users/{PRIYA}/mailFolders/sentitems/messages")
    )

    (row,) = ledger.deliveries(client.tenant.state)
    assert sent == SENT
    assert "Interview" in [each["subject"] for each in found["value"]["value"]]
    assert (row.recipient, row.sent_from, row.mark) == (ROSA, PRIYA, "5f2c")
    assert row.text_body.strip() == "On Friday?"


def test_mime_that_is_no_base64_is_refused(client: GraphClient) -> None:
    (refused,) = client.run(post(SEND, "%%%", **{"Content-Type": "text/plain"}))

    assert refused == {"status": 400, "code": "ErrorMimeContentInvalidBase64String"}
    assert ledger.deliveries(client.tenant.state) == []


def test_reply_stays_in_the_thread(client: GraphClient) -> None:
    path = f"{MESSAGES}/{client.tenant.deliver(PRIYA, FROM_ROSA)}"

    sent, original, found = client.run(
        post(f"{path}/reply", {"message": marked()}), read(path), read(MESSAGES, query=COPY)
    )

    (copy,) = found["value"]["value"]
    (row,) = ledger.deliveries(client.tenant.state)
    assert sent == SENT
    assert copy["conversationId"] == original["value"]["conversationId"]
    assert (row.in_reply_to, row.mark) == ("<portfolio@mail.example>", "5f2c")


def test_draft_of_a_reply_keeps_its_mark_when_it_is_sent(client: GraphClient) -> None:
    path = f"{MESSAGES}/{client.tenant.deliver(PRIYA, FROM_ROSA)}"
    (made,) = client.run(post(f"{path}/createReply", {"message": marked()}))
    draft = made["value"]

    sent, found = client.run(
        post(f"{MESSAGES}/{draft['id']}/send", None), read(MESSAGES, query=COPY)
    )

    (copy,) = found["value"]["value"]
    (row,) = ledger.deliveries(client.tenant.state)
    assert draft["isDraft"] is True
    assert sent == SENT
    assert (copy["isDraft"], copy["conversationId"]) == (False, draft["conversationId"])
    assert (row.recipient, row.in_reply_to, row.mark) == (ROSA, "<portfolio@mail.example>", "5f2c")


def test_headers_of_a_copy_are_in_its_source_alone(client: GraphClient) -> None:
    _, found = client.run(post(SEND, {"message": marked()}), read(MESSAGES, query=COPY))
    path = f"{MESSAGES}/{found['value']['value'][0]['id']}"

    shown, source, filtered = client.run(
        read(path, query={"select": "subject,internetMessageHeaders"}),
        read(f"{path}/$value", isText=True),
        read(MESSAGES, query={"filter": "internetMessageHeaders/any(h: h/value eq '5f2c')"}),
    )

    assert shown["value"]["subject"] == "Interview"
    assert "internetMessageHeaders" not in shown["value"]
    assert "x-portal-message: 5f2c" in source["value"]
    assert filtered["status"] == 400
