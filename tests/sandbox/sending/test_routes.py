"""Drafts, replies and sending."""

import base64
from typing import Any

import pytest

from sandbox.sending import ledger
from tests.sandbox.callers import Caller
from tests.sandbox.messages import PRIYA, raw_message
from tests.support.sandbox_server import Sandbox

ALIAS = "talent@northwind.example"
ROSA = {"emailAddress": {"name": "Rosa Ortega", "address": "rosa.ortega@mail.example"}}
FILE = {
    "@odata.type": "#microsoft.graph.fileAttachment",
    "name": "plan.pdf",
    "contentType": "application/pdf",
    "contentBytes": base64.b64encode(b"%PDF-1.4\n").decode(),
}


def to(*addresses: str) -> list[dict[str, Any]]:
    return [{"emailAddress": {"address": address}} for address in addresses]


def mail_of(tenant: Sandbox, upn: str, folder: str) -> list[dict[str, Any]]:
    """List a folder's messages from the database."""
    import orjson

    rows = tenant.state.rows(
        "select m.item, m.headers, m.raw from messages m join folders f on f.id = m.folder_id"
        " where m.oid = ? and f.well_known = ? order by m.place",
        (tenant.oid(upn), folder),
    )
    return [{**orjson.loads(row["item"]), "raw": row["raw"]} for row in rows]


def address(recipient: dict[str, Any]) -> str:
    return str(recipient["emailAddress"]["address"])


def test_sent_mail_reaches_each_mailbox_once(tenant: Sandbox, priya: Caller) -> None:
    message = {
        "subject": "Interview",
        "body": {"contentType": "HTML", "content": "<p>Hello</p>"},
        "from": {"emailAddress": {"address": ALIAS, "name": "Anybody"}},
        "toRecipients": [*to("alex@northwind.example", "ALEX@northwind.example"), ROSA],
        "bccRecipients": to("kim@northwind.example", "sam@northwind.example"),
        "internetMessageHeaders": [{"name": "x-portal-message", "value": "5f2c"}],
        "attachments": [FILE],
    }
    answer = priya.call("POST", "/me/sendMail", json={"message": message})

    (sent,) = mail_of(tenant, PRIYA, "sentitems")
    (alex,) = mail_of(tenant, "alex@northwind.example", "inbox")
    (kim,) = mail_of(tenant, "kim@northwind.example", "inbox")
    outside = [one.recipient for one in ledger.deliveries(tenant.state) if one.mailbox is None]

    assert (answer.status_code, answer.content) == (202, b"")
    assert sent["from"]["emailAddress"] == {"name": "Priya Kaur", "address": ALIAS}
    assert [address(one) for one in sent["bccRecipients"]] == [
        "kim@northwind.example", "sam@northwind.example",
    ]  # fmt: skip  # one to a line says no more
    assert (alex["bccRecipients"], kim["bccRecipients"]) == ([], [])
    assert b"kim@" not in alex["raw"]
    assert b"x-portal-message: 5f2c" in alex["raw"]
    assert alex["hasAttachments"] is True
    assert {m["internetMessageId"] for m in (sent, alex, kim)} == {sent["internetMessageId"]}
    assert outside == ["rosa.ortega@mail.example"]


def test_copy_is_not_saved_on_request(tenant: Sandbox, priya: Caller) -> None:
    asked = {"message": {"toRecipients": [ROSA]}, "saveToSentItems": False}

    priya.call("POST", "/me/sendMail", json=asked)

    assert mail_of(tenant, PRIYA, "sentitems") == []


@pytest.mark.parametrize(
    ("message", "status", "code"),
    [
        (
            {"toRecipients": [ROSA], "from": to("kim@northwind.example")[0]},
            403,
            "ErrorSendAsDenied",
        ),
        ({"toRecipients": []}, 400, "ErrorInvalidRecipients"),
        ({"toRecipients": to("nobody")}, 400, "ErrorInvalidRecipients"),
        ({"toRecipients": to("a@b.example>\r\nBcc: <x@y.example")}, 400, "ErrorInvalidRecipients"),
        ({"toRecipients": ROSA}, 400, "RequestBodyRead"),
        (
            {"toRecipients": [ROSA], "internetMessageHeaders": [{"name": "Sender", "value": "x"}]},
            400,
            "InvalidInternetMessageHeader",
        ),
        (
            {"toRecipients": [ROSA], "attachments": [{**FILE, "contentBytes": "%"}]},
            400,
            "ErrorInvalidRequest",
        ),
    ],
)
def test_invalid_message_is_not_sent(
    tenant: Sandbox, priya: Caller, message: dict[str, Any], status: int, code: str
) -> None:
    answer = priya.call("POST", "/me/sendMail", json={"message": message})

    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert ledger.deliveries(tenant.state) == []


def test_mime_goes_out_as_the_primary_address(tenant: Sandbox, priya: Caller) -> None:
    """Exchange replaces the From of raw MIME."""

    def send(raw: bytes) -> int:
        headers = {"Content-Type": "text/plain"}
        body = base64.b64encode(raw)
        return priya.call("POST", "/me/sendMail", data=body, headers=headers).status_code

    foreign = send(b"From: kim@northwind.example\r\nTo: rosa.ortega@mail.example\r\n\r\nHello")
    alias = send(f"From: {ALIAS}\r\nTo: rosa.ortega@mail.example\r\n\r\nHello".encode())
    own = send(b"To: rosa.ortega@mail.example\nBcc: alex@northwind.example\nSubject: A\n\nHello")
    broken = priya.call("POST", "/me/sendMail", data=b"%%%", headers={"Content-Type": "text/plain"})

    sent = mail_of(tenant, PRIYA, "sentitems")
    (alex,) = mail_of(tenant, "alex@northwind.example", "inbox")
    assert (foreign, alias, own, broken.status_code) == (202, 202, 202, 400)
    assert broken.json()["error"]["code"] == "ErrorMimeContentInvalidBase64String"
    assert [address(one["from"]) for one in sent] == [PRIYA] * 3
    assert alex["subject"] == "A"
    assert b"Bcc" not in alex["raw"]


