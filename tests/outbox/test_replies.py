"""Answers: in the thread where the mailbox holds the message, and as a new mail elsewhere."""

from typing import Any

import pytest

from portal.outbox.models import Mail, State
from portal.outbox.requests import as_html, as_new_subject, new_mail
from sandbox.sending import ledger
from tests.email.environment import PRIYA, ROSA, raw_message, skip_searches
from tests.outbox.office import Office, once
from tests.outbox.sent_mail import file, recipient
from tests.support.raw_rows import raw

MEI = "mei.sato@mail.example"
RECEIVED = "<question@mail.example>"


@pytest.fixture
def answered(office: Office) -> str:
    """Our id of a message of Rosa's that sync brought."""
    office.env.arrives(PRIYA, raw_message("When can I come?", message_id=RECEIVED))
    office.env.sync(office.priya)
    skip_searches(office.env)
    (row,) = raw(office.env.rows).query("select id from messages")
    return str(row["id"])


def reply(office: Office, message_id: str, **changes: Any) -> Mail:
    usual = {"subject": "Re: When can I come?", "answers_message_id": message_id}
    return office.write(**usual | changes, is_in_thread=True)


def test_answer_stays_in_its_thread_and_is_found(office: Office, answered: str) -> None:
    mail = reply(office, answered)

    office.work()
    office.later(seconds=5)

    (delivery,) = ledger.deliveries(office.env.sandbox.state)
    assert (office.state(mail), delivery.in_reply_to) == (State.SEEN, RECEIVED)
    assert office.delivered() == once(mail)


def test_answer_to_a_message_that_is_gone_goes_as_new_mail(office: Office, answered: str) -> None:
    office.env.sandbox.control(
        "POST", "faults", {"path": "/reply", "times": 1, "status": 404, "code": "ErrorItemNotFound"}
    )
    mail = reply(office, answered)

    office.work()

    (delivery,) = ledger.deliveries(office.env.sandbox.state)
    assert office.outcomes(mail) == ["not there", "accepted"]
    assert (delivery.in_reply_to, delivery.subject) == ("", "Re: When can I come?")
    assert office.mail(mail).is_in_thread is False


def test_mailbox_without_the_message_sends_new_mail(office: Office, answered: str) -> None:
    raw(office.env.rows).execute("update message_copies set gone_at = '2026-11-24T10:00:00Z'")
    mail = reply(office, answered)

    office.work()

    assert office.outcomes(mail) == ["accepted"]
    assert office.mail(mail).is_in_thread is False


def test_reply_that_drops_the_property_is_found_by_its_header(
    office: Office, answered: str
) -> None:
    office.turn(replyDrops=["properties"])
    mail = reply(office, answered)

    office.work()
    office.later(seconds=5)

    assert office.state(mail) is State.SEEN
    assert office.delivered() == once(mail)


def test_reply_to_further_recipients_is_found_by_its_header(office: Office, answered: str) -> None:
    """Exchange may add the writer of the message to the recipients of a reply."""
    office.turn(replyDrops=["properties"], replyAddsRecipients=True)
    office.fault(path="/reply", carriedOut=True, reset=True)
    mei = office.env.candidate("Mei Sato", MEI)
    mail = reply(office, answered, to=MEI, candidate_id=mei)

    office.work()
    office.look_through()
    office.later(minutes=2)

    seen = office.mail(mail)
    assert seen.state is State.SEEN
    assert seen.failure == f"The copy in Sent Items went also to {ROSA}."
    assert office.delivered() == once(mail, ROSA, MEI)


def test_lost_reply_that_no_mark_may_find_asks(office: Office, answered: str) -> None:
    """The mark is known to work for new mail. A reply may drop it, and sync is off."""
    office.write()
    office.work()
    office.later(seconds=5)
    office.turn(replyDrops=["properties"])
    office.fault(path="/reply", carriedOut=True, reset=True)
    mail = reply(office, answered)
    raw(office.env.rows).execute("update mailboxes set is_syncing = 0")

    office.later(seconds=5)
    office.look_through()
    office.later(minutes=10)

    assert office.state(mail) is State.ASKS
    assert office.delivered()[(mail.id, ROSA)] == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hi Rosa,\n\nsee you.\nPriya", "<p>Hi Rosa,</p><p>see you.<br>Priya</p>"),
        ("<b>&\"'", "<p>&lt;b&gt;&amp;&quot;&#x27;</p>"),
        (
            "See https://example.org/a?b=1&c=2.",
            '<p>See <a href="https://example.org/a?b=1&amp;c=2">'
            "https://example.org/a?b=1&amp;c=2</a>.</p>",
        ),
        ("javascript://x", "<p>javascript://x</p>"),
        ('https://a.example/"onclick=x', '<p><a href="https://a.example/">https://a.example/</a>'
         "&quot;onclick=x</p>"),
    ],
)  # fmt: skip  # one case to a line says no more
def test_text_becomes_escaped_html(text: str, expected: str) -> None:
    assert as_html(text) == expected


def test_request_carries_mark_files_and_signature(office: Office) -> None:
    mail = office.write(signature="Priya")

    body = new_mail(mail, [recipient(ROSA)], [file("plan.pdf")], is_marked=True)

    message = body["message"]
    assert body["saveToSentItems"] is True
    assert message["internetMessageHeaders"] == [{"name": "x-portal-message", "value": mail.id}]
    assert message["singleValueExtendedProperties"][0]["value"] == mail.id
    assert message["attachments"][0]["contentBytes"] == "aGVsbG8="
    assert message["body"]["content"].endswith("<p>Priya</p>")


@pytest.mark.parametrize(
    ("given", "expected"), [("Hello", "Re: Hello"), ("RE: Hello", "RE: Hello")]
)
def test_answer_outside_its_thread_says_re_once(given: str, expected: str) -> None:
    assert as_new_subject(given) == expected
