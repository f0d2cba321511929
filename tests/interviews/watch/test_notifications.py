"""Microsoft tells of changes on own calendars; a group's calendar has no notifications."""

from datetime import timedelta

import orjson

from portal import clock
from portal.subscriptions import notifications
from portal.subscriptions import store as subscriptions
from portal.vault import hash_token
from portal.worker.wakes import WAKES
from tests.interviews.microsoft.later import scheduled
from tests.interviews.microsoft.stage import Stage
from tests.interviews.watch.watcher import DAY, asked_of_microsoft, drag, settle, watch
from tests.support import builders
from tests.support.sandbox_server import TENANT_ID

SECRET = "a secret"


def told(stage: Stage, times: int = 1) -> None:
    """Microsoft tells so often in one request of a change on Priya's calendar."""
    ends_at = clock.text(stage.now + DAY)
    item = {
        "subscriptionId": "there",
        "clientState": SECRET,
        "tenantId": TENANT_ID,
        "subscriptionExpirationDateTime": ends_at,
    }
    body = orjson.dumps({"value": [item] * times})
    notifications.accept(stage.rows, body, WAKES, now=stage.now)


def subscribed(stage: Stage) -> None:
    builders.subscription(
        stage.rows,
        "priya",
        created_at=stage.now,
        wakes="calendar",
        microsoft_id="there",
        tenant_id=TENANT_ID,
        client_state_hash=hash_token(SECRET),
        expires_at=stage.now + 2 * DAY,
    )


def test_the_organizer_of_an_own_calendar_is_subscribed(stage: Stage) -> None:
    scheduled(stage)
    assert subscriptions.people_without(stage.rows, wakes="calendar") == []

    settle(stage)

    found = subscriptions.people_without(stage.rows, wakes="calendar")
    assert found == [("priya", TENANT_ID)]


def test_nobody_is_whose_calendar_cannot_be_read(stage: Stage) -> None:
    scheduled(stage)
    stage.change("update connections set state = 'lapsed'")
    stage.pass_time(minutes=1)

    assert watch(stage) != ""

    assert subscriptions.people_without(stage.rows, wakes="calendar") == []


def test_nobody_is_for_a_group(stage: Stage) -> None:
    scheduled(stage, calendar="group")

    settle(stage)

    assert subscriptions.people_without(stage.rows, wakes="calendar") == []


def test_a_notification_is_followed_at_once(stage: Stage) -> None:
    scheduled(stage)
    settle(stage)
    subscribed(stage)
    stage.pass_time(seconds=20)
    drag(stage, DAY)
    told(stage)

    watch(stage)

    assert stage.one.version == 2


def test_a_storm_is_a_few_reads(stage: Stage) -> None:
    scheduled(stage)
    settle(stage)
    subscribed(stage)
    asked_of_microsoft(stage)

    for _ in range(40):
        told(stage, times=500)
        watch(stage)
        stage.pass_time(seconds=0.5)

    assert 1 <= len(asked_of_microsoft(stage)) <= 4
    drag(stage, DAY)
    told(stage)
    stage.pass_time(seconds=11)
    watch(stage)
    assert stage.one.version == 2


def test_a_notification_ends_no_wait(stage: Stage) -> None:
    scheduled(stage)
    settle(stage)
    subscribed(stage)
    stage.fault("calendarView", status=429, times=1, retryAfter=600)
    stage.pass_time(minutes=1)
    watch(stage)
    asked_of_microsoft(stage)

    told(stage)
    stage.pass_time(seconds=30)
    watch(stage)

    assert asked_of_microsoft(stage) == []
    stage.pass_time(seconds=timedelta(minutes=10).total_seconds())
    assert watch(stage) == ""
