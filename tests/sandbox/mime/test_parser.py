"""Raw messages as Graph's JSON."""

import time
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.mail import message_resource
from sandbox.mime import header_text, html_text, parser

AT = datetime(2026, 11, 24, 14, tzinfo=UTC)


def as_graph(raw: bytes) -> dict[str, Any]:
    parsed = parser.parse(raw)
    identity = message_resource.message_id(parsed, "northwind.example")
    item = message_resource.message(
        parsed, received_at=AT, conversation="thread", identity=identity
    )
    return item | {"internetMessageHeaders": message_resource.headers(parsed)}


def test_addresses_keep_a_comma_inside_an_encoded_name() -> None:
    item = as_graph(b"From: =?utf-8?q?Ortega=2C_Rosa?= <rosa@mail.example>\r\n\r\nHello")

    assert item["from"] == {
        "emailAddress": {"name": "Ortega, Rosa", "address": "rosa@mail.example"}
    }


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("rosa@mail.example", [("", "rosa@mail.example")]),
        ("rosa@mail.example (Rosa)", [("Rosa", "rosa@mail.example")]),
        ('"Ortega, Rosa" <rosa@mail.example>', [("Ortega, Rosa", "rosa@mail.example")]),
        ("Panel: a@b.example, c@d.example;", [("", "a@b.example"), ("", "c@d.example")]),
        ("undisclosed-recipients:;", []),
        ("=?utf-8?b?Um9zYSA8cm9zYUBtYWlsLmV4YW1wbGU+?=", [("Rosa", "rosa@mail.example")]),
        ("=?x-unknown?q?Rosa?= <rosa@mail.example>", [("Rosa", "rosa@mail.example")]),
    ],
)
def test_addresses_are_parsed(value: str, expected: list[tuple[str, str]]) -> None:
    assert header_text.addresses_in([value]) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"=?iso-8859-1?q?Andr=E9?=", "André"),
        (b"=?utf-8?b?w4Q=?= =?utf-8?b?w5Y=?=", "ÄÖ"),
        (b"=?utf-8?q?=C3?=\r\n =?utf-8?q?=84?=", "Ä"),
        ("Grüße".encode(), "Grüße"),
        ("Grüße".encode("cp1252"), "Grüße"),
        (b"A =?utf-8?q?=C3=84?= B", "A Ä B"),
        (b"folded\r\n over two", "folded over two"),
        (b"nul\0inside", "nulinside"),
    ],
)
def test_subject_is_decoded(raw: bytes, expected: str) -> None:
    subject = as_graph(b"Subject: " + raw + b"\r\n\r\n")["subject"]

    assert subject == expected


def test_missing_message_id_is_generated() -> None:
    first, second = as_graph(b"Subject: A\r\n\r\n"), as_graph(b"Subject: A\r\n\r\n")

    assert first["internetMessageId"].endswith("@northwind.example>")
    assert first["internetMessageId"] != second["internetMessageId"]


def test_message_without_a_sender_has_none() -> None:
    item = as_graph(b"Subject: A\r\n\r\n")

    assert item.keys() & {"from", "sender"} == set()


def test_sent_time_without_a_zone_is_utc() -> None:
    item = as_graph(b"Date: Mon, 23 Nov 2026 17:20:00 -0000\r\n\r\n")

    assert item["sentDateTime"] == "2026-11-23T17:20:00Z"


def test_preview_is_the_first_255_characters_with_line_ends() -> None:
    item = as_graph(b"Subject: A\r\n\r\nHello\r\n" + b"x" * 300)

    assert item["bodyPreview"] == "Hello\r\n" + "x" * 248


def test_plain_text_becomes_html() -> None:
    item = as_graph(b"Subject: A\r\n\r\n1 < 2\r\nnext")

    assert item["body"]["contentType"] == "html"
    assert '<div class="PlainText">1 &lt; 2<br>\r\nnext</div>' in item["body"]["content"]


