"""Quirks of mailboxes: what delta, messages and searches do while each is on."""

from typing import Any

import pytest

from sandbox import quirks
from tests.sandbox.callers import Caller
from tests.sandbox.messages import PRIYA, WITH_FILE, raw_message
from tests.support.sandbox_server import Sandbox

DELTA = "/me/mailFolders/inbox/messages/delta"
IMMUTABLE = {"Prefer": 'IdType="ImmutableId"'}


def turn_on(tenant: Sandbox, *which: quirks.Quirk) -> None:
    tenant.control("POST", "quirks", {quirk.name: True for quirk in which})


def later(caller: Caller, page: dict[str, Any]) -> dict[str, Any]:
    """Read the next page of a delta, with immutable ids."""
    link = page.get("@odata.nextLink") or page["@odata.deltaLink"]
    found: dict[str, Any] = caller.read(link.partition("/v1.0")[2], headers=IMMUTABLE)
    return found


def first(caller: Caller) -> dict[str, Any]:
    found: dict[str, Any] = caller.read(DELTA, headers=IMMUTABLE)
    return found


def told(page: dict[str, Any]) -> list[str]:
    return ["removed" if "@removed" in item else item["subject"] for item in page["value"]]


def move(caller: Caller, identity: str, folder: str) -> None:
    path = f"/me/messages/{identity}/move"
    assert caller.call("POST", path, json={"destinationId": folder}).status_code == 201


def test_message_moved_away_and_back_is_only_removed(tenant: Sandbox, priya: Caller) -> None:
    turn_on(tenant, quirks.MOVED_BACK)
    identity = tenant.deliver(PRIYA, raw_message("Known"))
    page = first(priya)
    move(priya, identity, "archive")
    move(priya, identity, "inbox")

    changes = later(priya, page)

    assert told(page) == ["Known"]
    assert told(changes) == ["removed"]


def test_page_repeats_items_and_removes_what_is_back(tenant: Sandbox, priya: Caller) -> None:
    turn_on(tenant, quirks.REPEATS)
    identity = tenant.deliver(PRIYA, raw_message("Known"))
    page = first(priya)
    move(priya, identity, "archive")
    move(priya, identity, "inbox")
    tenant.deliver(PRIYA, raw_message("New"))

    changes = later(priya, page)

    assert told(page) == ["Known", "Known"]
    assert told(changes) == ["removed", "Known", "New", "New"]


def test_each_round_begins_with_an_empty_page(tenant: Sandbox, priya: Caller) -> None:
    turn_on(tenant, quirks.EMPTY_PAGES)
    tenant.deliver(PRIYA, raw_message("One"))
    empty = first(priya)
    full = later(priya, empty)

    assert (told(empty), told(full), told(later(priya, full))) == ([], ["One"], [])
    assert "@odata.nextLink" in later(priya, full)


def test_meeting_request_is_an_event_message(tenant: Sandbox, priya: Caller) -> None:
    turn_on(tenant, quirks.EVENT_MESSAGES)
    head = raw_message("Interview", **{"Content-Type": "text/calendar; method=REQUEST"})
    calendar = b"BEGIN:VCALENDAR\r\nDTSTART:20260306T090000Z\r\nLOCATION:Room 4\r\n"

    identity = tenant.deliver(PRIYA, head.replace(b"Here is the portfolio.\r\n", calendar))

    found = priya.read(f"/me/messages/{identity}")
    assert found["@odata.type"] == "#microsoft.graph.eventMessageRequest"
    assert found["meetingMessageType"] == "meetingRequest"
    assert found["startDateTime"]["dateTime"] == "2026-03-06T09:00:00.0000000"
    assert found["location"]["displayName"] == "Room 4"
    assert first(priya)["value"][0]["@odata.type"] == "#microsoft.graph.eventMessageRequest"


@pytest.mark.parametrize(
    ("status", "kind"),
    [("ACCEPTED", "meetingAccepted"), ("TENTATIVE", "meetingTenativelyAccepted")],
)
def test_answer_to_a_meeting_is_an_event_message(
    tenant: Sandbox, priya: Caller, status: str, kind: str
) -> None:
    turn_on(tenant, quirks.EVENT_MESSAGES)
    head = raw_message("Accepted", **{"Content-Type": "text/calendar; method=REPLY"})
    attendee = f"ATTENDEE;PARTSTAT={status}:mailto:r@mail.example\r\n".encode()

    identity = tenant.deliver(PRIYA, head.replace(b"Here is the portfolio.\r\n", attendee))

    assert priya.read(f"/me/messages/{identity}")["meetingMessageType"] == kind


