"""Limits of sending, and answers that say less than what happened."""

from typing import Any

import pytest
import requests

from tests.sandbox.answers import error
from tests.sandbox.callers import Caller, person
from tests.sandbox.messages import PRIYA
from tests.sandbox.rights.sent_mail import mail_of
from tests.sandbox.sending.marked_mail import found, marked, recipients, send, turn
from tests.support.sandbox_server import Sandbox


@pytest.mark.parametrize("is_sent", [True, False])
def test_mail_beyond_the_limit_of_a_minute(
    tenant: Sandbox, priya: Caller, *, is_sent: bool
) -> None:
    turn(tenant, perMinute=2, sendsThrottled=is_sent, retryAfter=0 if is_sent else 7)
    answers = [send(priya, str(number)) for number in range(3)]
    tenant.control("PATCH", "tenant", {"clockOffset": 61})
    later = send(priya, "3")

    assert [one.status_code for one in (*answers, later)] == [202, 202, 429, 202]
    assert error(answers[2]) == (429, "ApplicationThrottled")
    assert answers[2].headers.get("Retry-After") == (None if is_sent else "7")
    assert len(recipients(tenant)) == (4 if is_sent else 3)


@pytest.mark.parametrize("status", [400, 403, 429])
def test_recipients_of_a_day_are_limited(tenant: Sandbox, priya: Caller, status: int) -> None:
    turn(tenant, recipientsPerDay=2, limitStatus=status)
    answers = [send(priya, str(number)) for number in range(3)]
    tenant.control("PATCH", "tenant", {"clockOffset": 24 * 3600 + 60})

    assert error(answers[2]) == (status, "ErrorExceededMessageLimit")
    tomorrow = person(tenant, PRIYA, {"Mail.Send"})
    assert send(tomorrow, "3").status_code == 202
    assert len(recipients(tenant)) == 3


def test_full_mailbox_and_large_request_are_refused(tenant: Sandbox, priya: Caller) -> None:
    large = send(priya, body={"contentType": "text", "content": "x" * 4_200_000})
    turn(tenant, isFull=True)

    assert error(large) == (413, "RequestEntityTooLarge")
    assert error(send(priya)) == (507, "ErrorQuotaExceeded")
    assert recipients(tenant) == []


def test_draft_counts_too(tenant: Sandbox, priya: Caller) -> None:
    turn(tenant, perMinute=1)
    draft = priya.call("POST", "/me/messages", json=marked()).json()
    send(priya)

    refused = priya.call("POST", f"/me/messages/{draft['id']}/send")

    assert error(refused) == (429, "ApplicationThrottled")
    assert len(recipients(tenant)) == 1


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 504},
        {"status": 500, "code": "UnknownError", "body": ""},
        {"status": 429, "code": "ApplicationThrottled"},
        {"reset": True},
        {"delayMs": 50},
    ],
)
def test_mail_is_taken_whatever_the_answer_says(
    tenant: Sandbox, priya: Caller, fault: dict[str, Any]
) -> None:
    plan = {"path": "/sendMail", "times": 1, "carriedOut": True}
    tenant.control("POST", "faults", {**plan, **fault})

    try:
        status = send(priya).status_code
    except requests.ConnectionError:
        status = None

    assert status == (None if "reset" in fault else fault.get("status", 202))
    assert len(recipients(tenant)) == len(found(priya)) == len(mail_of(tenant, PRIYA)) == 1


def test_refusal_of_the_tenant_stays(tenant: Sandbox, priya: Caller) -> None:
    turn(tenant, isFull=True)
    plan = {"path": "/sendMail", "times": 1, "carriedOut": True, "status": 504}
    tenant.control("POST", "faults", plan)

    assert error(send(priya)) == (507, "ErrorQuotaExceeded")


@pytest.mark.parametrize("status", [413, 500, 507])
def test_mail_is_not_taken_by_a_fault_before_it(
    tenant: Sandbox, priya: Caller, status: int
) -> None:
    tenant.control("POST", "faults", {"path": "/sendMail", "times": 1, "status": status})

    assert send(priya).status_code == status
    assert recipients(tenant) == []


def test_connection_is_cut_before_mail_is_taken(tenant: Sandbox, priya: Caller) -> None:
    plan = {"path": "/sendMail", "times": 1, "status": 500, "reset": True}
    tenant.control("POST", "faults", plan)

    with pytest.raises(requests.ConnectionError):
        send(priya)

    assert recipients(tenant) == []
