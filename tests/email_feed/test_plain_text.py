"""Plain text: links show their target, and invisible characters are removed."""

import pytest

from portal.email_feed.plain_text import LINK_LENGTH, Segment, cleaned, segments


def test_link_is_cut_out_of_its_sentence() -> None:
    found = list(segments("See (https://mail.example/cv?a=1). Thanks"))

    assert found == [
        Segment("See ("),
        Segment("https://mail.example/cv?a=1", "https://mail.example/cv?a=1"),
        Segment("). Thanks"),
    ]


def test_link_shows_the_real_host() -> None:
    assert list(segments("HTTPS://exämple.org/a")) == [
        Segment("https://xn--exmple-cua.org/a", "HTTPS://exämple.org/a")
    ]


def test_long_link_begins_with_its_host() -> None:
    (link,) = segments("https://mail.example/" + "a" * 500)

    assert link.text == "https://mail.example/" + "a" * (LINK_LENGTH - 21) + "…"


@pytest.mark.parametrize(
    "plain",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://mail.example/",
        "mailto:rosa@mail.example",
        "www.mail.example",
        "https://login.microsoftonline.com@evil.example/",
        "https://",
        "https://.",
        "https://mail.example:99999/",
        "https://" + "a" * 70 + ".example/",
        "//mail.example",
    ],
)
def test_other_text_stays_text(plain: str) -> None:
    assert list(segments(plain)) == [Segment(plain)]


def test_invisible_characters_are_removed() -> None:
    text = "cv\u202efdp.exe \u200bzero\u2066 \x00\x1b[1m nul\ud800 soft\u00ad\tend"

    assert cleaned(text) == "cvfdp.exe zero [1m nul soft\tend"


def test_line_ends_are_normalised() -> None:
    assert cleaned("a\r\nb\rc\u2028d\n\n\n\ne\n") == "a\nb\nc\nd\n\ne"
