"""Subscriptions: handshake, notifications, renewal and expiry."""

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.sandbox.callers import Caller, person
from tests.sandbox.messages import PRIYA, raw_message
from tests.sandbox.subscriptions.listener import Listener, listening
from tests.support import openapi
from tests.support.sandbox_server import TENANT_ID, Sandbox


@pytest.fixture
def listener() -> Iterator[Listener]:
    with listening() as found:
        yield found


def wanted(listener: Listener, tenant: Sandbox, **more: Any) -> dict[str, Any]:
    return {
        "changeType": "created,updated,deleted",
        "notificationUrl": f"{listener.url}/notifications",
        "lifecycleNotificationUrl": f"{listener.url}/lifecycle",
        "resource": "me/mailFolders('inbox')/messages",
        "expirationDateTime": in_minutes(tenant, 100),
        "clientState": "secret",
        **more,
    }


def in_minutes(tenant: Sandbox, minutes: int) -> str:
    return (tenant.state.now() + timedelta(minutes=minutes)).isoformat()


def opened(caller: Caller, asked: dict[str, Any], **headers: str) -> dict[str, Any]:
    answer = caller.call("POST", "/subscriptions", json=asked, headers=headers)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_both_addresses_are_validated(tenant: Sandbox, priya: Caller, listener: Listener) -> None:
    made = opened(priya, wanted(listener, tenant))

    paths = [path.partition("?")[0] for path in listener.handshakes]
    assert paths == ["/notifications", "/lifecycle"]
    assert (made["clientState"], made["creatorId"]) == ("secret", tenant.oid(PRIYA))
    assert priya.read(f"/subscriptions/{made['id']}")["clientState"] is None
    assert [one["id"] for one in priya.read("/subscriptions")["value"]] == [made["id"]]


@pytest.mark.openapi
def test_answers_fit(tenant: Sandbox, priya: Caller, listener: Listener) -> None:
    made = opened(priya, wanted(listener, tenant))
    path = f"/subscriptions/{made['id']}"
    renewed = priya.call("PATCH", path, json={"expirationDateTime": in_minutes(tenant, 200)})

    one = "/subscriptions/{subscription-id}"
    openapi.assert_fits("POST", "/subscriptions", 201, made)
    openapi.assert_fits("GET", "/subscriptions", 200, priya.read("/subscriptions"))
    openapi.assert_fits("GET", one, 200, priya.read(path))
    openapi.assert_fits("PATCH", one, 200, renewed.json())


def test_arrival_change_and_removal_are_notified(
    tenant: Sandbox, priya: Caller, listener: Listener
) -> None:
    made = opened(priya, wanted(listener, tenant), Prefer='IdType="ImmutableId"')
    identity = tenant.deliver(PRIYA, raw_message())
    listener.wait_for(1)
    priya.call("PATCH", f"/me/messages/{identity}", json={"isRead": True})
    listener.wait_for(2)
    priya.call("DELETE", f"/me/messages/{identity}")

    told = listener.wait_for(3)

    assert [one["changeType"] for one in told] == ["created", "updated", "deleted"]
    assert {one["subscriptionId"] for one in told} == {made["id"]}
    assert {(one["clientState"], one["tenantId"]) for one in told} == {("secret", TENANT_ID)}
    assert told[0]["resourceData"]["id"] == identity
    assert told[0]["resource"] == f"Users/{tenant.oid(PRIYA)}/Messages/{identity}"


def test_changes_of_a_calendar_are_notified(tenant: Sandbox, listener: Listener) -> None:
    sam = person(tenant, "sam@northwind.example", {"Calendars.ReadWrite"})
    asked = wanted(listener, tenant, resource="me/events")
    opened(sam, asked)
    event = {"start": "2026-11-27T09:00:00Z", "end": "2026-11-27T10:00:00Z"}
    path = "mailboxes/sam@northwind.example/events"
    identity = tenant.control("POST", path, event)["id"]
    sam.call("PATCH", f"/me/events/{identity}", json={"subject": "Later"})
    sam.call("DELETE", f"/me/events/{identity}")

    told = listener.wait_for(3)

    assert [one["changeType"] for one in told] == ["created", "updated", "deleted"]
    resource = f"Users/{tenant.oid('sam@northwind.example')}/Events/{identity}"
    assert {one["resource"] for one in told} == {resource}
    assert told[0]["resourceData"]["@odata.type"] == "#Microsoft.Graph.Event"
    again = sam.call("POST", "/subscriptions", json=asked)
    assert again.status_code == 409
    group = sam.call("POST", "/subscriptions", json={**asked, "resource": "groups/1/events"})
    assert group.status_code == 400


def test_ids_have_the_form_of_the_subscription(
    tenant: Sandbox, priya: Caller, listener: Listener
) -> None:
    opened(priya, wanted(listener, tenant))
    tenant.deliver(PRIYA, raw_message())
    (item,) = priya.read("/me/messages")["value"]

    (told,) = listener.wait_for(1)

    assert told["resourceData"]["id"] == item["id"]


def test_refused_notification_is_sent_again(
    tenant: Sandbox, priya: Caller, listener: Listener
) -> None:
    opened(priya, wanted(listener, tenant))
    listener.statuses = [503]
    tenant.deliver(PRIYA, raw_message())

    assert [one["changeType"] for one in listener.wait_for(1)] == ["created"]
    assert listener.statuses == []


