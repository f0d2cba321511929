"""$batch: several requests in one."""

import base64
from typing import Any

import pytest

from tests.sandbox.callers import Caller
from tests.sandbox.messages import PRIYA, WITH_FILE, raw_message
from tests.support.sandbox_server import Sandbox

FOLDER = {"id": "1", "method": "GET", "url": "/me/mailFolders/inbox?$select=displayName"}


def answers(caller: Caller, *parts: dict[str, Any]) -> dict[str, Any]:
    answer = caller.call("POST", "/$batch", json={"requests": list(parts)})
    assert answer.status_code == 200, answer.text
    return {part["id"]: part for part in answer.json()["responses"]}


def test_each_part_has_its_own_answer(tenant: Sandbox, priya: Caller) -> None:
    identity = tenant.deliver(PRIYA, raw_message())
    prefer = {"Prefer": 'outlook.body-content-type="text", IdType="ImmutableId"'}
    message = {"id": "2", "method": "get", "url": f"/me/messages/{identity}", "headers": prefer}
    missing = {"id": "3", "method": "GET", "url": "/me/messages/none"}
    closed = {"id": "4", "method": "GET", "url": "/users/kim@northwind.example/messages"}

    told = answers(priya, FOLDER, message, missing, closed)

    assert {name: part["status"] for name, part in told.items()} == {
        "1": 200, "2": 200, "3": 404, "4": 403,
    }  # fmt: skip  # one to a line says no more
    assert told["1"]["body"]["displayName"] == "Inbox"
    assert told["2"]["body"]["id"] == identity
    assert told["2"]["body"]["body"]["contentType"] == "text"
    assert told["3"]["body"]["error"]["code"] == "ErrorItemNotFound"


def test_bytes_are_base64(tenant: Sandbox, priya: Caller) -> None:
    identity = tenant.deliver(PRIYA, WITH_FILE)
    path = f"/me/messages/{identity}/attachments"
    (file,) = priya.read(path)["value"]

    told = answers(priya, {"id": "1", "method": "GET", "url": f"{path}/{file['id']}/$value"})

    assert base64.b64decode(told["1"]["body"]) == b"%PDF-1.4\n"
    assert told["1"]["headers"]["Content-Type"] == "application/pdf"


def test_part_fails_with_its_dependency(tenant: Sandbox, priya: Caller) -> None:
    tenant.deliver(PRIYA, raw_message())
    missing = {"id": "1", "method": "GET", "url": "/me/messages/none"}
    after = {**FOLDER, "id": "2", "dependsOn": ["1"]}
    later = {**FOLDER, "id": "3", "dependsOn": ["2"]}

    told = answers(priya, missing, after, later)

    assert [told[name]["status"] for name in "123"] == [404, 424, 424]


def test_part_is_throttled_alone(tenant: Sandbox, priya: Caller) -> None:
    fault = {"path": "mailFolders/inbox", "status": 429, "retryAfter": 7, "times": 1}
    tenant.control("POST", "faults", fault)

    told = answers(priya, FOLDER, {**FOLDER, "id": "2"})

    assert (told["1"]["status"], told["1"]["headers"]["Retry-After"]) == (429, "7")
    assert told["2"]["status"] == 200


def test_part_with_a_body_needs_its_type(priya: Caller) -> None:
    body = {"message": {"toRecipients": [{"emailAddress": {"address": "a@b.example"}}]}}
    bare = {"id": "1", "method": "POST", "url": "/me/sendMail", "body": body}
    whole = {**bare, "id": "2", "headers": {"content-type": "application/json"}}

    told = answers(priya, bare, whole)

    assert (told["1"]["status"], told["2"]["status"]) == (400, 202)
    assert "body" not in told["2"]


MALFORMED: tuple[Any, ...] = (
    None,
    [],
    {},
    {"requests": []},
    {"requests": "x"},
    {"requests": [5]},
    {"requests": [{"id": "1", "method": "GET"}]},
    {"requests": [{**FOLDER, "id": 1}]},
    {"requests": [FOLDER, FOLDER]},
    {"requests": [{**FOLDER, "url": "me"}]},
    {"requests": [{**FOLDER, "dependsOn": ["2"]}]},
    {"requests": [{**FOLDER, "headers": {"Prefer": 5}}]},
    {"requests": [{**FOLDER, "id": str(number)} for number in range(21)]},
)


@pytest.mark.parametrize("asked", MALFORMED, ids=repr)
def test_malformed_batch_is_refused(priya: Caller, asked: Any) -> None:
    answer = priya.call("POST", "/$batch", json=asked)

    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "BadRequest")


def test_batch_needs_a_token(tenant: Sandbox) -> None:
    answer = Caller(tenant, "nonsense").call("POST", "/$batch", json={"requests": [FOLDER]})

    assert answer.status_code == 401
