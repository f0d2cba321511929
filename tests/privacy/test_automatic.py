"""Messages of programs are told from those of people."""

import pytest

from portal.privacy.automatic import is_automatic, is_automatic_address


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("no-reply@jobboard.example", True),
        ("NoReply@jobboard.example", True),
        ("no_reply+123@jobboard.example", True),
        ("noreply-jobs@jobboard.example", True),
        ("do.not.reply@bank.example", True),
        ("MAILER-DAEMON@mail.example", True),
        ("postmaster@mail.example", True),
        ("notifications@social.example", True),
        ("bounces-4711@lists.example", True),
        ("postmaster.eu@mail.example", True),
        ("nora.eply@mail.example", False),
        ("rosa+noreply@mail.example", False),
        ("bounceman@mail.example", False),
        ("", False),
    ],
)
def test_addresses_that_nobody_reads(address: str, expected: bool) -> None:
    assert is_automatic_address(address) is expected


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("Auto-Submitted", "auto-replied", True),
        ("auto-submitted", "auto-generated; owner=board", True),
        ("Auto-Submitted", "no", False),
        ("Auto-Submitted", " No; really", False),
        ("List-Id", "<jobs.board.example>", True),
        ("LIST-UNSUBSCRIBE", "<mailto:off@board.example>", True),
        ("Precedence", "Bulk", True),
        ("Precedence", "first-class", False),
        ("Subject", "bulk", False),
    ],
)
def test_headers_that_programs_write(name: str, value: str, expected: bool) -> None:
    assert is_automatic({"internetMessageHeaders": [{"name": name, "value": value}]}) is expected


@pytest.mark.parametrize("headers", [None, [], ["odd"], [{"name": None}]])
def test_message_without_headers_is_a_persons(headers: object) -> None:
    assert is_automatic({"internetMessageHeaders": headers}) is False
