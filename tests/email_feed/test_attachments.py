"""Name and content type of a downloaded file."""

import pytest

from portal.email.models import AttachmentPlace
from portal.email_feed.attachments import NAME_LENGTH, refusal, safe_name, safe_type
from portal.errors import NotAllowed
from portal.graph.errors import (
    Gone,
    GraphError,
    MailboxMissing,
    NotConnected,
    PermissionMissing,
    Throttled,
    TooLarge,
    Unavailable,
)

PLACE = AttachmentPlace("priya", "Priya Kaur", "m", "a", "cv.pdf", "application/pdf", 10)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("Rosa Ortega CV.pdf", "Rosa Ortega CV.pdf"),
        ("Lebenslauf für Zoë.pdf", "Lebenslauf für Zoë.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\cv.pdf", "cv.pdf"),
        ("cv\u202efdp.exe", "cvfdp.exe"),
        ('a"; filename="b.html\r\nX: y', "a ; filename= b.htmlX y"),
        ("a\x00b\ud800.txt", "ab.txt"),
        (".htaccess", "htaccess"),
        ("...", "attachment"),
        ("", "attachment"),
        ("n" * 300 + ".docx", "n" * (NAME_LENGTH - 5) + ".docx"),
        ("n" * 300, "n" * NAME_LENGTH),
    ],
)
def test_name_is_cleaned(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@pytest.mark.parametrize(
    ("kind", "announced"),
    [
        ("application/pdf", "application/pdf"),
        ("Text/Plain; charset=utf-8", "text/plain"),
        ("image/png", "image/png"),
        (
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        ("text/html", "application/octet-stream"),
        ("image/svg+xml", "application/octet-stream"),
        ("application/javascript", "application/octet-stream"),
        ("application/xhtml+xml", "application/octet-stream"),
        ("text/plain\r\nX: y", "application/octet-stream"),
        ("", "application/octet-stream"),
    ],
)
def test_active_types_are_sent_as_bytes(kind: str, announced: str) -> None:
    place = AttachmentPlace("priya", "Priya Kaur", "m", "a", "cv", kind, 10)

    assert safe_type(place) == announced


@pytest.mark.parametrize(
    ("error", "status", "begins"),
    [
        (Gone("gone"), 404, "This attachment is no longer in the mailbox of Priya Kaur"),
        (MailboxMissing("none"), 404, "This attachment is no longer in the mailbox of Priya Kaur"),
        (NotConnected(), 409, "This attachment lies in the mailbox of Priya Kaur, which is not"),
        (PermissionMissing("no"), 409, "This attachment lies in the mailbox of Priya Kaur"),
        (NotAllowed("off"), 409, "This attachment lies in the mailbox of Priya Kaur, who is no"),
        (TooLarge("big"), 413, "This attachment is larger than 25 MB."),
        (Throttled("slow"), 503, "Microsoft did not hand over this attachment within 10 seconds."),
        (Unavailable("away"), 503, "Microsoft did not hand over this attachment within"),
    ],
)
def test_failure_says_what_to_do(error: GraphError | NotAllowed, status: int, begins: str) -> None:
    refused = refusal(error, PLACE)

    assert refused.status == status
    assert str(refused).startswith(begins)
