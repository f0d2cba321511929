"""Mails as a server takes them: every field ours, with any subject, names and files."""

import email
import re
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from hypothesis import given, settings

from portal.composer.placeholders import filled, values_for
from portal.email_domain.headers import ascii_address
from portal.email_domain.messages import composed
from portal.email_domain.models import Enclosure, Mailbox, Outgoing
from portal.errors import Invalid
from portal.smtp_config import Security, SmtpConfig
from tests.support.odd_texts import TRIES, TYPED, Typed

NOW = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
SMTP_CONFIG = SmtpConfig(
    host="smtp.mailhost.example",
    port=587,
    security=Security.STARTTLS,
    username="portal",
    password="a-password",  # of no server
    from_address="no-reply@mail.northwind.example",
    from_name="Northwind Hiring",
    reply_to="jobs@northwind.example",
)
FIELDS = [
    *("Message-ID", "Date", "From", "Reply-To", "To", "Cc", "Subject", "Auto-Submitted"),
    *("x-portal-message", "MIME-Version", "Content-Type"),
]


def written(mail: Outgoing) -> bytes:
    return composed(SMTP_CONFIG, mail, boundary="portal-boundary", now=NOW)


def read(mail: Outgoing) -> EmailMessage:
    return email.message_from_bytes(written(mail), policy=SMTP)


def outgoing(**changes: object) -> Outgoing:
    usual = {
        "id": "019-mail",
        "subject": "Your interview",
        "text": "Dear Rosa,\n\nuntil tomorrow.",
        "to": (Mailbox("rosa@mail.example", "Rosa Ortega"),),
    }
    return Outgoing(**(usual | changes))  # type: ignore[arg-type]  # a test names what it changes


def test_mail_says_who_sent_it_and_that_a_program_did() -> None:
    message = read(outgoing())

    assert message["Message-ID"] == "<019-mail@mail.northwind.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["From"] == "Northwind Hiring <no-reply@mail.northwind.example>"
    assert message["Reply-To"] == "jobs@northwind.example"
    assert message["x-portal-message"] == "019-mail"
    assert message.get_content() == "Dear Rosa,\r\n\r\nuntil tomorrow.\r\n"


def test_text_keeps_its_characters_and_lines() -> None:
    text = "Grüße aus Malmö ✓\n.\n..\n" + "lang " * 60

    content = read(outgoing(text=text)).get_content()

    assert content.replace("\r\n", "\n") == f"{text}\n"


def test_names_in_any_script_arrive() -> None:
    odd = 'Ünï "Rosa", Ortega <a@b>; \\ 名前'

    message = read(outgoing(subject=odd, to=(Mailbox("rosa@mail.example", odd),)))

    assert message["Subject"] == odd
    assert message["To"].addresses[0].display_name == odd
    assert message["To"].addresses[0].addr_spec == "rosa@mail.example"


def test_files_arrive_with_their_names() -> None:
    name = 'Lebenslauf "Ünï"; ' + "lang" * 40 + ".pdf"
    files = (Enclosure(name, "application/pdf", b"%PDF\r\n.\r\n" * 40),)

    [file] = read(outgoing(files=files)).iter_attachments()

    assert file.get_filename() == name
    assert file.get_content_type() == "application/pdf"
    assert file.get_content() == b"%PDF\r\n.\r\n" * 40


@pytest.mark.parametrize("kind", ["multipart/mixed", "message/rfc822", "text", "a/b; x=y", "x/\n"])
def test_unusual_type_is_sent_as_plain_bytes(kind: str) -> None:
    [file] = read(outgoing(files=(Enclosure("a.bin", kind, b"x"),))).iter_attachments()

    assert file.get_content_type() == "application/octet-stream"


@pytest.mark.parametrize("sign", ["\r", "\n", "\r\n", "\x85", "\u2028", "\u2029", "\x00", "\x0b"])
def test_line_break_is_refused_wherever_it_stands(sign: str) -> None:
    text = f"a{sign}Bcc: eve@evil.example"
    mails = (
        outgoing(subject=text),
        outgoing(to=(Mailbox("rosa@mail.example", text),)),
        outgoing(to=(Mailbox(f"rosa@mail.example{sign}"),)),
        outgoing(files=(Enclosure(text, "text/plain", b""),)),
    )

    for mail in mails:
        with pytest.raises(Invalid):
            written(mail)


@given(TYPED)
@settings(max_examples=TRIES, deadline=None)
def test_no_input_changes_a_line_of_ours(typed: Typed) -> None:
    values = values_for(candidate=typed.candidate, author=typed.author, address="jobs@n.example")
    mail = outgoing(
        subject=filled(f"{typed.subject} {{candidate_name}} {{my_name}}", values),
        text=typed.text,
        to=(Mailbox(typed.to, typed.name),),
        cc=(Mailbox(typed.cc, typed.author),),
        files=(Enclosure(typed.file, typed.file, b"content"),),
    )

    try:
        whole = written(mail)
    except Invalid:
        return

    head, _, parts = whole.decode("ascii").partition("\r\n\r\n")
    fields = [line.partition(": ") for line in re.split(r"\r\n(?! )", head)]
    values = {field: value for field, _, value in fields}
    assert [field for field, _, _ in fields] == FIELDS
    assert values["From"] == '"Northwind Hiring" <no-reply@mail.northwind.example>'
    assert values["Auto-Submitted"] == "auto-generated"
    assert _addresses(values["To"]) == [ascii_address(typed.to)]
    assert _addresses(values["Cc"]) == [ascii_address(typed.cc)]
    assert parts.count("--portal-boundary") == 3 + typed.text.count("--portal-boundary")
    assert re.sub(r"\r\n|\t", "", whole.decode("ascii")).isprintable()
    assert max(map(len, whole.split(b"\r\n"))) <= 998


def _addresses(value: str) -> list[str]:
    """The addresses that are left without quoted names and encoded words."""
    without = re.sub(r'"(\\.|[^"\\])*"|=\?utf-8\?[bq]\?[^?]*\?=', "", value)
    return [part.strip(" \r\n<>") for part in without.split(",")]
