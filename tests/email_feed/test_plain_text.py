"""Plain text: links show their target, and invisible characters are removed."""

import pytest

from portal.characters import clean
from portal.email_feed import plain_text
from portal.email_feed.plain_text import LINK_LENGTH, Segment, cleaned


def segments(text: str) -> list[Segment]:
    return list(plain_text.segments(text, most_links=10))


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


@pytest.mark.parametrize(
    ("written", "host"),
    [
        ("https://faß.example/offer", "xn--fa-hia.example"),
        ("https://FAẞ.example/offer", "xn--fa-hia.example"),
        ("https://fass.example/offer", "fass.example"),
        ("https://my_host.example/offer", "my_host.example"),
        ("https://\uff11\uff12\uff17.0.0.1/offer", "127.0.0.1"),
        ("https://mail。example/offer", "mail.example"),
    ],
)
def test_link_shows_the_host_that_a_browser_asks_for(written: str, host: str) -> None:
    assert [each.text for each in segments(written)] == [f"https://{host}/offer"]


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
        "https://2130706433/",
        "https://0x7f.1/",
        "https://mail.example.010/",
        "https://evil%2eexample/",
        "https://" + "é" * 1900 + ".example/",
        "https://xn--0.example/",
    ],
)
def test_other_text_stays_text(plain: str) -> None:
    assert list(segments(plain)) == [Segment(plain)]


def test_addresses_past_the_bound_stay_text() -> None:
    found = segments("http://a.example " * 12)

    assert len([each for each in found if each.href]) == 10
    assert "".join(each.text for each in found) == "http://a.example " * 12


@pytest.mark.parametrize("unseen", ["\ufff9", "\U000e0041", "\u2066", "\u200e", "\ue000"])
def test_names_and_messages_have_one_cleaner(unseen: str) -> None:
    assert cleaned(f"Ro{unseen}sa") == clean(f"Ro{unseen}sa") == "Rosa"


def test_emoji_and_joiners_stay() -> None:
    text = "👩\u200d💻 🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"

    assert cleaned(text) == text


def test_invisible_characters_are_removed() -> None:
    text = "cv\u202efdp.exe \u200bzero\u2066 \x00\x1b[1m nul\ud800 soft\u00ad\tend"

    assert cleaned(text) == "cvfdp.exe zero [1m nul soft\tend"


def test_line_ends_are_normalised() -> None:
    assert cleaned("a\r\nb\rc\u2028d\n\n\n\ne\n") == "a\nb\nc\nd\n\ne"