def test_draft_is_revised_and_sent(tenant: Sandbox, priya: Caller) -> None:
    draft = priya.call("POST", "/me/messages", json={"subject": "A", "attachments": [FILE]})
    path = f"/me/messages/{draft.json()['id']}"
    added = priya.call("POST", f"{path}/attachments", json={**FILE, "name": "second.pdf"})
    changes = {"subject": "B", "toRecipients": to("alex@northwind.example"), "importance": "high"}
    revised = priya.call("PATCH", path, json=changes)
    sent = priya.call("POST", f"{path}/send", headers={"Content-Length": "0"})

    (kept,) = mail_of(tenant, PRIYA, "sentitems")
    (alex,) = mail_of(tenant, "alex@northwind.example", "inbox")

    assert [draft.status_code, added.status_code, revised.status_code, sent.status_code] == [
        201, 201, 200, 202,
    ]  # fmt: skip  # one to a line says no more
    assert "from" not in draft.json()
    assert draft.json()["internetMessageId"] == kept["internetMessageId"]
    assert (alex["subject"], alex["importance"]) == ("B", "high")
    assert alex["raw"].count(b"filename=") == 2
    assert mail_of(tenant, PRIYA, "drafts") == []


@pytest.mark.parametrize("action", ["reply", "createReply"])
def test_reply_goes_to_reply_to_in_the_same_conversation(
    tenant: Sandbox, priya: Caller, action: str
) -> None:
    raw = raw_message(**{"Reply-To": "answers@mail.example"})
    identity = tenant.deliver(PRIYA, raw)
    path = f"/me/messages/{identity}/{action}"
    answer = priya.call("POST", path, json={"comment": "Thank you."})
    if action == "createReply":
        priya.call("POST", f"/me/messages/{answer.json()['id']}/send")

    (sent,) = mail_of(tenant, PRIYA, "sentitems")
    (original,) = mail_of(tenant, PRIYA, "inbox")

    assert [address(one) for one in sent["toRecipients"]] == ["answers@mail.example"]
    assert sent["subject"] == "Re: Portfolio"
    assert sent["conversationId"] == original["conversationId"]
    assert sent["bodyPreview"].startswith("Thank you.\r\n\r\n________")
    assert b"In-Reply-To: <Portfolio@mail.example>" in sent["raw"]


def test_reply_to_all_excludes_the_sender(tenant: Sandbox, priya: Caller) -> None:
    raw = raw_message(To=f"{PRIYA}, kim@northwind.example", Cc=f"{ALIAS}, a@b.example")
    identity = tenant.deliver(PRIYA, raw)

    draft = priya.call("POST", f"/me/messages/{identity}/createReplyAll").json()

    assert [address(one) for one in draft["toRecipients"]] == [
        "rosa.ortega@mail.example", "kim@northwind.example",
    ]  # fmt: skip  # one to a line says no more
    assert [address(one) for one in draft["ccRecipients"]] == ["a@b.example"]


def test_comment_and_body_exclude_each_other(tenant: Sandbox, priya: Caller) -> None:
    identity = tenant.deliver(PRIYA, raw_message())
    both = {"comment": "A", "message": {"body": {"contentType": "text", "content": "B"}}}

    assert priya.call("POST", f"/me/messages/{identity}/reply", json=both).status_code == 400


def test_received_message_is_not_rewritten(tenant: Sandbox, priya: Caller) -> None:
    identity = tenant.deliver(PRIYA, raw_message())

    answer = priya.call("PATCH", f"/me/messages/{identity}", json={"subject": "Other"})

    assert answer.json()["error"]["code"] == "ErrorInvalidPropertySet"


@pytest.mark.parametrize("is_on", [True, False])
def test_aliases_are_kept_only_with_the_switch_on(
    tenant: Sandbox, priya: Caller, *, is_on: bool
) -> None:
    tenant.control("PATCH", "tenant", {"sendFromAlias": is_on})
    identity = tenant.deliver(
        PRIYA, raw_message(To=f'"Talent" <Talent@northwind.example>,\r\n {ALIAS}')
    )
    message = {"toRecipients": [ROSA], "from": to(ALIAS)[0]}
    priya.call("POST", "/me/sendMail", json={"message": message})

    received = priya.read(f"/me/messages/{identity}?$select=toRecipients,internetMessageHeaders")
    (sent,) = mail_of(tenant, PRIYA, "sentitems")
    header = {h["name"]: h["value"] for h in received["internetMessageHeaders"]}["To"]

    shown = {address(one).lower() for one in received["toRecipients"]}
    assert shown == {ALIAS if is_on else PRIYA}
    assert (ALIAS in header) is is_on
    assert address(sent["from"]) == (ALIAS if is_on else PRIYA)


def test_unknown_colleague_causes_a_bounce(tenant: Sandbox, priya: Caller) -> None:
    message = {"subject": "Lunch", "toRecipients": to("nobody@northwind.example")}
    answer = priya.call("POST", "/me/sendMail", json={"message": message})

    (bounce,) = mail_of(tenant, PRIYA, "inbox")
    (sent,) = mail_of(tenant, PRIYA, "sentitems")

    assert (answer.status_code, bounce["subject"]) == (202, "Undeliverable: Lunch")
    assert bounce["conversationId"] == sent["conversationId"]
    assert [one.fate for one in ledger.deliveries(tenant.state)] == ["unknown"]
