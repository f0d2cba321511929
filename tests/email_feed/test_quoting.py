"""Tell the written part of a message from the quoted part."""

import time

import pytest

from portal.email_feed.quoting import parts

REPLIES = {
    "on two lines": (
        "On Tue, 24 Nov 2026 at 14:00, Rosa Ortega <rosa.ortega@mail.example>\nwrote:\n\n"
        "> Hello\n> again\n>\n>> older"
    ),
    "german": "Am 24.11.2026 um 14:00 schrieb Rosa Ortega:\n> Hallo",
    "outlook": "From: Rosa Ortega\nSent: Tuesday\nTo: Priya Kaur\nSubject: Hello\n\nHello",
    "outlook with a rule": (
        "________________________________\nVon: Rosa Ortega\nGesendet: Dienstag\n"
        "An: Priya Kaur\n\nHallo"
    ),
    "original message": "-----Original Message-----\nanything at all",
    "bare": "> Hello\n> again",
}


@pytest.mark.parametrize("quoted", REPLIES.values(), ids=REPLIES)
def test_quoted_reply_is_folded(quoted: str) -> None:
    found = parts(f"Yes, gladly.\n\nPriya\n\n{quoted}\n")

    assert [(part.is_quoted, text(part)) for part in found] == [
        (False, "Yes, gladly.\n\nPriya"),
        (True, quoted),
    ]


def test_replies_between_quotes_stay_in_order() -> None:
    found = parts("> one?\nyes\n\n> two?\nno")

    assert [(part.is_quoted, text(part)) for part in found] == [
        (True, "> one?"),
        (False, "yes"),
        (True, "> two?"),
        (False, "no"),
    ]


@pytest.mark.parametrize(
    "plain",
    [
        "My steps:\n- first\n- second",
        "From: Valencia it is two hours by train.",
        "Dear Priya,\n\nthe sum is > 40 and < 60.",
        "____",
        "From: here\n\nto there",
    ],
)
def test_own_words_are_not_folded(plain: str) -> None:
    assert [(part.is_quoted, text(part)) for part in parts(plain)] == [(False, plain)]


def test_sentence_before_a_quote_is_not_its_introduction() -> None:
    found = parts("My question was:\n> are you free?")

    assert text(found[0]) == "My question was:"


def test_pure_quotation_is_not_folded() -> None:
    assert [part.is_quoted for part in parts("> forwarded\n> words")] == [False]


@pytest.mark.parametrize("empty", ["", "\n \n", "\u200b\u202e"])
def test_empty_text_has_no_parts(empty: str) -> None:
    assert parts(empty) == []


@pytest.mark.parametrize(
    "heavy",
    [
        "> a\n\n",
        "On Tuesday ",
        "https://",
        "http://a.",
        "_",
        "From: a\n",
        "\n",
        "a:\n> b\n",
        " \n",
        "-- ",
    ],
)
def test_a_megabyte_is_read_in_seconds(heavy: str) -> None:
    begun = time.process_time()  # on a busy machine wall-clock time proves nothing

    parts(heavy * (1_000_000 // len(heavy)))

    assert time.process_time() - begun < 10


def text(part: object) -> str:
    return "".join(segment.text for segment in part.segments)  # type: ignore[attr-defined]  # plain