def until_all_are_told(tenant: Sandbox) -> None:
    """Wait until every notification is off the queue, shortly after its answer."""
    deadline = time.monotonic() + 10
    while tenant.state.rows("select * from notifications"):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_other_folders_and_people_are_not_notified(
    tenant: Sandbox, priya: Caller, listener: Listener
) -> None:
    opened(priya, wanted(listener, tenant, changeType="created"))
    tenant.deliver("kim@northwind.example", raw_message())
    tenant.deliver(PRIYA, raw_message(), folder="Archive")
    tenant.deliver(PRIYA, raw_message("Told"))

    listener.wait_for(1)

    until_all_are_told(tenant)
    assert len(listener.told) == 1


BAD: tuple[tuple[dict[str, Any], int], ...] = (
    ({"notificationUrl": "https://portal.example/notifications"}, 400),
    ({"lifecycleNotificationUrl": "http://localhost@portal.example/"}, 400),
    ({"notificationUrl": None}, 400),
    ({"notificationUrl": 5}, 400),
    ({"changeType": "moved"}, 400),
    ({"clientState": "x" * 129}, 400),
    ({"expirationDateTime": "soon"}, 400),
    ({"expirationDateTime": "2020-01-01T00:00:00Z"}, 400),
    ({"resource": "users/kim@northwind.example/messages"}, 403),
    ({"resource": "me/mailFolders('none')/messages"}, 404),
    ({"resource": "me/events"}, 403),
    ({"includeResourceData": True}, 501),
)


@pytest.mark.parametrize(("change", "status"), BAD)
def test_invalid_subscription_is_refused(
    tenant: Sandbox, priya: Caller, listener: Listener, change: dict[str, Any], status: int
) -> None:
    answer = priya.call("POST", "/subscriptions", json=wanted(listener, tenant) | change)

    assert answer.status_code == status
    assert listener.handshakes == []


def test_expiry_is_limited(tenant: Sandbox, priya: Caller, listener: Listener) -> None:
    asked = wanted(listener, tenant, expirationDateTime=in_minutes(tenant, 10090))

    too_long = priya.call("POST", "/subscriptions", json=asked)
    short = opened(priya, asked | {"expirationDateTime": in_minutes(tenant, 5)})

    assert too_long.status_code == 400
    assert short["expirationDateTime"] > in_minutes(tenant, 40)


def test_failed_validation_is_refused(tenant: Sandbox, priya: Caller, listener: Listener) -> None:
    listener.handshake = "bad"

    answer = priya.call("POST", "/subscriptions", json=wanted(listener, tenant))

    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "ValidationError")
    assert priya.read("/subscriptions")["value"] == []


def test_duplicate_subscription_is_refused(
    tenant: Sandbox, priya: Caller, listener: Listener
) -> None:
    opened(priya, wanted(listener, tenant))

    again = priya.call("POST", "/subscriptions", json=wanted(listener, tenant))
    other = priya.call(
        "POST", "/subscriptions", json=wanted(listener, tenant, changeType="created")
    )

    assert (again.status_code, other.status_code) == (409, 201)


def test_renewal_extends_and_expiry_ends_a_subscription(
    tenant: Sandbox, priya: Caller, listener: Listener
) -> None:
    made = opened(priya, wanted(listener, tenant))
    path = f"/subscriptions/{made['id']}"
    renewed = priya.call("PATCH", path, json={"expirationDateTime": in_minutes(tenant, 150)})
    reauthorized = priya.call("POST", f"{path}/reauthorize")
    tenant.control("PATCH", "tenant", {"clockOffset": 140 * 60})
    alive = person(tenant, PRIYA, {"Mail.Read"}).call("GET", path)
    tenant.control("PATCH", "tenant", {"clockOffset": 160 * 60})
    gone = person(tenant, PRIYA, {"Mail.Read"}).call("GET", path)

    statuses = [one.status_code for one in (renewed, reauthorized, alive, gone)]
    assert statuses == [200, 204, 200, 404]


def test_deleted_subscription_sends_no_notifications(
    tenant: Sandbox, priya: Caller, listener: Listener
) -> None:
    made = opened(priya, wanted(listener, tenant))

    ended = priya.call("DELETE", f"/subscriptions/{made['id']}")
    tenant.deliver(PRIYA, raw_message())

    assert ended.status_code == 204
    assert tenant.state.rows("select * from notifications") == []


def test_subscription_of_another_person_is_not_found(
    tenant: Sandbox, priya: Caller, listener: Listener
) -> None:
    made = opened(priya, wanted(listener, tenant))
    kim = person(tenant, "kim@northwind.example", {"Mail.Read"})

    assert kim.call("DELETE", f"/subscriptions/{made['id']}").status_code == 404


def test_lifecycle_events_are_sent(tenant: Sandbox, priya: Caller, listener: Listener) -> None:
    made = opened(priya, wanted(listener, tenant))
    path = f"subscriptions/{made['id']}/lifecycle"
    for event in ("reauthorizationRequired", "missed", "subscriptionRemoved"):
        tenant.control("POST", path, {"lifecycleEvent": event})

    told = [one["lifecycleEvent"] for one in listener.wait_for(3)]

    assert told == ["reauthorizationRequired", "missed", "subscriptionRemoved"]
    assert priya.call("GET", f"/subscriptions/{made['id']}").status_code == 404


def test_application_subscribes_to_any_mailbox(
    tenant: Sandbox, app: Caller, listener: Listener
) -> None:
    resource = f"users/{tenant.oid(PRIYA)}/messages"
    opened(app, wanted(listener, tenant, resource=resource))
    mine = app.call("POST", "/subscriptions", json=wanted(listener, tenant))
    tenant.deliver(PRIYA, raw_message(), folder="Archive")

    assert len(listener.wait_for(1)) == 1
    assert mine.status_code == 400
