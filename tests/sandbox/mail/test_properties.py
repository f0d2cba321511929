"""In-Reply-To and References as extended properties of messages."""

from typing import Any

import pytest

from sandbox import quirks
from tests.sandbox.callers import Caller, person
from tests.sandbox.messages import PRIYA, raw_message
from tests.support import openapi
from tests.support.sandbox_server import Sandbox

WANTED = "singleValueExtendedProperties($filter=id eq 'String 0x1042' or id eq 'String 0x1039')"
REFERENCES = " ".join(f"<{number}@a-long-name.of.a.server.example>" for number in range(40))
FOLDED = REFERENCES.replace(" ", "\r\n\t")


def read(caller: Caller, path: str, expand: str = WANTED) -> dict[str, Any]:
    found: dict[str, Any] = caller.read(f"/me/{path}?$select=id&$expand={expand}")
    return found


def properties(item: dict[str, Any]) -> dict[str, str]:
    return {each["id"]: each["value"] for each in item["singleValueExtendedProperties"]}


def test_received_message_has_its_links(tenant: Sandbox, priya: Caller) -> None:
    raw = raw_message("Answer", References=FOLDED, **{"In-Reply-To": "<39@server.example>"})
    message_id = tenant.deliver(PRIYA, raw)

    found = read(priya, f"messages/{message_id}")

    assert properties(found) == {"String 0x1042": "<39@server.example>", "String 0x1039": FOLDED}
    openapi.assert_fits("GET", "/me/messages/{message-id}", 200, found)


def test_message_without_the_headers_has_no_properties(tenant: Sandbox, priya: Caller) -> None:
    message_id = tenant.deliver(PRIYA, raw_message())

    assert "singleValueExtendedProperties" not in read(priya, f"messages/{message_id}")


def test_only_wanted_properties_come(tenant: Sandbox, priya: Caller) -> None:
    message_id = tenant.deliver(PRIYA, raw_message(References="<1@x>"))
    path = f"messages/{message_id}"

    wanted = "singleValueExtendedProperties($filter=id eq 'String 0x1035')"
    other = "singleValueExtendedProperties($filter=id eq 'Integer 0x1039' or id eq 'String 0x37')"

    assert properties(read(priya, path, wanted)) == {"String 0x1035": "<Portfolio@mail.example>"}
    assert "singleValueExtendedProperties" not in read(priya, path, other)


def test_properties_come_with_attachments_and_in_lists(tenant: Sandbox, priya: Caller) -> None:
    tenant.deliver(PRIYA, raw_message(References="<1@x>"))

    (found,) = read(priya, "messages", f"attachments($select=id,name),{WANTED}")["value"]

    assert properties(found) == {"String 0x1039": "<1@x>"}
    assert found["attachments"] == []


@pytest.mark.parametrize("has_headers", [False, True])
def test_sent_replies_have_their_links(tenant: Sandbox, priya: Caller, has_headers: bool) -> None:
    """With and without headers on copies in Sent Items."""
    quirks.turn(tenant.state, {quirks.SENT_WITH_HEADERS.name: has_headers})
    message_id = tenant.deliver(PRIYA, raw_message("Portfolio"))
    draft = priya.call("POST", f"/me/messages/{message_id}/createReply", json={}).json()

    priya.call("POST", f"/me/messages/{message_id}/reply", json={"comment": "Yes"})
    priya.call("POST", f"/me/messages/{draft['id']}/send", json={})

    sent = read(priya, "mailFolders/sentitems/messages")["value"]
    link = "<Portfolio@mail.example>"
    expected = {"String 0x1042": link, "String 0x1039": link}
    assert [properties(each) for each in sent] == [expected, expected]


def test_basic_permission_reads_no_properties(tenant: Sandbox) -> None:
    message_id = tenant.deliver(PRIYA, raw_message(References="<1@x>"))

    answer = person(tenant, PRIYA, {"Mail.ReadBasic"}).call(
        "GET", f"/me/messages/{message_id}?$expand={WANTED}"
    )

    assert answer.status_code == 403
