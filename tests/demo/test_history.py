"""The initial messages of the demo."""

import mailbox
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses
from pathlib import Path

import pytest

from demo.history import history
from demo.mime import folder_of, mbox
from demo.people import CANDIDATES, PRIYA

TODAY = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def parsed() -> list[EmailMessage]:
    return [message_from_bytes(raw, policy=policy.default) for _, raw in history(TODAY)]


def addresses(message: EmailMessage) -> set[str]:
    fields = [str(message[name]) for name in ("From", "To", "Cc") if message[name]]
    return {address for _, address in getaddresses(fields)}


def test_history_is_a_few_hundred_messages_and_few_are_with_candidates(
    parsed: list[EmailMessage],
) -> None:
    candidates = {person.address for person in CANDIDATES}

    with_candidates = [message for message in parsed if addresses(message) & candidates]

    assert 250 <= len(parsed) <= 500
    assert 20 <= len(with_candidates) <= 40


def test_history_is_made_up(parsed: list[EmailMessage]) -> None:
    everybody = {address for message in parsed for address in addresses(message)}

    assert [address for address in everybody if not address.endswith(".example")] == []


def test_history_has_each_message_once(parsed: list[EmailMessage]) -> None:
    assert len({message["Message-ID"] for message in parsed}) == len(parsed)


def test_history_lies_in_the_past(parsed: list[EmailMessage]) -> None:
    assert max(message["Date"].datetime for message in parsed) < TODAY


def test_candidates_and_colleagues_write_on_working_days(parsed: list[EmailMessage]) -> None:
    days = {
        m["Date"].datetime.weekday() for m in parsed if m["Date"].datetime.date() < TODAY.date()
    }

    assert days == {0, 1, 2, 3, 4}


def test_history_is_the_same_each_time() -> None:
    assert list(history(TODAY)) == list(history(TODAY))


def test_answers_name_and_quote_what_they_answer(parsed: list[EmailMessage]) -> None:
    ids = {message["Message-ID"] for message in parsed}
    answers = [message for message in parsed if message["In-Reply-To"]]

    body = answers[0].get_body()

    assert {message["In-Reply-To"] for message in answers} <= ids
    assert body is not None
    assert "Rosa Ortega wrote:\r\n> Hello Priya,\r\n" in body.get_content()


def test_first_message_brings_an_attachment(parsed: list[EmailMessage]) -> None:
    names = [part.get_filename() for part in parsed[0].iter_attachments()]

    assert names == ["Rosa Ortega CV.txt"]


def test_what_priya_wrote_lies_in_sent_items() -> None:
    folders = {
        (folder_of(message), message.sender.name == PRIYA.name) for message, _ in history(TODAY)
    }

    assert folders == {("Inbox", False), ("Sent Items", True)}


def test_mbox_holds_every_message(tmp_path: Path, parsed: list[EmailMessage]) -> None:
    path = tmp_path / "priya.mbox"
    path.write_bytes(mbox(raw for _, raw in history(TODAY)))

    box = mailbox.mbox(path)
    ids = [message["Message-ID"] for message in box]
    box.close()

    assert ids == [message["Message-ID"] for message in parsed]


def test_mbox_keeps_a_line_that_looks_like_a_separator_inside() -> None:
    box = mbox([b"Subject: a\r\n\r\nOne\r\nFrom here on\r\n"])

    assert box.count(b"\nFrom ") == 0
    assert box.endswith(b"One\n>From here on\n\n")
