"""Mail in another's name: who may send it, what recipients see, and where the copies are."""

import base64
from typing import Any

import pytest

from tests.sandbox.answers import error
from tests.sandbox.callers import Caller, application, person
from tests.sandbox.messages import PRIYA
from tests.sandbox.rights.conftest import JOBS, give
from tests.sandbox.rights.sent_mail import mail_of, names
from tests.support import openapi
from tests.support.sandbox_server import Sandbox

KIM = "kim@northwind.example"
DENIED = (403, "ErrorSendAsDenied")
PRIYA_FOR_JOBS = (JOBS, PRIYA)
AS_JOBS = (JOBS, JOBS)


def message(subject: str = "Welcome", *, sent_from: str | None = JOBS) -> dict[str, Any]:
    made: dict[str, Any] = {
        "subject": subject,
        "toRecipients": [{"emailAddress": {"address": KIM}}],
    }
    return made | ({"from": {"emailAddress": {"address": sent_from}}} if sent_from else {})


@pytest.mark.parametrize(
    ("rights", "seen"),
    [
        (("sendAs",), AS_JOBS),
        (("sendOnBehalf",), PRIYA_FOR_JOBS),
        (("sendAs", "sendOnBehalf"), AS_JOBS),
    ],
)
def test_mail_sent_at_me_keeps_its_copy_with_the_person(
    tenant: Sandbox, member: Caller, rights: tuple[str, ...], seen: tuple[str, str]
) -> None:
    give(tenant, *rights)

    answer = member.call("POST", "/me/sendMail", json={"message": message()})

    (arrived,), (copy,) = mail_of(tenant, KIM, "inbox"), mail_of(tenant, PRIYA)
    assert answer.status_code == 202
    assert names(arrived) == names(copy) == seen
    assert arrived["from"]["emailAddress"]["name"] == "Northwind Jobs"
    assert mail_of(tenant, JOBS) == []


@pytest.mark.parametrize(
    ("rights", "seen"), [(("sendAs",), AS_JOBS), (("sendOnBehalf",), PRIYA_FOR_JOBS)]
)
@pytest.mark.parametrize("sent_from", [JOBS, None])
def test_mail_sent_at_the_mailbox_keeps_its_copy_there(
    tenant: Sandbox,
    member: Caller,
    rights: tuple[str, ...],
    seen: tuple[str, str],
    sent_from: str | None,
) -> None:
    give(tenant, "fullAccess", *rights)

    asked = {"message": message(sent_from=sent_from)}
    answer = member.call("POST", f"/users/{JOBS}/sendMail", json=asked)

    (copy,) = mail_of(tenant, JOBS)
    assert answer.status_code == 202
    assert names(copy) == seen
    assert mail_of(tenant, PRIYA) == []


@pytest.mark.parametrize(
    ("right", "switch"),
    [
        ("sendAs", "messageCopyForSentAsEnabled"),
        ("sendOnBehalf", "messageCopyForSendOnBehalfEnabled"),
    ],
)
@pytest.mark.parametrize("is_saved", [True, False])
def test_mailbox_keeps_a_second_copy_where_its_switch_is_on(
    tenant: Sandbox, member: Caller, right: str, switch: str, is_saved: bool
) -> None:
    switches: dict[str, Any] = {switch: True}
    give(tenant, right, "fullAccess", **switches)
    asked = {"message": message(), "saveToSentItems": is_saved}

    member.call("POST", "/me/sendMail", json=asked)

    (arrived,), (second,) = mail_of(tenant, KIM, "inbox"), mail_of(tenant, JOBS)
    own = mail_of(tenant, PRIYA)
    assert second["internetMessageId"] == arrived["internetMessageId"]
    assert [one["internetMessageId"] for one in own] == [second["internetMessageId"]] * is_saved


def test_switch_of_the_other_right_and_mail_sent_there_make_no_second_copy(
    tenant: Sandbox, member: Caller
) -> None:
    give(tenant, "sendAs", "fullAccess", messageCopyForSendOnBehalfEnabled=True)
    member.call("POST", "/me/sendMail", json={"message": message()})
    other = mail_of(tenant, JOBS)
    give(tenant, "sendAs", "fullAccess", messageCopyForSentAsEnabled=True)
    member.call("POST", f"/users/{JOBS}/sendMail", json={"message": message()})

    assert other == []
    assert len(mail_of(tenant, JOBS)) == 1


@pytest.mark.parametrize("rights", [(), ("fullAccess",)])
def test_right_to_send_is_missing(tenant: Sandbox, member: Caller, rights: tuple[str, ...]) -> None:
    give(tenant, *rights)

    answer = member.call("POST", "/me/sendMail", json={"message": message()})

    assert error(answer) == DENIED
    assert mail_of(tenant, KIM, "inbox") == mail_of(tenant, PRIYA) == []


