"""Notifications, sent by a thread of their own so that no writer waits."""

import threading
from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import orjson
import requests
import urllib3

from sandbox import quirks
from sandbox.database import Row, State
from sandbox.subscriptions import store

# A handshake may take ten seconds, an answer to a notification three.
HANDSHAKE_SECONDS = 10.0
ANSWER_SECONDS = 3.0
# The notifications of one request.
AT_ONCE = 20
EVENTS = ("reauthorizationRequired", "subscriptionRemoved", "missed")

# Only this machine is called, and its certificates are self-signed.
urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)


def announce(state: State, change: str, message: Row) -> None:
    """Queue a notification for each matching subscription, in its form of ids."""
    for row in _subscribed(state, change, message["oid"], store.MESSAGES):
        if row["folder_id"] not in (None, message["folder_id"]):
            continue
        identity = message["immutable_id" if row["immutable_ids"] else "volatile_id"]
        told = _change_of(change, "Message", message["oid"], identity, message["change_key"])
        _queue(state, row, told)
    wake(state)


def announce_event(state: State, change: str, *, oid: str, event_id: str, etag: str) -> None:
    """Queue a notification of a calendar for each matching subscription."""
    for row in _subscribed(state, change, oid, store.EVENTS):
        _queue(state, row, _change_of(change, "Event", oid, event_id, etag))
    wake(state)


def _subscribed(state: State, change: str, oid: str, what: str) -> Iterator[Row]:
    for row in store.live(state):
        wanted = orjson.loads(row["item"])["changeType"].lower().split(",")
        if (row["oid"], row["what"]) == (oid, what) and change in wanted:
            yield row


def _queue(state: State, row: Row, told: dict[str, Any]) -> None:
    """Queue a notification, as often as the tenant's switch says."""
    url = orjson.loads(row["item"])["notificationUrl"]
    for _ in range(state.setting("notificationCopies")):
        store.queue(state, row["id"], url, _common(state, row) | told)


def wake(state: State) -> None:
    if state.notifier:
        state.notifier.wake.set()


def _common(state: State, row: Row) -> dict[str, Any]:
    return {
        "subscriptionId": row["id"],
        "subscriptionExpirationDateTime": row["expires_at"].replace("Z", "+00:00"),
        "clientState": row["client_state"],
        "tenantId": state.setting("id"),
    }


def _change_of(change: str, kind: str, oid: str, identity: str, etag: str) -> dict[str, Any]:
    resource = f"Users/{oid}/{kind}s/{identity}"
    return {
        "changeType": change,
        "resource": resource,
        "resourceData": {
            "@odata.type": f"#Microsoft.Graph.{kind}",
            "@odata.id": resource,
            "@odata.etag": f'W/"{etag}"',
            "id": identity,
        },
    }


def lifecycle(state: State, row: Row, event: str) -> None:
    """Queue a lifecycle event. `subscriptionRemoved` also ends the subscription."""
    item = orjson.loads(row["item"])
    url = item.get("lifecycleNotificationUrl")
    if event == "subscriptionRemoved":
        store.end(state, row["id"])
    if url:
        store.queue(state, row["id"], url, _lifecycle_body(state, row, event))
    wake(state)


def _lifecycle_body(state: State, row: Row, event: str) -> dict[str, Any]:
    body = _common(state, row) | {"lifecycleEvent": event}
    if quirks.LIFECYCLE_AS_SENT.is_on(state):
        tenant = body.pop("tenantId")
        body |= {"organizationId": tenant, "resource": "", "sequence": None}
    return body


class Notifier(threading.Thread):
    """A thread that posts queued notifications, one request for each address."""

    def __init__(self, state: State) -> None:
        super().__init__(daemon=True, name="notifications")
        self.state = state
        self.wake = threading.Event()
        self.is_stopping = False
        self.session = requests.Session()
        self.session.trust_env = False

    def run(self) -> None:
        with self.session:
            while not self.is_stopping:
                self.wake.wait(0.5)
                self.wake.clear()
                self.send_due()

    def send_due(self) -> None:
        """Post everything that is due."""
        by_url: dict[str, list[Row]] = defaultdict(list)
        for row in store.due(self.state):
            by_url[row["url"]].append(row)
        for url, rows in by_url.items():
            for start in range(0, len(rows), AT_ONCE):
                self._post(url, rows[start : start + AT_ONCE])

    def _post(self, url: str, rows: list[Row]) -> None:
        body = {"value": [orjson.loads(row["body"]) for row in rows]}
        ids = [row["id"] for row in rows]
        try:
            answer = self.session.post(
                url,
                data=orjson.dumps(body),
                headers={"Content-Type": "application/json; charset=utf-8"},
                timeout=ANSWER_SECONDS,
                verify=False,  # loopback only: see is_local()
                allow_redirects=False,
            )
            is_delivered = 200 <= answer.status_code < 300
        except requests.RequestException:
            is_delivered = False
        if is_delivered:
            store.remove_sent(self.state, ids)
        else:
            later = self.state.now() + timedelta(seconds=2)
            store.retry_later(self.state, ids, later.isoformat())

    def stop(self) -> None:
        self.is_stopping = True
        self.wake.set()
        if self.is_alive():
            self.join(HANDSHAKE_SECONDS)
