"""Answers of the practice tenant have the members of recorded answers of Microsoft's."""

import pytest

from tests.sandbox.callers import Caller
from tests.sandbox.messages import PRIYA, WITH_FILE, raw_message
from tests.sandbox.recorded_answers import different, recorded
from tests.support.sandbox_server import CLIENT_ID, Sandbox

pytestmark = pytest.mark.openapi


def test_draft_has_the_members_of_a_real_one(priya: Caller) -> None:
    draft = {
        "subject": "Hello",
        "body": {"contentType": "text", "content": "Hello"},
        "toRecipients": [{"emailAddress": {"name": "Alex", "address": "alex@northwind.example"}}],
    }
    identity = priya.call("POST", "/me/messages", json=draft).json()["id"]
    real = recorded("nangohq-integration-templates/nango-outlook-get-message-0.json")

    ours = priya.read(f"/me/messages/{identity}")

    assert different(real, ours) == []


def test_delta_has_the_members_of_a_real_one(priya: Caller, tenant: Sandbox) -> None:
    tenant.deliver(PRIYA, raw_message())
    real = recorded("nangohq-integration-templates/nango-outlook-messages-0.json")

    ours = priya.read("/me/mailFolders/inbox/messages/delta?$top=50")

    assert different(real, ours) == []


def test_folder_delta_has_the_members_of_a_real_one(priya: Caller) -> None:
    real = recorded("nangohq-integration-templates/nango-outlook-mail-folders-0.json")

    ours = priya.read("/me/mailFolders/delta")

    assert different(real, ours) == []


def test_attachment_has_the_members_of_a_real_one(priya: Caller, tenant: Sandbox) -> None:
    identity = tenant.deliver(PRIYA, WITH_FILE)
    real = recorded("nangohq-integration-templates/nango-outlook-add-message-attachment-0.json")
    listed = priya.read(f"/me/messages/{identity}/attachments")["value"][0]["id"]

    ours = priya.read(f"/me/messages/{identity}/attachments/{listed}")

    assert different(real, ours) == []


RECEIVED = "davidmoten-odata-client/odata-response-message.json"
WITH_FILES = "alcionai-corso/corso-email-with-attachments.json"
CHILDREN = "nangohq-integration-templates/nango-outlook-list-mail-folder-children-0.json"
REPLY = "nangohq-integration-templates/nango-outlook-reply-all-to-message-0.json"
CHANGED = "nangohq-integration-templates/nango-outlook-reply-all-to-message-2.json"
LISTED = "davidmoten-odata-client/odata-response-messages-delta.json"
FOLDERS = "nangohq-integration-templates/nango-outlook-mail-folders-1.json"
FILES = "davidmoten-odata-client/odata-response-me-messages-1-attachments.json"


def test_received_message_has_the_members_of_a_real_one(priya: Caller, tenant: Sandbox) -> None:
    identity = tenant.deliver(PRIYA, raw_message())

    ours = priya.read(f"/me/messages/{identity}")
    # Recorded in 2018; newer answers have the index as well.
    del ours["conversationIndex"]

    assert different(recorded(RECEIVED), ours) == []


def test_listed_messages_have_the_members_of_real_ones(priya: Caller, tenant: Sandbox) -> None:
    tenant.deliver(PRIYA, raw_message())

    ours = priya.read("/me/mailFolders/Inbox/messages")

    assert different(recorded(LISTED), ours) == []


def test_expanded_message_has_the_members_of_a_real_one(priya: Caller, tenant: Sandbox) -> None:
    identity = tenant.deliver(PRIYA, WITH_FILE)

    ours = priya.read(f"/me/messages/{identity}?$expand=attachments")

    assert different(recorded(WITH_FILES), ours) == []


def test_child_folders_have_the_members_of_real_ones(priya: Caller, tenant: Sandbox) -> None:
    for name in ("One", "Two", "Three"):
        folder = {"displayName": name, "parent": "Inbox"}
        tenant.control("POST", f"mailboxes/{PRIYA}/folders", folder)

    ours = priya.read("/me/mailFolders/Inbox/childFolders?$top=2")

    assert different(recorded(CHILDREN), ours) == []
    assert "/me/mailFolders('Inbox')/childFolders?" in ours["@odata.nextLink"]
    assert "/me/mailFolders('Inbox')/childFolders?" in recorded(CHILDREN)["@odata.nextLink"]


