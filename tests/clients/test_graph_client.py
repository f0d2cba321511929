"""Sending with Microsoft's JavaScript client: JSON, MIME, answers, the mark, and `$value`."""

import base64
import json
import os
import subprocess
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from sandbox.sending import ledger
from tests.clients.mail import EXPAND, FOUND, FROM_ROSA, NAME, PRIYA, ROSA
from tests.support.needs import GRAPH_CLIENT
from tests.support.sandbox_server import CLIENT_ID, CLIENT_SECRET, TENANT_ID, Sandbox

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


@dataclass(frozen=True)
class GraphClient:
    """Microsoft's client with a token of the application. Each run is a program of its own."""

    tenant: Sandbox
    token: str

    def run(self, *calls: dict[str, Any]) -> list[dict[str, Any]]:
        wanted = {
            "baseUrl": f"{self.tenant.url}/",
            "host": "localhost",
            "token": self.token,
            "calls": calls,
        }
        done = subprocess.run(
            ["node", "client.mjs", json.dumps(wanted)],
            cwd=GRAPH_CLIENT,
            env=os.environ | {"NODE_EXTRA_CA_CERTS": str(self.tenant.certificate)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        answers: list[dict[str, Any]] = json.loads(done.stdout)
        return answers


@pytest.fixture
def client(tenant: Sandbox) -> GraphClient:
    tenant.control("POST", "consent", {"roles": ["Mail.ReadWrite", "Mail.Send"]})
    answer = requests.post(
        f"{tenant.url}/{TENANT_ID}/oauth2/v2.0/token",
        data={
            "grant_type": "client_credentials",
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "scope": "https://graph.microsoft.com/.default",
        },
        verify=str(tenant.certificate),
        timeout=30,
    )
    return GraphClient(tenant, answer.json()["access_token"])


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


def post(path: str, body: Any, **headers: str) -> dict[str, Any]:
    return {"method": "post", "path": path, "body": body, "headers": headers}


def read(path: str, **more: Any) -> dict[str, Any]:
    return {"method": "get", "path": path, **more}


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
