"""Mail to the addresses of groups."""

from typing import Any

import requests

from sandbox.sending import ledger
from tests.sandbox.callers import Caller
from tests.support.sandbox_server import Sandbox


def subjects(tenant: Sandbox, name: str) -> list[str]:
    rows = tenant.state.rows(
        "select item ->> '$.subject' as subject from messages where oid = ?",
        (tenant.oid(f"{name}@northwind.example"),),
    )
    return [row["subject"] for row in rows]


def send(caller: Caller, *recipients: str) -> None:
    to = [{"emailAddress": {"address": address}} for address in recipients]
    message: dict[str, Any] = {
        "subject": "Hello",
        "body": {"contentType": "text", "content": "Hi."},
        "toRecipients": to,
    }
    answer = caller.call("POST", "/me/sendMail", json={"message": message})
    assert answer.status_code == 202


def write_from_outside(tenant: Sandbox, to: str) -> int:
    fields = {"from": "Rosa <rosa.ortega@mail.example>", "to": to, "subject": "Hello", "text": "Hi"}
    session = requests.Session()
    session.trust_env = False
    address = f"{tenant.url}/outside"
    return session.post(address, data=fields, timeout=30, allow_redirects=False).status_code


def test_mail_to_a_group_reaches_its_members_once(tenant: Sandbox, priya: Caller) -> None:
    send(priya, "Office-News@northwind.example", "kim@northwind.example")

    assert subjects(tenant, "kim") == ["Hello"]
    outside = [one.recipient for one in ledger.deliveries(tenant.state) if one.mailbox is None]
    assert sorted(outside) == ["guest@partner.example", "ines@agency.example"]
    assert subjects(tenant, "priya") == ["Hello"]  # the copy, and no report of a failure


def test_hidden_members_receive_too(tenant: Sandbox, priya: Caller) -> None:
    send(priya, "works-council@northwind.example")

    assert (subjects(tenant, "kim"), subjects(tenant, "sam")) == (["Hello"], ["Hello"])


def test_candidate_reaches_a_group_that_takes_mail_from_outside(tenant: Sandbox) -> None:
    recruiting = write_from_outside(tenant, "recruiting@northwind.example")
    council = write_from_outside(tenant, "works-council@northwind.example")

    assert (recruiting, council) == (303, 422)
    assert (subjects(tenant, "priya"), subjects(tenant, "alex")) == (["Hello"], ["Hello"])
    assert subjects(tenant, "kim") == []
