"""Text, charsets and senders as Exchange gives them."""

import pytest

from sandbox.mime import header_text, html_text, parser


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("carl@mail.example <evil@bad.example>", [("carl@mail.example", "evil@bad.example")]),
        ("x@y.example, carl@z <e@f>", [("", "x@y.example"), ("carl@z", "e@f")]),
        ('"a@b" <c@d>, x@y', [("a@b", "c@d"), ("", "x@y")]),
    ],
)
def test_name_that_looks_like_an_address_is_a_name(
    header: str, found: list[tuple[str, str]]
) -> None:
    assert header_text.addresses_in([header]) == found


@pytest.mark.parametrize(
    ("content", "charset", "text"),
    [
        ("Привет".encode() + b"\xff", "utf-8", "Привет\ufffd"),
        ("您".encode("gb18030"), "gb2312", "您"),
        (b"\x93q\x94", "iso-8859-1", "“q”"),
        ("ä".encode(), "us-ascii", "ä"),
        ("ä".encode(), "unknown-8bit", "ä"),
    ],
)
def test_charset_is_taken_as_declared(content: bytes, charset: str, text: str) -> None:
    assert header_text.in_charset(content, charset) == text


def test_blank_before_a_colon_belongs_to_the_old_syntax() -> None:
    found = parser.parse(b"From : <a@b>\r\nSubject : Hello\r\n\r\nbody : text\r\n")

    assert found.addresses("from") == [("", "a@b")]
    assert (found.header("subject"), found.text) == ("Hello", "body : text\n")


def test_html_keeps_cells_apart_and_links_whole() -> None:
    page = (
        '<p>See <a href="https://x.example/?a=1&amp;b=2">this <b>page</b></a></p>'
        "<table><tr><td>One</td><td>Two</td></tr></table><ul><li>first</li><li>second</li></ul>"
    )

    assert html_text.text_of(page).splitlines() == [
        "See this page<https://x.example/?a=1&b=2>",
        "",
        "One\tTwo",
        "",
        "*   first",
        "*   second",
    ]
