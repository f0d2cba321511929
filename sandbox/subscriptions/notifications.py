"""Notifications, sent by a thread of their own so that no writer waits."""

import threading
from collections import defaultdict
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
EVENTS = ("reauthorizationRequired", "subscriptionRemoved", "missed")

# Only this machine is called, and its certificates are self-signed.
urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)


def announce(state: State, change: str, message: Row) -> None:
    """Queue a notification for each matching subscription, in its form of ids."""
    for row in store.live(state):
        if row["oid"] != message["oid"] or row["folder_id"] not in (None, message["folder_id"]):
            continue
        item = orjson.loads(row["item"])
        if change not in item["changeType"].lower().split(","):
            continue
        body = _common(state, row) | _change_of(
            change, message, has_immutable_ids=bool(row["immutable_ids"])
        )
        store.queue(state, row["id"], item["notificationUrl"], body)
    wake(state)


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


def _change_of(change: str, message: Row, *, has_immutable_ids: bool) -> dict[str, Any]:
    identity = message["immutable_id" if has_immutable_ids else "volatile_id"]
    resource = f"Users/{message['oid']}/Messages/{identity}"
    return {
        "changeType": change,
        "resource": resource,
        "resourceData": {
            "@odata.type": "#Microsoft.Graph.Message",
            "@odata.id": resource,
            "@odata.etag": f'W/"{message["change_key"]}"',
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
            self._post(url, rows)

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
