"""Limits of a sending mailbox: Microsoft's waits, 25 mails a minute, 9,000 recipients a day."""

from collections import Counter

import pytest

from portal.outbox import limits
from portal.outbox.models import State
from sandbox.sending import ledger
from tests.email.environment import ROSA
from tests.outbox.office import Office, once


def test_throttled_mailbox_waits_as_long_as_microsoft_asks(office: Office) -> None:
    office.fault(status=429, code="ApplicationThrottled", retryAfter=600)
    first, second = office.write(), office.write()

    office.work()
    throttled = office.mail(first)
    office.later(seconds=590)
    before = office.delivered()
    office.later(seconds=12)
    office.later(seconds=5)

    assert (throttled.state, throttled.is_throttled) == (State.WAITING, True)
    assert not before
    assert office.delivered() == once(first) + once(second)
    assert office.state(first) is State.SEEN
    assert office.outcomes(first) == ["throttled", "accepted"]


def test_mail_delivered_in_spite_of_throttling_is_found_first(office: Office) -> None:
    office.fault(carriedOut=True, status=429, code="ApplicationThrottled", retryAfter=30)
    mail = office.write()

    office.work()
    office.later(seconds=31)

    assert office.state(mail) is State.SEEN
    assert office.outcomes(mail) == ["throttled"]
    assert office.delivered() == once(mail)


def test_no_more_than_25_go_in_a_minute_and_in_order(office: Office) -> None:
    mails = [office.write(subject=f"Number {number}") for number in range(40)]

    office.work()
    first = subjects(office)
    office.later(seconds=61)

    assert first == [f"Number {number}" for number in range(25)]
    assert subjects(office) == [f"Number {number}" for number in range(40)]
    assert office.delivered() == Counter({(each.id, ROSA): 1 for each in mails})


def subjects(office: Office) -> list[str]:
    return [each.subject for each in ledger.deliveries(office.env.sandbox.state)]


def test_limit_of_messages_holds_the_mailbox_and_the_24_hours(office: Office) -> None:
    office.fault(status=400, code="ErrorExceededMessageLimit")
    mail = office.write()

    office.work()
    held = office.mail(mail)
    office.later(minutes=61)

    assert held.state is State.WAITING
    assert held.give_up_at is not None
    assert held.give_up_at - held.due_at == office.second(24 * 3600)
    assert office.delivered() == once(mail)


def test_9000_recipients_hold_the_mailbox(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_RECIPIENTS", 1)
    first, second = office.write(), office.write()

    office.work()
    held = office.mail(second)
    office.later(hours=24, seconds=5)

    assert (held.state, "9,000 recipients" in (held.failure or "")) == (State.WAITING, True)
    assert office.delivered() == once(first) + once(second)
