"""Notices of non-delivery: as Exchange, Postfix and Sendmail write them, and forged ones."""

import base64
import tarfile
import time

import pytest

from portal.outbox.models import Bounce
from portal.outbox.sync import bounces
from portal.outbox.sync.store import Handed
from tests.outbox import sent_mail
from tests.outbox.sent_mail import ROSA
from tests.outbox.written_notices import EXCHANGE, report
from tests.support.needs import SHARED

MAIL = Handed("m1", "<m1@northwind.example>")
ROSAS = (sent_mail.recipient(ROSA, "rosa"),)


def judged(content: bytes, known: tuple[object, ...] = ROSAS) -> list[tuple[Bounce | None, str]]:
    found = bounces.notice(content)
    return [(each.bounce, each.status or "") for each in bounces.judged(found, known)]  # type: ignore[arg-type]  # recipients


@pytest.mark.parametrize(
    ("sender", "is_it"),
    [
        ("postmaster@northwind.example", True),
        ("MAILER-DAEMON@mail.example", True),
        ("MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@northwind.example", True),
        ("", True),
        ("rosa.ortega@mail.example", False),
        ("not-postmaster@mail.example", False),
    ],
)
def test_servers_are_told_by_their_names(sender: str, is_it: bool) -> None:
    assert bounces.is_from_a_server(sender) is is_it


def test_report_of_exchange_is_read() -> None:
    found = bounces.notice(EXCHANGE)

    assert found.marks == ("m1",)
    assert judged(EXCHANGE) == [(Bounce.FAILED, "5.1.10")]
    assert bounces.named(found, [MAIL]) == MAIL


@pytest.mark.parametrize(
    ("action", "status", "expected"),
    [
        ("failed", "5.1.1", [(Bounce.FAILED, "5.1.1")]),
        ("Failed", "5.1.1 (bad destination mailbox address)", [(Bounce.FAILED, "5.1.1")]),
        ("failed", "4.4.7", [(Bounce.FAILED, "4.4.7")]),
        ("delayed", "5.0.0", [(Bounce.DELAYED, "5.0.0")]),
        ("delivered", "2.0.0", []),
        ("relayed", "5.1.1", []),
        ("expanded", "2.0.0", []),
        ("failed", "", [(Bounce.FAILED, "")]),
    ],
)
def test_action_decides_and_never_the_status(
    action: str, status: str, expected: list[tuple[Bounce, str]]
) -> None:
    assert judged(report([(ROSA, action, status)])) == expected


def test_all_fields_may_stand_in_one_block() -> None:
    one = report([(ROSA, "failed", "5.2.2")], joined=True)

    assert judged(one) == [(Bounce.FAILED, "5.2.2")]


def test_report_may_be_encoded_as_a_whole() -> None:
    fields = f"Reporting-MTA: dns; a.example\n\nFinal-Recipient: rfc822; {ROSA}\nAction: failed\n"
    body = base64.encodebytes(fields.encode()).decode()
    written = report([], status_part=f"Content-Transfer-Encoding: base64\n\n{body}")

    assert judged(written) == [(Bounce.FAILED, "")]


def test_international_report_is_read() -> None:
    written = report([("ròsa@mail.example", "failed", "5.1.1")], kind="global-delivery-status")
    known = (sent_mail.recipient("ròsa@mail.example", "rosa"),)

    assert judged(written, known) == [(Bounce.FAILED, "5.1.1")]


def test_forwarded_address_is_known_by_the_original_one() -> None:
    fields = f"Original-Recipient: rfc822;{ROSA}\nFinal-Recipient: rfc822;x@y.example\n"
    written = report([], status_part=f"\n\n{fields}Action: failed\nStatus: 5.1.1\n")

    assert judged(written) == [(Bounce.FAILED, "5.1.1")]


def test_failure_replaces_a_delay_and_not_the_other_way() -> None:
    delayed = (sent_mail.recipient(ROSA, "rosa", bounce=Bounce.DELAYED, status="4.4.1"),)
    failed = (sent_mail.recipient(ROSA, "rosa", bounce=Bounce.FAILED, status="5.1.1"),)

    assert judged(report([(ROSA, "failed", "5.1.1")]), delayed) == [(Bounce.FAILED, "5.1.1")]
    assert judged(report([(ROSA, "delayed", "4.4.1")]), failed) == []
    assert judged(report([(ROSA, "failed", "5.4.7")]), failed) == []


def test_mail_is_named_by_mark_then_message_id_then_answer() -> None:
    for written in (
        report([], headers="X-Portal-Message: m1"),
        report([], headers="Message-ID: <m1@northwind.example>"),
        report([], top="X-Original-Message-ID: <m1@northwind.example>"),
        report([], top="In-Reply-To: <m1@northwind.example>"),
    ):
        assert bounces.named(bounces.notice(written), [MAIL]) == MAIL
    foreign_mark = report(
        [], headers="X-Portal-Message: m9", top="In-Reply-To: <m1@northwind.example>"
    )
    assert bounces.named(bounces.notice(foreign_mark), [MAIL]) is None


