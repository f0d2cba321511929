"""Paths, filters, folders, headers and times as recorded answers of Graph show them."""

from tests.sandbox.answers import error
from tests.sandbox.callers import Caller
from tests.sandbox.messages import PRIYA, raw_message
from tests.support.sandbox_server import Sandbox


def test_slash_at_the_end_of_a_path_is_ignored(priya: Caller) -> None:
    assert priya.call("GET", "/me/messages/?$top=1").status_code == 200


def test_unread_messages_of_a_folder_are_sorted_by_time(tenant: Sandbox, priya: Caller) -> None:
    tenant.deliver(PRIYA, raw_message())
    inbox = priya.read("/me/mailFolders/inbox")["id"]
    query = {
        "$filter": f"isRead eq false and parentFolderId eq '{inbox}'",
        "$orderby": "receivedDateTime ASC",
        "$count": "true",
    }

    assert priya.read("/me/messages", params=query)["@odata.count"] == 1


def test_answer_has_the_headers_of_graph(priya: Caller) -> None:
    headers = priya.call("GET", "/me/messages").headers

    assert (headers["OData-Version"], headers["Cache-Control"]) == ("4.0", "private")
    assert "ServerInfo" in headers["x-ms-ags-diagnostic"]
    assert "Server" not in headers


def test_folder_is_created_once_and_deleted(tenant: Sandbox, app: Caller) -> None:
    path = f"/users/{PRIYA}/mailFolders"
    made = app.call("POST", path, json={"displayName": "Offers"}).json()

    again = app.call("POST", path, json={"displayName": "offers"})
    gone = app.call("DELETE", f"{path}/{made['id']}")

    assert error(again) == (409, "ErrorFolderExists")
    assert (gone.status_code, app.call("GET", f"{path}/{made['id']}").status_code) == (204, 404)
    assert error(app.call("DELETE", f"{path}/inbox")) == (400, "ErrorDeleteDistinguishedFolder")


def test_message_arrives_at_a_chosen_time(tenant: Sandbox, priya: Caller) -> None:
    moment = "2026-01-09T08:00:00Z"
    answer = tenant.control(
        "POST",
        f"mailboxes/{PRIYA}/messages",
        params={"receivedAt": moment},
        data=raw_message(),
        headers={"Content-Type": "message/rfc822"},
    )

    assert priya.read(f"/me/messages/{answer['id']}")["receivedDateTime"] == moment


def test_links_stay_on_this_machine(tenant: Sandbox, priya: Caller) -> None:
    tenant.control("PATCH", "tenant", {"linksHere": True})
    identity = tenant.deliver(PRIYA, raw_message())

    link = priya.read(f"/me/messages/{identity}")["webLink"]

    assert link == f"{tenant.url}/outlook/{tenant.oid(PRIYA)}?message={identity}"


def test_batches_share_the_places_of_a_mailbox(tenant: Sandbox, priya: Caller) -> None:
    tenant.control("PATCH", "tenant", {"mailboxConcurrency": 2})
    parts = [{"id": str(n), "method": "GET", "url": "/me/mailFolders"} for n in range(8)]

    answers = priya.call("POST", "/$batch", json={"requests": parts}).json()["responses"]

    assert [one["status"] for one in answers] == [200, 200, 429, 429] * 2
    assert priya.call("GET", "/me/mailFolders").status_code == 200


def test_account_page_finds_people(tenant: Sandbox) -> None:
    tenant.control("POST", "users/bulk", {"count": 250, "prefix": "aaron"})

    first = _accounts(tenant, "")
    found = _accounts(tenant, "aaron249")

    assert "Priya Kaur" in first
    assert "aaron249@northwind.example" in found
    assert "Priya Kaur" not in found


def _accounts(tenant: Sandbox, find: str) -> str:
    query = {
        "client_id": "11111111-2222-4333-8444-555555555555",
        "response_type": "code",
        "redirect_uri": "http://localhost:8000/oauth/microsoft/callback",
        "scope": "openid",
        "find": find,
    }
    tenant.control("PATCH", "tenant", {"redirectUris": [query["redirect_uri"]]})
    page = tenant.app.test_client().get("/common/oauth2/v2.0/authorize", query_string=query)
    assert page.status_code == 200
    return page.get_data(as_text=True)