WITH_PICTURE = (
    b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\n"
    b'Content-Type: text/html\r\n\r\n<p>Look</p><img src="cid:one@mail.example">\r\n--b\r\n'
    b"Content-Type: image/png\r\nContent-ID: <one@mail.example>\r\n"
    b"Content-Transfer-Encoding: base64\r\n\r\niVBORw==\r\n--b--\r\n"
)


def test_inline_picture_does_not_count_as_an_attachment() -> None:
    parsed = parser.parse(WITH_PICTURE)

    assert [part.is_inline for part in parsed.attachments] == [True]
    assert as_graph(WITH_PICTURE)["hasAttachments"] is False


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("Yes.\n\nOn Mon, 23 Nov 2026, Rosa wrote:\n> When?\n", "Yes."),
        ("Yes.\n\n-----Original Message-----\nFrom: Rosa\n", "Yes."),
        ("Yes.\n________________________________\nFrom: Rosa\nSent: Monday\n", "Yes."),
        ("> When?\nOn Monday.\n> Where?\nHere.\n", "On Monday.\nHere."),
        ("Nothing quoted", "Nothing quoted"),
    ],
)
def test_unique_text_excludes_quotes(text: str, own: str) -> None:
    assert message_resource.without_quotes(text) == own


def test_html_becomes_text_with_line_breaks() -> None:
    page = "<head><title>x</title></head><p>Hello\n  there</p><br><div>A &amp; B</div><!-- no -->"

    assert html_text.text_of(page) == "Hello there\n\nA & B"


@pytest.mark.parametrize("piece", ["<", "<style", "<!--", "<p", "&", "</"])
def test_unclosed_tags_are_converted_fast(piece: str) -> None:
    began = time.monotonic()

    html_text.text_of(piece * 200_000)

    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\0" * 1000,
        b"no header at all",
        b"From: \xff\xfe\r\nTo: \xed\xa0\x80\r\n\r\n\xed\xa0\x80",
        b"Content-Type: text/plain; charset=\0\r\n\r\nx",
        b"Content-Type: text/plain; charset=zip\r\n\r\nx",
        b"Content-Type: message/rfc822\r\n\r\nnot one",
        b"Content-Type: multipart/mixed\r\n\r\nno boundary",
        b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n%%%",
        b"Subject: =?utf-8?b?%%%?=\r\nDate: yesterday\r\n\r\n",
        b"Date: Mon, 01 Jan 0001 00:00:00 +1400\r\n\r\n",
        b"X-Long: " + b"x" * 500_000 + b"\r\n\r\n",
        b"To: " + b", ".join(b"p%d@mail.example" % n for n in range(5000)) + b"\r\n\r\n",
        b"".join(
            b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n)
            for n in range(2000)
        ),
    ],
    ids=lambda raw: repr(raw[:30]),
)
def test_broken_message_becomes_json(raw: bytes) -> None:
    assert orjson.loads(orjson.dumps(as_graph(raw)))["body"]


PIECES = st.sampled_from(
    [
        b"From: ", b"To: ", b"Date: ", b"Subject: ", b"\r\n", b"\n", b"\r\n\r\n", b"--b", b"--",
        b"Content-Type: multipart/mixed; boundary=b\r\n", b"Content-Type: text/html; charset=",
        b"Content-Type: message/rfc822\r\n", b"utf-8", b"utf-7", b"idna", b"=?utf-8?q?", b"?=",
        b"=?utf-16?b?", b"\0", b"\xff", b"\xed\xa0\x80", b"<", b">", b"@", b",", b'"', b"(", b":",
        b"Content-Disposition: attachment; filename*=utf-8''%ff\r\n", b"a@b.example", b" ",
        b"Content-Transfer-Encoding: quoted-printable\r\n", b"=ZZ", b"<br>", b"Content-ID: <x>\r\n",
    ]
)  # fmt: skip  # one to a line says no more


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES | st.binary(max_size=8), max_size=40))
def test_any_bytes_become_json(pieces: list[bytes]) -> None:
    item = as_graph(b"".join(pieces))

    assert orjson.loads(orjson.dumps(item)) == item
