"""Delegated reading of shared mailboxes: the permission and full access are both needed."""

from typing import Any

import pytest

from tests.sandbox.answers import error
from tests.sandbox.callers import Caller, application, person
from tests.sandbox.messages import PRIYA, raw_message
from tests.sandbox.rights.conftest import JOBS, give
from tests.support import openapi
from tests.support.sandbox_server import Sandbox

# The request below the mailbox, and its path in Microsoft's description.
READS = (
    ("mailFolders", "mailFolders"),
    ("mailFolders('inbox')", "mailFolders/{mailFolder-id}"),
    ("mailFolders/inbox/childFolders", "mailFolders/{mailFolder-id}/childFolders"),
    ("mailFolders/delta", "mailFolders/delta"),
    ("mailFolders('inbox')/messages", "mailFolders/{mailFolder-id}/messages"),
    ("mailFolders/inbox/messages/delta", "mailFolders/{mailFolder-id}/messages/delta"),
    ("messages", "messages"),
    ('messages?$search="portfolio"', "messages"),
    ("messages?$filter=receivedDateTime ge 2020-01-01T00:00:00Z", "messages"),
    ("messages/{id}", "messages/{message-id}"),
    ("messages/{id}/attachments", "messages/{message-id}/attachments"),
)
WRITES: tuple[tuple[str, str, Any, str, int], ...] = (
    ("PATCH", "messages/{id}", {"isRead": True}, "messages/{message-id}", 200),
    ("POST", "messages/{id}/move", {"destinationId": "archive"},
     "messages/{message-id}/move", 201),
    ("POST", "messages/{id}/createReply", {}, "messages/{message-id}/createReply", 201),
    ("POST", "messages", {"subject": "Hello", "toRecipients": []}, "messages", 201),
)  # fmt: skip  # a call to a line


@pytest.mark.parametrize(("asked", "path"), READS)
@pytest.mark.parametrize("by_address", [True, False])
def test_full_access_reads(
    tenant: Sandbox, member: Caller, message_id: str, asked: str, path: str, by_address: bool
) -> None:
    give(tenant, "fullAccess")
    mailbox = JOBS if by_address else tenant.oid(JOBS)

    answer = member.read(f"/users/{mailbox}/{asked.format(id=message_id)}")

    openapi.assert_fits("GET", f"/users/{{user-id}}/{path}", 200, answer)


@pytest.mark.parametrize(("method", "asked", "body", "path", "status"), WRITES)
def test_full_access_changes(
    tenant: Sandbox,
    member: Caller,
    message_id: str,
    method: str,
    asked: str,
    body: Any,
    path: str,
    status: int,
) -> None:
    give(tenant, "fullAccess")

    answer = member.call(method, f"/users/{JOBS}/{asked.format(id=message_id)}", json=body)

    assert answer.status_code == status
    openapi.assert_fits(method, f"/users/{{user-id}}/{path}", status, answer.json())


@pytest.mark.parametrize("rights", [(), ("sendAs", "sendOnBehalf")])
@pytest.mark.parametrize(("asked", "path"), READS)
def test_right_is_missing(
    tenant: Sandbox, member: Caller, message_id: str, asked: str, path: str, rights: tuple[str, ...]
) -> None:
    give(tenant, *rights)

    answer = member.call("GET", f"/users/{JOBS}/{asked.format(id=message_id)}")

    assert error(answer) == (403, "ErrorAccessDenied")
    assert answer.json()["error"]["message"] == "Access is denied. Check credentials and try again."


@pytest.mark.parametrize(("asked", "path"), READS)
def test_plain_permission_reads_ones_own_mailbox_only(
    tenant: Sandbox, message_id: str, asked: str, path: str
) -> None:
    give(tenant, "fullAccess")
    plain = person(tenant, PRIYA, {"Mail.Read", "Mail.ReadWrite", "Mail.Send"})
    own = tenant.deliver(PRIYA, raw_message())

    refused = plain.call("GET", f"/users/{JOBS}/{asked.format(id=message_id)}")

    assert error(refused) == (403, "ErrorAccessDenied")
    assert plain.read(f"/users/{tenant.oid(PRIYA)}/{asked.format(id=own)}")
    assert plain.read(f"/users/{PRIYA}/{asked.format(id=own)}")


