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
    "outlook": "From: Rosa\nSent: Tuesday 14:00\nTo: Priya\nSubject: Hello\n\nHello",
    "outlook with a rule": (
        "________________________________\nVon: Rosa Ortega\nGesendet: Dienstag\n"
        "An: Priya Kaur\n\nHallo"
    ),
    "turkish": "Kimden: Rosa\nGönderildi: 24.11.2026 14:00\nKime: Priya\n\nMerhaba",
    "without blanks": "On Tue, 24 Nov 2026 at 14:00, Rosa wrote:\n>Hello\n>again",
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
        "My trip:\n\nFrom: Lisbon\nTo: Berlin\nDate: 3 December\n\nI ask for 70,000.\n\nQuinn",
        "My trip:\n\nFrom: Lisbon 10:30\nTo: Berlin 14:05\nDate: 3 December\n\nI ask for 70,000.",
        "From: Lisbon 10:30\nTo: Berlin 14:05\nDate: 3 December\nFlight: TP 12\n\nSee you.",
        "My profile:\n\n>5 years of Python\n>3 years of Go\n\nQuinn",
    ],
)
def test_own_words_are_not_folded(plain: str) -> None:
    assert [(part.is_quoted, text(part)) for part in parts(plain)] == [(False, plain)]


def test_sentence_before_a_quote_is_not_its_introduction() -> None:
    found = parts("My question was:\n> are you free?")

    assert text(found[0]) == "My question was:"


def test_answers_below_the_header_are_seen() -> None:
    text_with_answers = (
        "See my answers below.\n\nFrom: Priya Kaur <priya@northwind.example>\n"
        "Sent: Monday, 23 November 2026 10:00\nTo: Quinn Quote\nSubject: Questions\n\n"
        "What salary do you expect?\nQUINN: 70,000."
    )

    assert [part.is_quoted for part in parts(text_with_answers)] == [False]


def test_quoted_part_counts_its_lines() -> None:
    found = parts("Yes.\n\n> one\n> two\n> three")

    assert [(part.is_quoted, part.line_count) for part in found] == [(False, 1), (True, 3)]


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
