"""Parse a message header from Microsoft's answer."""

from typing import Any

import pytest

from portal import clock
from portal.email.headers import NEVER, addresses_in, agents_in, header, one_line
from tests.email.graph_items import item


def test_header_has_people_and_times() -> None:
    found = header(item())

    assert found.addresses == ["rosa@mail.example", "priya@x.example"]
    assert found.hidden == ("kim@x.example",)
    assert clock.text(found.sent_at) == "2026-11-24T13:59:58Z"
    assert [each.kind for each in found.recipients] == ["to"]


def test_addresses_are_read_without_reading_the_rest() -> None:
    found = list(addresses_in(item(receivedDateTime="not a time")))

    assert found == ["rosa@mail.example", "priya@x.example", "kim@x.example"]


@pytest.mark.parametrize(
    "sender", [None, {}, {"emailAddress": None}, {"emailAddress": {"name": None}}, "Rosa", []]
)
def test_missing_sender_is_empty(sender: Any) -> None:
    broken = item(**{"from": sender}, toRecipients=None)

    assert header(broken).sender is None
    assert header(broken).addresses == []
    assert list(addresses_in(broken)) == ["kim@x.example"]


def test_sender_and_reply_to_are_agents() -> None:
    agent, answers = (
        {"emailAddress": {"name": name, "address": f"{name.lower()}@x.example"}}
        for name in ("Priya", "Jobs")
    )
    found = header(item(sender=agent, replyTo=[answers, "broken"]))

    assert found.agents == ("priya@x.example", "jobs@x.example")
    assert found.sent_by is not None
    assert found.sent_by.name == "Priya"
    assert list(agents_in(item(sender=agent, replyTo=[answers]))) == list(found.agents)
    assert header(item(sender="x", replyTo=5)).agents == ()


@pytest.mark.parametrize("people", [5, "rosa@mail.example", {"address": "a"}, True])
def test_recipients_that_are_no_list_are_none(people: Any) -> None:
    broken = item(toRecipients=people, ccRecipients=people, bccRecipients=people)

    assert header(broken).addresses == ["rosa@mail.example"]
    assert header(broken).hidden == ()
    assert list(addresses_in(broken)) == ["rosa@mail.example"]


def test_sent_time_is_not_after_arrival() -> None:
    found = header(item(sentDateTime="2099-01-01T00:00:00Z"))

    assert found.sent_at == found.received_at


@pytest.mark.parametrize("time", ["0001-01-01T00:00:00Z", "", None, "yesterday"])
def test_missing_time_is_taken_from_the_other(time: Any) -> None:
    sent, received = header(item(sentDateTime=time)), header(item(receivedDateTime=time))

    assert clock.text(sent.sent_at) == "2026-11-24T14:00:00Z"
    assert clock.text(received.received_at) == "2026-11-24T13:59:58Z"
    assert header(item(sentDateTime=time, receivedDateTime=time)).sent_at == NEVER


def test_subject_and_names_are_one_line_of_text() -> None:
    assert one_line("a\r\nb\u2028c\td", 100) == "a b c d"
    assert one_line("nul\x00 esc\x1b[31m half\ud800", 100) == "nul esc[31m half"
    assert one_line(None, 100) == ""
    assert one_line("x" * 2000, 1000) == "x" * 1000
