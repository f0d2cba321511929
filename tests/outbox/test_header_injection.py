"""Mail through Microsoft: whatever people typed, no member of the request changes but its own.

tests/email_domain/test_messages.py has the same for the lines of a mail by the email domain.
"""

from dataclasses import replace
from typing import Any

from hypothesis import given, settings

from portal.addresses import fold
from portal.characters import LINE_BREAKS, is_control
from portal.composer.placeholders import filled, values_for
from portal.errors import Invalid
from portal.outbox import requests
from portal.outbox.intake import checked
from portal.outbox.models import Field, File, Queued, Recipient
from tests.outbox.mails import queued
from tests.support.odd_texts import TRIES, TYPED, Typed

TALENT = "talent@northwind.example"
USUAL = queued()
MEMBERS = [
    *("subject", "body", "from", "toRecipients", "ccRecipients", "internetMessageHeaders"),
    *("attachments", "singleValueExtendedProperties"),
]


def written(typed: Typed) -> Queued:
    """The mail as the composer writes it, before any check."""
    values = values_for(candidate=typed.candidate, author=typed.author, address=TALENT)
    subject = filled(f"{typed.subject} {{candidate_name}} {{my_name}}", values)
    file = File("file", typed.file, "text/plain", 4, "AAAA")
    people = (
        Recipient(typed.to, fold(typed.to), typed.name, Field.TO),
        Recipient(typed.cc, fold(typed.cc), "", Field.CC),
    )
    mail = replace(USUAL.mail, subject=subject, text=typed.text, from_name=typed.author)
    return Queued(mail, people, (file,))


@given(TYPED)
@settings(max_examples=TRIES, deadline=None)
def test_no_input_changes_a_member_of_ours(typed: Typed) -> None:
    meant = written(typed)
    try:
        kept = checked(meant)
    except Invalid:
        return

    request = requests.new_mail(kept.mail, kept.recipients, kept.files, is_marked=True)

    message, mark = request["message"], meant.mail.id
    assert list(request) == ["message", "saveToSentItems"]
    assert list(message) == MEMBERS
    assert message["internetMessageHeaders"] == [{"name": requests.HEADER, "value": mark}]
    assert message["singleValueExtendedProperties"] == [{"id": requests.PROPERTY, "value": mark}]
    assert message["from"] == {"emailAddress": {"address": TALENT, "name": typed.author}}
    assert message["subject"] == meant.mail.subject
    assert [fold(address(each)) for each in message["toRecipients"]] == [fold(typed.to)]
    assert [fold(address(each)) for each in message["ccRecipients"]] == [fold(typed.cc)]
    assert [each["name"] for each in message["attachments"]] == [typed.file]
    assert all(address(each).count("@") == 1 for each in recipients(message))
    for line in lines(message):
        assert not LINE_BREAKS.search(line)
        assert not any(map(is_control, line.replace("\t", "")))


def address(recipient: dict[str, Any]) -> str:
    return str(recipient["emailAddress"]["address"])


def recipients(message: dict[str, Any]) -> list[dict[str, Any]]:
    return [*message["toRecipients"], *message["ccRecipients"]]


def lines(message: dict[str, Any]) -> list[str]:
    """All that Exchange writes into a header."""
    people = [message["from"], *recipients(message)]
    named = [text for each in people for text in each["emailAddress"].values()]
    return [message["subject"], *named, *(each["name"] for each in message["attachments"])]