def test_sending_at_the_mailbox_needs_full_access_and_a_right(
    tenant: Sandbox, member: Caller
) -> None:
    path, asked = f"/users/{JOBS}/sendMail", {"message": message()}
    give(tenant, "sendAs")
    closed = member.call("POST", path, json=asked)
    give(tenant, "fullAccess")
    opened = member.call("POST", path, json=asked)

    assert [error(closed), error(opened)] == [(403, "ErrorAccessDenied"), DENIED]
    openapi.assert_fits("POST", "/users/{user-id}/sendMail", 403, opened.json())


def test_plain_permission_sends_for_nobody_else(tenant: Sandbox) -> None:
    give(tenant, "fullAccess", "sendAs", "sendOnBehalf")
    plain = person(tenant, PRIYA, {"Mail.Send", "Mail.ReadWrite"})
    asked = {"message": message()}

    assert error(plain.call("POST", "/me/sendMail", json=asked)) == DENIED
    refused = plain.call("POST", f"/users/{JOBS}/sendMail", json=asked)
    assert error(refused) == (403, "ErrorAccessDenied")


def test_application_needs_no_right_at_the_mailbox_itself(tenant: Sandbox) -> None:
    app = application(tenant, "Mail.Send")

    sent = app.call("POST", f"/users/{JOBS}/sendMail", json={"message": message()})
    for_another = app.call("POST", f"/users/{PRIYA}/sendMail", json={"message": message()})

    (copy,) = mail_of(tenant, JOBS)
    assert sent.status_code == 202
    assert names(copy) == AS_JOBS
    assert error(for_another) == DENIED


def test_person_writes_as_themselves_from_the_shared_mailbox(
    tenant: Sandbox, member: Caller
) -> None:
    give(tenant, "fullAccess")
    asked = {"message": message(sent_from=PRIYA)}

    answer = member.call("POST", f"/users/{JOBS}/sendMail", json=asked)

    (copy,) = mail_of(tenant, JOBS)
    assert (answer.status_code, names(copy)) == (202, (PRIYA, PRIYA))


def test_right_to_send_works_after_its_delay(tenant: Sandbox, member: Caller) -> None:
    tenant.control("PATCH", "tenant", {"rightsDelay": 60})
    give(tenant, "sendAs")
    early = member.call("POST", "/me/sendMail", json={"message": message()})
    tenant.control("PATCH", "tenant", {"clockOffset": 61})

    assert error(early) == DENIED
    assert member.call("POST", "/me/sendMail", json={"message": message()}).status_code == 202


def test_draft_in_anothers_name_is_refused_when_it_is_sent(tenant: Sandbox, member: Caller) -> None:
    draft = member.call("POST", "/me/messages", json=message())
    path = f"/me/messages/{draft.json()['id']}/send"

    refused = member.call("POST", path)
    give(tenant, "sendOnBehalf")
    sent = member.call("POST", path)

    (copy,) = mail_of(tenant, PRIYA)
    assert (draft.status_code, sent.status_code) == (201, 202)
    assert draft.json()["from"]["emailAddress"]["address"] == JOBS
    assert error(refused) == DENIED
    assert names(copy) == PRIYA_FOR_JOBS


@pytest.mark.parametrize("action", ["reply", "createReply"])
def test_reply_in_the_shared_mailbox_is_sent_on_its_behalf(
    tenant: Sandbox, member: Caller, message_id: str, action: str
) -> None:
    give(tenant, "fullAccess", "sendOnBehalf")
    path = f"/users/{JOBS}/messages"

    answer = member.call("POST", f"{path}/{message_id}/{action}", json={"comment": "Thank you."})
    if action == "createReply":
        answer = member.call("POST", f"{path}/{answer.json()['id']}/send")

    (copy,) = mail_of(tenant, JOBS)
    (original,) = [one for one in mail_of(tenant, JOBS, "inbox") if one["subject"] == "With a file"]
    assert answer.status_code == 202
    assert names(copy) == PRIYA_FOR_JOBS
    assert copy["conversationId"] == original["conversationId"]


def test_sender_of_a_clients_own_mime_is_exchanges(tenant: Sandbox, member: Caller) -> None:
    give(tenant, "fullAccess", "sendOnBehalf")
    raw = f"From: {KIM}\r\nSender: {KIM}\r\nTo: {KIM}\r\nSubject: A\r\n\r\nHello".encode()

    answer = member.call(
        "POST",
        f"/users/{JOBS}/sendMail",
        data=base64.b64encode(raw),
        headers={"Content-Type": "text/plain"},
    )

    (copy,) = mail_of(tenant, JOBS)
    assert (answer.status_code, names(copy)) == (202, PRIYA_FOR_JOBS)


def test_colleague_can_be_written_for_too(tenant: Sandbox, member: Caller) -> None:
    sam = "sam@northwind.example"
    give(tenant, "sendOnBehalf", mailbox=sam)

    answer = member.call("POST", "/me/sendMail", json={"message": message(sent_from=sam)})

    (copy,) = mail_of(tenant, PRIYA)
    assert (answer.status_code, names(copy)) == (202, (sam, PRIYA))
