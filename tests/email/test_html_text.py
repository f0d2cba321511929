"""Text of HTML: what a reader sees, in time that grows with the length alone."""

import time

import pytest

from portal.email.html_text import text_of

LENGTH = 100_000


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<p>one</p><p>two</p>three<br>four", "one\ntwo\nthree\nfour"),
        ("<div><div>one</div></div>\n\n<div>two\nmore</div>", "one\ntwo more"),
        ('<p>start</p><a title="a > b" href="x">link</a><p>end</p>', "start\nlink\nend"),
        ("<body><style>p{color:red} <p>I accept the offer</p></body>", "I accept the offer"),
        ("<p it's>I don't</p> <p>mind</p>", "I don't\nmind"),
        ('<a href="https://a.example/?b=1&amp;c">here</a>.', "here <https://a.example/?b=1&c>."),
        ('<a href="mailto:r@a.example">r@a.example</a>', "r@a.example"),
        ("<a href='https://a.example'>https://a.example</a>", "https://a.example"),
        ('<a href="javascript:x">no</a><a name="top"></a>', "no"),
        ("<tr><th>Plan</th><th>Price</th></tr><tr><td>S</td><td>9.95</td></tr>",
         "Plan\tPrice\nS\t9.95"),
        ("<ul><li>one</li><li>two</li></ul>", "* one\n* two"),
        ("<head><title>T</title><STYLE>p{}</STYLE></head><p>seen</p>", "seen"),
        ("<!-- hidden <p> --><p>seen<!--[if mso]>x<![endif]--></p>", "seen"),
        ("<p>2 &lt; 3 &amp; 3 < 4, <3</p>", "2 < 3 & 3 < 4, <3"),
        ("<!-- never closed <p>seen</p>", "never closed\nseen"),
        ("<script>var a = 1 <p>seen</p>", "seen"),
        ("<o:p>&nbsp;</o:p><?xml version='1.0'?><!doctype html>seen", "seen"),
        ('<p>one</p><a b="never closed>two', "one\ntwo"),
        ("one <b", "one <b"),
        ("", ""),
    ],
)  # fmt: skip  # a case to a line
def test_text_is_what_a_reader_sees(page: str, text: str) -> None:
    assert text_of(page) == text


@pytest.mark.parametrize(
    "part",
    [
        "<style>", "<STYLE><!--", "<!--", "<", "<a", "<!", "</", "<a b='", '<a b="', "<a href=x>",
        "<a href='https://a.example'>", "</a>", "&", "<td>", "</td>", "<br>", "<p =", '<p ="\'>',
        "<head>", "<title>x</title>", " ", "<li>", "<a =\"'", "=\"", "-->", "<!-->", "<p>x",
    ],
)  # fmt: skip  # a case to a line
@pytest.mark.parametrize("end", ["", ">", "'>\"</a>"])
def test_time_grows_with_the_length_alone(part: str, end: str) -> None:
    started = time.process_time()

    text_of(part * (LENGTH // len(part)) + end)

    # Quadratic time would take a minute and more.
    assert time.process_time() - started < 3


def test_many_open_links_end_in_linear_time() -> None:
    started = time.process_time()

    text_of("<a href='https://a.example'>x" * 10_000 + "</a>" * 10_000)

    assert time.process_time() - started < 3


@pytest.mark.parametrize(
    "address",
    [
        f"https://{'a.' * 130}example/",
        f"https://jobs.example/{'a' * 2_000}",
        "https://jobs.example\\@evil.example/",
        "https://priya@evil.example/",
        "https://jobs.example:99999/",
    ],
)
def test_address_without_an_ordinary_host_or_end_is_left_out(address: str) -> None:
    assert text_of(f'<a href="{address}">the role</a>') == "the role"


def test_endless_links_keep_their_words() -> None:
    page = "".join(f'<a href="https://x.example/{each}">w</a> ' for each in range(1_500))

    text = text_of(page)

    assert text.count("w") == 1_500
    assert text.count("<https://") == 1_000