def test_shared_permission_covers_ones_own_mailbox(tenant: Sandbox) -> None:
    tenant.deliver(PRIYA, raw_message())
    reader = person(tenant, PRIYA, {"Mail.Read.Shared"})

    (found,) = reader.read("/me/messages")["value"]

    assert found["bodyPreview"] == "Here is the portfolio."


def test_reading_permission_neither_changes_nor_sends(tenant: Sandbox, message_id: str) -> None:
    give(tenant, "fullAccess", "sendAs")
    reader = person(tenant, PRIYA, {"Mail.Read.Shared"})
    path = f"/users/{JOBS}/messages/{message_id}"

    changed = reader.call("PATCH", path, json={"isRead": True})
    answered = reader.call("POST", f"{path}/reply", json={"comment": "Hello"})

    assert [error(one) for one in (changed, answered)] == [(403, "ErrorAccessDenied")] * 2


def test_delta_with_immutable_ids_tells_of_new_mail(
    tenant: Sandbox, member: Caller, message_id: str
) -> None:
    give(tenant, "fullAccess")
    immutable = {"Prefer": 'IdType="ImmutableId"'}
    delta = f"/users/{JOBS}/mailFolders/inbox/messages/delta?$select=subject"
    first = member.read(delta, headers=immutable)
    new = tenant.deliver(JOBS, raw_message("An application"))

    second = member.read(first["@odata.deltaLink"], headers=immutable)

    assert message_id in [one["id"] for one in first["value"]]
    assert [(one["id"], one["subject"]) for one in second["value"]] == [(new, "An application")]


def test_right_works_after_its_delay(tenant: Sandbox, member: Caller, message_id: str) -> None:
    tenant.control("PATCH", "tenant", {"rightsDelay": 600})
    give(tenant, "fullAccess")
    path = f"/users/{JOBS}/messages"

    early = member.call("GET", path)
    tenant.control("PATCH", "tenant", {"clockOffset": 601})

    assert error(early) == (403, "ErrorAccessDenied")
    assert len(member.read(path)["value"]) == 2


def test_right_that_is_taken_away_closes_the_mailbox(
    tenant: Sandbox, member: Caller, message_id: str
) -> None:
    give(tenant, "fullAccess")
    link = member.read(f"/users/{JOBS}/mailFolders/inbox/messages/delta")["@odata.deltaLink"]
    give(tenant)

    assert error(member.call("GET", link)) == (403, "ErrorAccessDenied")


def test_subscription_to_a_shared_mailbox_needs_the_application(
    tenant: Sandbox, member: Caller, message_id: str
) -> None:
    give(tenant, "fullAccess")
    both = person(tenant, PRIYA, {"Mail.Read", "Mail.Read.Shared"})
    # Nobody listens there: the application gets as far as the handshake.
    asked = {
        "resource": f"users/{JOBS}/messages",
        "changeType": "created",
        "notificationUrl": "https://localhost:9/notifications",
        "expirationDateTime": f"{tenant.state.now():%Y-%m-%dT%H:%M:%S}Z",
    }

    answers = [one.call("POST", "/subscriptions", json=asked) for one in (member, both)]
    by_app = application(tenant, "Mail.Read").call("POST", "/subscriptions", json=asked)

    assert [answer.status_code for answer in answers] == [403, 403]
    assert by_app.status_code == 400


def test_settings_of_a_shared_mailbox_are_for_applications(
    tenant: Sandbox, message_id: str
) -> None:
    give(tenant, "fullAccess")
    path = f"/users/{JOBS}/mailboxSettings/userPurpose"
    reader = person(tenant, PRIYA, {"MailboxSettings.Read", "Mail.Read.Shared"})

    by_app = application(tenant, "MailboxSettings.Read").read(path)

    assert by_app["value"] == "shared"
    assert error(reader.call("GET", path)) == (403, "ErrorAccessDenied")
    assert error(application(tenant, "Mail.Read").call("GET", path)) == (403, "ErrorAccessDenied")


@pytest.mark.parametrize("name", ["id", "mail"])
def test_mail_of_a_group_is_not_a_persons(tenant: Sandbox, name: str) -> None:
    (group,) = [
        one
        for one in tenant.control("GET", "groups")["value"]
        if one["displayName"] == "Recruiting"
    ]

    answer = application(tenant, "Mail.Read").call("GET", f"/users/{group[name]}/messages")

    assert error(answer) == (404, "ErrorInvalidUser")