def test_reply_has_the_members_of_a_real_one(priya: Caller, tenant: Sandbox) -> None:
    identity = tenant.deliver(PRIYA, raw_message())

    ours = priya.call("POST", f"/me/messages/{identity}/createReplyAll").json()

    assert different(recorded(REPLY), ours) == []


def test_changed_message_has_the_members_of_a_real_one(priya: Caller, tenant: Sandbox) -> None:
    identity = tenant.deliver(PRIYA, raw_message())
    draft = priya.call("POST", f"/me/messages/{identity}/createReplyAll").json()

    ours = priya.call("PATCH", f"/me/messages/{draft['id']}", json={"subject": "Other"}).json()

    assert different(recorded(CHANGED), ours) == []


def test_last_page_of_folder_delta_has_the_members_of_a_real_one(priya: Caller) -> None:
    ours = priya.read("/me/mailFolders/delta")

    assert different(recorded(FOLDERS), ours) == []
    assert ours["@odata.context"].endswith("$metadata#Collection(mailFolder)")


def test_links_of_delta_are_spelled_like_real_ones(priya: Caller, tenant: Sandbox) -> None:
    real = recorded("nangohq-integration-templates/nango-outlook-messages-1.json")
    tenant.deliver(PRIYA, raw_message())

    ours = priya.read("/me/mailFolders/inbox/messages/delta")

    for name in ("@odata.context", "@odata.deltaLink"):
        tail = real[name].partition("/v1.0/")[2].partition("=")[0]
        assert ours[name].partition("/v1.0/")[2].partition("=")[0] == tail


def test_inline_picture_has_the_members_of_a_real_one(priya: Caller, tenant: Sandbox) -> None:
    raw = (
        b"Subject: Picture\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: multipart/related; boundary=b\r\n\r\n--b\r\n"
        b'Content-Type: text/html\r\n\r\n<img src="cid:lamp">\r\n--b\r\n'
        b'Content-Type: image/png; name="lamp.png"\r\nContent-ID: <lamp>\r\n\r\nx\r\n--b--\r\n'
    )
    identity = tenant.deliver(PRIYA, raw)

    ours = priya.read(f"/me/messages/{identity}/attachments")
    # Recorded in 2018; newer answers name the media type as well.
    del ours["value"][0]["@odata.mediaContentType"]

    assert different(recorded(FILES), ours) == []
    assert ours["value"][0]["isInline"] is recorded(FILES)["value"][0]["isInline"] is True


def test_delta_of_people_has_the_members_of_a_real_one(app: Caller) -> None:
    real = recorded("nangohq-integration-templates/nango-microsoft-users-0.json")
    last = recorded("nangohq-integration-templates/nango-microsoft-users-1.json")
    names = "id,displayName,givenName,surname,mail,userPrincipalName,createdDateTime"

    ours = app.read(f"/users/delta?$select={names},lastPasswordChangeDateTime,accountEnabled")
    # The recorded person had chosen a language; the tenant's people have not.
    del real["value"][0]["preferredLanguage"]

    assert different(real, ours) == []
    assert different(last, app.read(ours["@odata.nextLink"])) == []
    for name in ("@odata.nextLink", "@odata.context"):
        tail = real[name].partition("/v1.0/")[2].partition("(" if "context" in name else "=")[0]
        assert ours[name].partition("/v1.0/")[2].startswith(tail)


def test_person_has_the_members_of_a_real_one(app: Caller) -> None:
    real = recorded("nangohq-integration-templates/nango-microsoft-get-user-0.json")

    assert different(real, app.read(f"/users/{PRIYA}")) == []


def test_organization_has_the_members_of_a_real_one(app: Caller) -> None:
    real = recorded("nangohq-integration-templates/nango-microsoft-organizations-0.json")

    assert different(real, app.read("/organization")) == []


def test_service_principal_has_the_members_of_a_real_one(app: Caller) -> None:
    real = recorded("nangohq-integration-templates/nango-microsoft-get-service-principal-0.json")

    ours = app.read(f"/servicePrincipals(appId='{CLIENT_ID}')")

    assert different(real, ours) == []