def test_receipt_is_an_event_message(tenant: Sandbox, priya: Caller) -> None:
    turn_on(tenant, quirks.EVENT_MESSAGES)
    kind = 'multipart/report; report-type=disposition-notification; boundary="b"'

    identity = tenant.deliver(PRIYA, raw_message("Read", **{"Content-Type": kind}))

    found = priya.read(f"/me/messages/{identity}")
    assert found["@odata.type"] == "#microsoft.graph.eventMessage"


ELSEWHERE = WITH_FILE.replace(
    b"Content-Type: application/pdf",
    b"Content-Type: message/external-body; access-type=URL;"
    b' url="https://files.example/plan"; name="plan.pdf"',
)


def test_cloud_attachment_is_a_reference(tenant: Sandbox, priya: Caller) -> None:
    turn_on(tenant, quirks.REFERENCE_ATTACHMENTS)
    identity = tenant.deliver(PRIYA, ELSEWHERE)

    (found,) = priya.read(f"/me/messages/{identity}/attachments")["value"]

    assert (found["@odata.type"], found["name"], found["contentType"]) == (
        "#microsoft.graph.referenceAttachment",
        "plan.pdf",
        None,
    )
    path = f"/me/messages/{identity}/attachments/{found['id']}/$value"
    assert priya.call("GET", path).status_code == 405


def test_file_sent_inline_does_not_count(tenant: Sandbox, priya: Caller) -> None:
    raw = WITH_FILE.replace(b"Disposition: attachment", b"Disposition: inline")
    plain = tenant.deliver(PRIYA, raw)
    turn_on(tenant, quirks.INLINE_FILES)

    identity = tenant.deliver(PRIYA, raw)

    has = [priya.read(f"/me/messages/{one}")["hasAttachments"] for one in (plain, identity)]
    (found,) = priya.read(f"/me/messages/{identity}/attachments")["value"]
    assert has == [True, False]
    assert found["isInline"] is True


@pytest.mark.parametrize("is_on", [False, True])
def test_sent_copy_has_headers_with_a_quirk_alone(
    tenant: Sandbox, priya: Caller, is_on: bool
) -> None:
    quirks.turn(tenant.state, {quirks.SENT_WITH_HEADERS.name: is_on})
    select = "?$select=internetMessageHeaders"
    folders = ("SentItems", "Inbox")

    found = [
        priya.read(f"/me/messages/{tenant.deliver(PRIYA, raw_message(), folder=one)}{select}")
        for one in folders
    ]

    assert ["internetMessageHeaders" in one for one in found] == [is_on, True]


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("participants:rosa.ortega@mail.example", 1),
        ("participants:rosa.ort", 0),
        ("participants:rosa.ort*", 1),
        ('subject:\\"Port\\"', 0),
        ("subject:Portfolio", 1),
    ],
)
def test_strict_search_finds_whole_words(
    tenant: Sandbox, priya: Caller, search: str, found: int
) -> None:
    tenant.deliver(PRIYA, raw_message())
    turn_on(tenant, quirks.STRICT_SEARCH)

    answer = priya.read("/me/messages", params={"$search": f'"{search}"'})

    assert len(answer["value"]) == found


def test_strict_search_wants_quotes_around_marks(tenant: Sandbox, priya: Caller) -> None:
    turn_on(tenant, quirks.STRICT_SEARCH)
    address = "o'neill@mail.example"

    bare = priya.call("GET", "/me/messages", params={"$search": f'"from:{address}"'})
    quoted = priya.call("GET", "/me/messages", params={"$search": f'"from:\\"{address}\\""'})

    assert (bare.status_code, quoted.status_code) == (400, 200)


def test_search_index_lags(tenant: Sandbox, priya: Caller) -> None:
    tenant.deliver(PRIYA, raw_message())
    query = {"$search": '"subject:Portfolio"'}
    tenant.control("PATCH", "tenant", {"searchDelay": 60})
    early = priya.read("/me/messages", params=query)["value"]

    tenant.control("PATCH", "tenant", {"clockOffset": 120})

    assert early == []
    assert len(priya.read("/me/messages", params=query)["value"]) == 1
