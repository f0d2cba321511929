"""Messages: read, listed, moved, and their two kinds of id."""

from typing import Any

import pytest

from tests.sandbox.callers import Caller, person
from tests.sandbox.messages import PRIYA, WITH_FILE, raw_message
from tests.support.sandbox_server import Sandbox

IMMUTABLE = {"Prefer": 'IdType="ImmutableId"'}
TEXT = {"Prefer": 'outlook.body-content-type="text"'}
REPLY = raw_message(
    "Re: Portfolio",
    **{"In-Reply-To": "<Portfolio@mail.example>", "References": "<Portfolio@mail.example>"},
)


def only(caller: Caller, query: str = "", **headers: str) -> Any:
    (item,) = caller.read(f"/me/messages{query}", headers=headers)["value"]
    return item


def test_move_changes_the_id_and_not_the_immutable_id(tenant: Sandbox, priya: Caller) -> None:
    tenant.deliver(PRIYA, raw_message())
    before = only(priya)["id"], only(priya, **IMMUTABLE)["id"]
    moved = priya.call("POST", f"/me/messages/{before[0]}/move", json={"destinationId": "archive"})

    after = moved.json()["id"], only(priya, **IMMUTABLE)["id"]

    assert moved.status_code == 201
    assert after[0] != before[0]
    assert after[1] == before[1]
    assert priya.call("GET", f"/me/messages/{before[0]}").status_code == 404
    assert priya.read(f"/me/messages/{after[1]}")["id"] == after[0]


def test_ids_are_translated(tenant: Sandbox, priya: Caller) -> None:
    tenant.deliver(PRIYA, raw_message())
    volatile, immutable = only(priya)["id"], only(priya, **IMMUTABLE)["id"]
    asked = {
        "inputIds": [volatile, "unknown"],
        "sourceIdType": "restId",
        "targetIdType": "restImmutableEntryId",
    }

    answer = priya.call("POST", "/me/translateExchangeIds", json=asked)

    assert answer.json()["value"] == [{"sourceId": volatile, "targetId": immutable}]


def test_costly_members_need_select(tenant: Sandbox, priya: Caller) -> None:
    tenant.deliver(PRIYA, raw_message(**{"X-Portal": "5f2c"}))

    plain, chosen = only(priya), only(priya, "?$Select=internetMessageHeaders,UNIQUEBODY")

    assert not {"internetMessageHeaders", "uniqueBody"} & set(plain)
    assert set(chosen) == {"@odata.etag", "id", "internetMessageHeaders", "uniqueBody"}
    assert {"name": "X-Portal", "value": "5f2c"} in chosen["internetMessageHeaders"]


def test_body_is_text_when_preferred(tenant: Sandbox, priya: Caller) -> None:
    tenant.deliver(PRIYA, raw_message())
    identity = only(priya)["id"]

    answer = priya.call("GET", f"/me/messages/{identity}?$select=body", headers=TEXT)

    body = {"contentType": "text", "content": "Here is the portfolio.\r\n"}
    assert answer.json()["body"] == body
    assert answer.headers["Preference-Applied"] == 'outlook.body-content-type="text"'


def test_thread_has_one_conversation_in_each_mailbox(tenant: Sandbox, priya: Caller) -> None:
    tenant.deliver(PRIYA, REPLY)
    tenant.deliver(PRIYA, raw_message())
    tenant.deliver(PRIYA, raw_message("RE: portfolio", **{"Message-ID": "<lost@mail.example>"}))
    tenant.deliver(PRIYA, raw_message("Lunch"))
    tenant.deliver("kim@northwind.example", raw_message())

    found = {m["subject"]: m["conversationId"] for m in priya.read("/me/messages")["value"]}
    rows = tenant.state.rows("select distinct conversation_id from threads")

    assert found["Portfolio"] == found["Re: Portfolio"] == found["RE: portfolio"]
    assert found["Lunch"] != found["Portfolio"]
    assert len(rows) == 3


def test_basic_permission_shows_no_body(tenant: Sandbox) -> None:
    tenant.deliver(PRIYA, raw_message())
    caller = person(tenant, PRIYA, {"Mail.ReadBasic"})

    item = only(caller)
    refused = [
        caller.call("GET", f"/me/messages{rest}").status_code
        for rest in ("?$select=body", "?$expand=attachments", f"/{item['id']}/$value")
    ]

    assert not {"body", "bodyPreview", "uniqueBody"} & set(item)
    assert refused == [403, 403, 403]


