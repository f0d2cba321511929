"""Folders of a mailbox and their delta."""

from typing import Any

import pytest

from tests.sandbox.callers import Caller
from tests.sandbox.messages import PRIYA, raw_message
from tests.support.sandbox_server import Sandbox


def names(answer: Any) -> set[str]:
    return {item["displayName"] for item in answer["value"] if "displayName" in item}


def test_folders_are_listed_page_by_page(priya: Caller) -> None:
    first = priya.read("/me/mailFolders?$top=5")

    second = priya.read(first["@odata.nextLink"])

    assert {"Inbox", "Sent Items", "Drafts", "Deleted Items", "Junk Email", "Archive"} <= (
        names(first) | names(second)
    )
    assert "Sync Issues" not in names(first) | names(second)


def test_hidden_folders_are_listed_on_request(priya: Caller) -> None:
    answer = priya.read("/me/mailFolders?includeHiddenFolders=true&$top=50")

    assert "Sync Issues" in names(answer)


@pytest.mark.parametrize("name", ["inbox", "Inbox", "sentitems", "junkemail", "msgfolderroot"])
def test_folder_is_found_by_its_well_known_name(priya: Caller, name: str) -> None:
    folder = priya.read(f"/me/mailFolders/{name}")

    assert priya.read(f"/me/mailFolders/{folder['id']}")["id"] == folder["id"]


def test_folder_counts_its_messages(tenant: Sandbox, priya: Caller) -> None:
    first = tenant.deliver(PRIYA, raw_message("A"))
    tenant.deliver(PRIYA, raw_message("B"))
    priya.call("PATCH", f"/me/messages/{first}", json={"isRead": True})

    folder = priya.read("/me/mailFolders/inbox")

    assert (folder["totalItemCount"], folder["unreadItemCount"]) == (2, 1)
    assert folder["sizeInBytes"] == len(raw_message("A")) + len(raw_message("B"))


def test_delta_reports_added_and_deleted_folders(tenant: Sandbox, priya: Caller) -> None:
    first = priya.read("/me/mailFolders/delta")
    tenant.control("POST", f"mailboxes/{PRIYA}/folders", {"displayName": "Hiring"})
    tenant.control(
        "POST", f"mailboxes/{PRIYA}/folders", {"displayName": "Designers", "parent": "Hiring"}
    )
    second = priya.read(first["@odata.deltaLink"])
    tenant.control("PATCH", f"mailboxes/{PRIYA}/folders/Hiring", {"deleted": True})

    third = priya.read(second["@odata.deltaLink"])

    assert names(second) == {"Hiring", "Designers"}
    assert [item["@removed"]["reason"] for item in third["value"]] == ["deleted", "deleted"]
    assert priya.read(third["@odata.deltaLink"])["value"] == []


def test_delta_of_folders_is_paged(priya: Caller) -> None:
    prefer = {"Prefer": "odata.maxpagesize=4"}
    page = priya.read("/me/mailFolders/delta", headers=prefer)
    seen = [len(page["value"])]
    while "@odata.nextLink" in page:
        page = priya.read(page["@odata.nextLink"], headers=prefer)
        seen.append(len(page["value"]))

    assert seen == [4, 4, 1]


def test_messages_of_a_deleted_folder_are_deleted(tenant: Sandbox, priya: Caller) -> None:
    tenant.control("POST", f"mailboxes/{PRIYA}/folders", {"displayName": "Hiring"})
    identity = tenant.deliver(PRIYA, raw_message(), folder="Hiring")
    tenant.control("PATCH", f"mailboxes/{PRIYA}/folders/Hiring", {"deleted": True})

    assert priya.call("GET", f"/me/messages/{identity}").status_code == 404
    assert priya.call("GET", "/me/mailFolders/Hiring/messages").status_code == 404