def test_report_of_another_message_inside_is_not_read() -> None:
    """A person forwards a notice that they got; it is about their mail."""
    inside = report([(ROSA, "failed", "5.1.1")], headers="X-Portal-Message: m1").decode()
    forwarded = (
        "From: postmaster@mail.example\nMIME-Version: 1.0\n"
        f"Content-Type: message/rfc822\n\n{inside}"
    )

    assert judged(forwarded.encode()) == []


def test_notice_without_report_may_not_have_arrived() -> None:
    written = (
        f"From: postmaster@mail.example\nIn-Reply-To: <m1@northwind.example>\n\n"
        f"Your message to {ROSA.upper()} was not accepted."
    )
    found = bounces.notice(written.encode())

    assert judged(written.encode()) == [(Bounce.UNCLEAR, "")]
    assert bounces.named(found, [MAIL]) == MAIL
    assert judged(b"From: postmaster@mail.example\n\nOf somebody else.") == []


@pytest.mark.parametrize(
    ("text", "is_named"),
    [(f"<{ROSA}>:", True), (f"{ROSA}.", True), (f"x.{ROSA}", False), (f"{ROSA}.au", False)],
)
def test_address_within_another_is_not_named(text: str, is_named: bool) -> None:
    found = judged(f"From: postmaster@mail.example\n\nNot delivered: {text}".encode())

    assert found == ([(Bounce.UNCLEAR, "")] if is_named else [])


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\x00\xfe" * 1000,
        b"Content-Type: multipart/report; boundary=x\n\n--x\n" * 500,
        b"Content-Type: multipart/report; boundary=x\n\n--x\nContent-Type: "
        b"message/delivery-status\nContent-Transfer-Encoding: base64\n\n!!!!\n--x--\n",
    ],
)
def test_broken_notices_say_nothing(content: bytes) -> None:
    assert judged(content) == []
    assert bounces.named(bounces.notice(content), [MAIL]) is None


def nested(depth: int, kind: str = "multipart/mixed") -> bytes:
    levels = (f"Content-Type: {kind}; boundary=b{each}\n\n--b{each}\n" for each in range(depth))
    return "".join(levels).encode()


REPORT = b"Content-Type: multipart/report; boundary=x\n\n--x\n"
STATUS = REPORT + b"Content-Type: message/delivery-status\n"


@pytest.mark.parametrize(
    "content",
    [
        nested(5_000),
        nested(50) + b"\n" * 900_000,
        nested(200) + b"\r" * 900_000,
        nested(5_000, "message/rfc822"),
        REPORT + b"Content-Type: message/rfc822\n\n" * 30_000,
        b"Content-Type: multipart/report" + b";" * 900_000,
        b"Content-Type: multipart/report;" + b";;;;\n " * 100_000,
        b'Content-Type: multipart/report;"' + b";" * 900_000,
        STATUS + b"\n" + b"a: b\n\n" * 150_000,
        STATUS + b"Content-Transfer-Encoding: base64\n\n" + base64.b64encode(b"a:\n\n" * 180_000),
        REPORT
        + b"Content-Type: text/rfc822-headers\nContent-Transfer-Encoding: base64\n\n"
        + base64.b64encode(nested(5_000)),
        b"In-Reply-To: " + b"<a" * 480_000,
        b"x" * 1_000_000,
    ],
    ids=["nested", "nested, lines", "nested, returns", "messages", "in a report", "semicolons",
         "folded", "quoted", "blocks", "encoded blocks", "encoded headers", "ids", "one line"],
)  # fmt: skip  # one to a line says no more
def test_notice_that_no_server_writes_stops_nothing(content: bytes) -> None:
    began = time.process_time()

    assert judged(content) == []

    assert time.process_time() - began < 5


@pytest.mark.corpus
def test_real_report_is_read() -> None:
    name = "nasty/mikel-mail/multipart_report_emails__report_530.eml"
    with tarfile.open(SHARED / "mail-corpus" / "nasty.tar.xz") as archive:
        member = archive.extractfile(name)
        assert member is not None
        content = member.read()

    found = bounces.notice(content)

    (told,) = found.told
    assert (told.action, told.status) == ("failed", "5.3.0")
    assert found.message_ids == ("<200712232303.lBNN3jDq002941@mail12.rrrr.com.au>",)
    known = (sent_mail.recipient(told.address),)
    assert judged(content, known) == [(Bounce.FAILED, "5.3.0")]
