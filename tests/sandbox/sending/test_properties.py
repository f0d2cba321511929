"""The mark of sent mail: extended properties that are stored, shown and searched for."""

from typing import Any

import pytest

from sandbox.sending import ledger
from tests.sandbox.answers import error
from tests.sandbox.callers import Caller
from tests.sandbox.messages import PRIYA, raw_message
from tests.sandbox.sending.marked_mail import (
    ALEX,
    EXPAND,
    NAME,
    ROSA,
    condition,
    found,
    marked,
)
from tests.support import openapi
from tests.support.sandbox_server import Sandbox

OTHER = NAME.replace("PortalMessage", "Other")


def test_copy_of_sent_mail_is_found_by_its_property(tenant: Sandbox, priya: Caller) -> None:
    for mark in ("one", "two"):
        message = marked(mark)
        message["singleValueExtendedProperties"] = [
            {"id": NAME.replace("9f6c", "9F6C"), "value": mark}
        ]
        priya.call("POST", "/me/sendMail", json={"message": message})
    tenant.deliver(PRIYA, raw_message())

    (copy,) = found(priya, condition("one"))
    (same,) = found(priya, condition("one"), "/me/mailFolders/sentitems")

    assert copy["singleValueExtendedProperties"] == [{"id": NAME, "value": "one"}]
    assert (copy["subject"], same["id"]) == ("Interview", copy["id"])
    assert found(priya, condition("one"), "/me/mailFolders/inbox") == []
    assert found(priya, condition("one", OTHER)) == found(priya, condition("three")) == []
    assert len(found(priya, f"{condition('one')} or {condition('two')}")) == 2
    assert found(priya, f"{condition('one')} and isDraft eq true") == []
    page = priya.read(f"/me/messages?$filter={condition('one')}&{EXPAND}")
    openapi.assert_fits("GET", "/me/messages", 200, page)


def test_colleague_receives_the_header_and_not_the_property(tenant: Sandbox, app: Caller) -> None:
    app.call("POST", f"/users/{PRIYA}/sendMail", json={"message": marked("one", to=ALEX)})

    (received,) = app.read(f"/users/{ALEX}/messages?$select=internetMessageHeaders&{EXPAND}")[
        "value"
    ]
    (row,) = ledger.deliveries(tenant.state)

    assert "singleValueExtendedProperties" not in received
    assert {"name": "x-portal-message", "value": "one"} in received["internetMessageHeaders"]
    assert (row.recipient, row.mailbox, row.mark) == (ALEX, ALEX, "one")
    assert found(app, condition("one"), f"/users/{ALEX}") == []


def test_source_of_a_copy_has_the_headers_that_its_list_has_not(priya: Caller) -> None:
    priya.call("POST", "/me/sendMail", json={"message": marked("one")})

    (copy,) = found(priya, condition("one"))
    shown = priya.read(f"/me/messages/{copy['id']}?$select=internetMessageHeaders")
    source = priya.call("GET", f"/me/messages/{copy['id']}/$value")

    assert "internetMessageHeaders" not in shown
    assert b"x-portal-message: one" in source.content


@pytest.mark.parametrize("action", ["reply", "createReply"])
def test_answer_carries_the_property(tenant: Sandbox, priya: Caller, action: str) -> None:
    identity = tenant.deliver(PRIYA, raw_message())
    message = marked(body={"contentType": "html", "content": "<p>Thank you</p>"})
    path, asked = f"/me/messages/{identity}/{action}", {"message": message}

    answer = priya.call("POST", path, json=asked)
    if action == "createReply":
        priya.call("POST", f"/me/messages/{answer.json()['id']}/send")

    (copy,) = found(priya, condition("one"))
    (original,) = priya.read("/me/mailFolders/inbox/messages")["value"]
    (row,) = ledger.deliveries(tenant.state)
    assert copy["conversationId"] == original["conversationId"]
    assert copy["bodyPreview"] == "Thank you"
    assert (row.recipient, row.mark, row.in_reply_to) == (ROSA, "one", "<Portfolio@mail.example>")


def test_property_of_a_message_is_changed(tenant: Sandbox, priya: Caller) -> None:
    identity = tenant.deliver(PRIYA, raw_message())
    path = f"/me/messages/{identity}"
    for value in ("one", "two"):
        properties = [{"id": NAME, "value": value}, {"id": OTHER, "value": "kept"}]
        changes = {"singleValueExtendedProperties": properties}
        assert priya.call("PATCH", path, json=changes).status_code == 200
    moved = priya.call("POST", f"{path}/move", json={"destinationId": "archive"})
    copied = priya.call("POST", f"{path}/copy", json={"destinationId": "inbox"})

    assert [moved.status_code, copied.status_code] == [201, 201]
    assert found(priya, condition("one")) == []
    assert len(found(priya, condition("two"))) == len(found(priya, condition("kept", OTHER))) == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "PortalMessage", "value": "x"},
        {"id": "String {9f6c3a54} Name PortalMessage", "value": "x"},
        {"id": NAME, "value": 1},
        {"id": NAME},
        "x",
    ],
)
def test_malformed_property_is_refused(tenant: Sandbox, priya: Caller, wrong: Any) -> None:
    message = marked("one", singleValueExtendedProperties=[wrong])

    answer = priya.call("POST", "/me/sendMail", json={"message": message})

    assert error(answer) == (400, "ErrorInvalidProperty")
    assert ledger.deliveries(tenant.state) == []


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("internetMessageHeaders/any(h: h/name eq 'x-portal-message')", 400),
        ("internetMessageHeaders eq 'x'", 400),
        ("toRecipients/any(r: r/emailAddress/address eq 'a@b.example')", 400),
        (
            "singleValueExtendedProperties/Any(ep: ep/id eq 'String 0x1035' and ep/value eq 'x')",
            501,
        ),
        (condition("one") + "&$orderby=receivedDateTime", 400),
    ],
)
def test_other_conditions_are_refused(priya: Caller, text: str, status: int) -> None:
    priya.call("POST", "/me/sendMail", json={"message": marked("one")})

    assert priya.call("GET", f"/me/messages?$filter={text}").status_code == status
