"""Switches of sending: late and missing copies, refused properties, changed answers."""

from typing import Any

import pytest
import requests

from sandbox.sending import ledger
from tests.sandbox.answers import error
from tests.sandbox.callers import Caller, person
from tests.sandbox.messages import PRIYA, raw_message
from tests.sandbox.rights.conftest import JOBS, SHARED, give
from tests.sandbox.rights.sent_mail import mail_of, names
from tests.sandbox.sending.marked_mail import ALEX, ROSA, found, marked, recipients, send, turn
from tests.support.sandbox_server import Sandbox


def sent_from(address: str) -> dict[str, Any]:
    return {"from": {"emailAddress": {"address": address}}}


def test_mailbox_has_the_switches_of_the_tenant_but_its_own(tenant: Sandbox) -> None:
    turn(tenant, None, perMinute=30, copyDelay=60)
    turn(tenant, copyDelay=0.5)

    own = tenant.control("GET", f"mailboxes/{PRIYA}/sending")
    other = tenant.control("GET", f"mailboxes/{ALEX}/sending")
    tenant.control("POST", "reset")

    assert (own["perMinute"], own["copyDelay"]) == (30, 0.5)
    assert (other["perMinute"], other["copyDelay"]) == (30, 60)
    assert tenant.control("GET", f"mailboxes/{PRIYA}/sending")["perMinute"] == 0


@pytest.mark.parametrize(
    "switches",
    [
        {"nonsense": True},
        {"keepsCopy": "no"},
        {"copyDelay": -1},
        {"copyWaitsIn": "inbox"},
        {"propertiesRefused": 500},
        {"replyDrops": ["subject"]},
        {"perMinute": True},
    ],
)
def test_unknown_switch_and_value_are_refused(tenant: Sandbox, switches: dict[str, Any]) -> None:
    with pytest.raises(requests.HTTPError, match="400"):
        turn(tenant, **switches)


@pytest.mark.parametrize("folder", ["", "outbox", "drafts"])
def test_copy_comes_late(tenant: Sandbox, priya: Caller, folder: str) -> None:
    turn(tenant, copyDelay=240, copyWaitsIn=folder)
    send(priya)
    early = found(priya)
    waiting = found(priya, path=f"/me/mailFolders/{folder or 'sentitems'}")

    tenant.control("PATCH", "tenant", {"clockOffset": 241})

    (copy,) = found(priya, path="/me/mailFolders/sentitems")
    assert (len(early), len(waiting)) == ((1, 1) if folder else (0, 0))
    assert copy["singleValueExtendedProperties"][0]["value"] == "one"
    assert len(found(priya)) == len(recipients(tenant)) == 1


def test_late_copy_is_in_the_next_delta(tenant: Sandbox, priya: Caller) -> None:
    turn(tenant, copyDelay=60)
    first = priya.read("/me/mailFolders/sentitems/messages/delta")
    send(priya)
    tenant.control("PATCH", "tenant", {"clockOffset": 61})

    second = priya.read(first["@odata.deltaLink"])

    assert [one["subject"] for one in second["value"]] == ["Interview"]


def test_no_copy_is_kept(tenant: Sandbox, priya: Caller) -> None:
    turn(tenant, keepsCopy=False)

    assert send(priya).status_code == 202
    assert (mail_of(tenant, PRIYA), len(recipients(tenant))) == ([], 1)


@pytest.mark.parametrize(
    ("status", "code"), [(400, "ErrorInvalidProperty"), (403, "ErrorAccessDenied")]
)
def test_property_is_refused_and_mail_without_it_is_not(
    tenant: Sandbox, priya: Caller, status: int, code: str
) -> None:
    turn(tenant, propertiesRefused=status)

    refused = send(priya)
    taken = send(priya, singleValueExtendedProperties=[])

    assert error(refused) == (status, code)
    assert taken.status_code == 202
    assert len(recipients(tenant)) == 1


def test_colleague_receives_the_property(tenant: Sandbox, app: Caller) -> None:
    turn(tenant, propertiesReachColleagues=True)

    send(app, to=PRIYA)

    copies = found(app, path=f"/users/{PRIYA}")
    assert len(copies) == 2
    assert len({one["internetMessageId"] for one in copies}) == 1


@pytest.mark.parametrize(
    "dropped", [["properties"], ["headers"], ["from"], ["properties", "headers"]]
)
def test_reply_drops_members(tenant: Sandbox, priya: Caller, dropped: list[str]) -> None:
    turn(tenant, replyDrops=dropped)
    identity = tenant.deliver(PRIYA, raw_message())
    message = marked() | sent_from("talent@northwind.example")

    priya.call("POST", f"/me/messages/{identity}/reply", json={"message": message})
    send(priya, "two")

    answer, other = ledger.deliveries(tenant.state)
    assert bool(found(priya)) is ("properties" not in dropped)
    assert (answer.mark == "one") is ("headers" not in dropped)
    assert (answer.sent_from == PRIYA) is ("from" in dropped)
    assert other.mark == "two"


def test_reply_adds_recipients(tenant: Sandbox, priya: Caller) -> None:
    identity = tenant.deliver(PRIYA, raw_message())
    asked = {"message": marked(to=ALEX)}
    priya.call("POST", f"/me/messages/{identity}/reply", json=asked)
    alone = recipients(tenant)
    turn(tenant, replyAddsRecipients=True)

    priya.call("POST", f"/me/messages/{identity}/reply", json=asked)

    assert (alone, recipients(tenant)[1:]) == ([ALEX], [ROSA, ALEX])


def test_from_of_another_mailbox_is_ignored_at_ones_own(tenant: Sandbox) -> None:
    turn(tenant, None, ignoresFrom=True)
    give(tenant, "fullAccess", "sendAs")
    member = person(tenant, PRIYA, SHARED)
    jobs = sent_from(JOBS)

    at_me = member.call("POST", "/me/sendMail", json={"message": marked(**jobs)})
    there = send(member, user=JOBS, **jobs)
    give(tenant)
    denied = member.call("POST", "/me/sendMail", json={"message": marked(**jobs)})

    (own,), (shared,) = mail_of(tenant, PRIYA), mail_of(tenant, JOBS)
    assert (at_me.status_code, there.status_code) == (202, 202)
    assert (names(own), names(shared)) == ((PRIYA, PRIYA), (JOBS, JOBS))
    assert error(denied) == (403, "ErrorSendAsDenied")


def test_alias_test_reaches_the_mailbox_itself(tenant: Sandbox, priya: Caller) -> None:
    """The copy in the Inbox tells which address recipients see."""
    alias = sent_from("talent@northwind.example")
    seen = []
    for is_on in (True, False):
        tenant.control("PATCH", "tenant", {"sendFromAlias": is_on})
        send(priya, str(is_on), to=PRIYA, **alias)
        sent, received = mail_of(tenant, PRIYA)[-1], mail_of(tenant, PRIYA, "inbox")[-1]
        assert sent["internetMessageId"] == received["internetMessageId"]
        seen.append(received["from"]["emailAddress"]["address"])

    assert seen == ["talent@northwind.example", PRIYA]