def test_list_is_paged_and_counted(tenant: Sandbox, priya: Caller) -> None:
    for number in range(5):
        tenant.deliver(PRIYA, raw_message(f"Number {number}"))
    page = priya.read("/me/messages?$top=2&$count=true&$select=subject")
    seen = [page["@odata.count"], len(page["value"])]
    while "@odata.nextLink" in page:
        page = priya.read(page["@odata.nextLink"])
        seen.append(len(page["value"]))

    assert seen == [5, 2, 2, 1]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("$filter=receivedDateTime ge 2020-01-01T00:00:00Z&$orderby=receivedDateTime desc", 200),
        ("$filter=isRead eq false and subject eq 'A'&$orderby=isRead,subject", 200),
        ("$filter=isRead eq false&$orderby=receivedDateTime desc", 400),
        ("$orderby=subject asc,receivedDateTime desc", 200),
        ("$orderby=nonsense", 400),
        ("$filter=toRecipients/any(r:r eq 'x')", 400),
        ("$select=nonsense", 400),
        ("$top=0", 400),
        ("$skip=x", 400),
        ("$expand=extensions", 501),
        ("$apply=x", 501),
    ],
)
def test_list_accepts_the_options_of_graph(
    tenant: Sandbox, priya: Caller, query: str, status: int
) -> None:
    tenant.deliver(PRIYA, raw_message("A"))

    assert priya.call("GET", f"/me/messages?{query}").status_code == status


def test_attachments_are_listed_read_and_expanded(tenant: Sandbox, priya: Caller) -> None:
    identity = tenant.deliver(PRIYA, WITH_FILE)

    (listed,) = priya.read(f"/me/messages/{identity}/attachments?$select=name,size")["value"]
    content = priya.call("GET", f"/me/messages/{identity}/attachments/{listed['id']}/$value")
    expanded = only(priya, "?$expand=attachments($select=name)&$select=subject")

    assert (listed["name"], content.content) == ("plan.pdf", b"%PDF-1.4\n")
    assert "contentBytes" not in listed
    assert [one["name"] for one in expanded["attachments"]] == ["plan.pdf"]


@pytest.mark.parametrize("way", ["/attachments?$select={}", "?$expand=attachments($select={})"])
def test_members_of_files_are_selected_with_their_type_alone(
    tenant: Sandbox, priya: Caller, way: str
) -> None:
    path = f"/me/messages/{tenant.deliver(PRIYA, WITH_FILE)}{way}"

    named = priya.call("GET", path.format("name,microsoft.graph.fileAttachment/contentId"))
    plain = priya.call("GET", path.format("name,contentId"))

    assert (named.status_code, plain.status_code) == (200, 400)
    found = named.json()
    (file,) = found.get("value") or found["attachments"]
    assert (file["name"], file["contentId"]) == ("plan.pdf", None)
    assert "'contentId' on type 'microsoft.graph.attachment'" in plain.text


def test_attached_message_is_an_item(tenant: Sandbox, priya: Caller) -> None:
    raw = (
        b"Subject: Forwarded\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n"
        b"\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: Inside\r\n\r\nText\r\n--b--\r\n"
    )
    identity = tenant.deliver(PRIYA, raw)

    (item,) = priya.read(f"/me/messages/{identity}/attachments")["value"]

    assert (item["@odata.type"], item["name"]) == ("#microsoft.graph.itemAttachment", "Inside")
    assert item["contentType"] is None


def test_source_is_the_raw_message(tenant: Sandbox, priya: Caller) -> None:
    identity = tenant.deliver(PRIYA, raw_message())

    assert priya.call("GET", f"/me/messages/{identity}/$value").content == raw_message()


def test_message_is_deleted_permanently_from_deleted_items(tenant: Sandbox, priya: Caller) -> None:
    tenant.deliver(PRIYA, raw_message())
    priya.call("DELETE", f"/me/messages/{only(priya)['id']}")
    (binned,) = priya.read("/me/mailFolders/deleteditems/messages")["value"]

    priya.call("DELETE", f"/me/messages/{binned['id']}")

    assert priya.read("/me/messages")["value"] == []


def test_mailbox_of_another_person_is_refused(tenant: Sandbox, priya: Caller) -> None:
    identity = tenant.deliver("kim@northwind.example", raw_message())

    assert priya.call("GET", "/users/kim@northwind.example/messages").status_code == 403
    assert priya.call("GET", f"/me/messages/{identity}").status_code == 404
