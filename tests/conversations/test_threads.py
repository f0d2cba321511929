"""Messages that links connect with a hidden conversation become part of it."""

from collections.abc import Mapping, Sequence

import pytest

from portal.conversations import threads
from portal.storage.rows import Rows
from tests.conversations.hidden import hidden, hide
from tests.support import builders
from tests.support.statements import sent_by

Links = Mapping[str, Sequence[str]]


@pytest.fixture(autouse=True)
def _people(rows: Rows) -> None:
    builders.user(rows, "priya")
    builders.user(rows, "ben")


def connect(rows: Rows, *pages: Links) -> None:
    for page in pages:
        with rows.write():
            threads.connect(rows, page)


def test_answer_and_what_it_refers_to_are_hidden(rows: Rows) -> None:
    hide(rows, ["<first@x>"])

    connect(rows, {"<answer@x>": ["<first@x>", "<lost@x>"], "<other@x>": ["<else@x>"]})

    assert hidden(rows) == {"<first@x>", "<answer@x>", "<lost@x>"}


def test_message_that_a_hidden_one_refers_to_is_hidden(rows: Rows) -> None:
    hide(rows, ["<answer@x>", "<first@x>"])

    connect(rows, {"<first@x>": ["<before@x>"]})

    assert hidden(rows) == {"<answer@x>", "<first@x>", "<before@x>"}


def test_answers_that_came_first_are_hidden_when_a_message_connects_them(rows: Rows) -> None:
    hide(rows, ["<first@x>"])
    connect(rows, {"<third@x>": ["<second@x>"]}, {"<fourth@x>": ["<third@x>"]})
    before = hidden(rows)

    connect(rows, {"<second@x>": ["<first@x>"]})

    assert before == {"<first@x>"}
    assert hidden(rows) == {"<first@x>", "<second@x>", "<third@x>", "<fourth@x>"}


def test_message_that_connects_two_hidden_conversations_hides_all_of_both(rows: Rows) -> None:
    hide(rows, ["<a@x>"], name="a")
    hide(rows, ["<b@x>"], by="ben", name="b")

    connect(rows, {"<both@x>": ["<a@x>", "<b@x>"]})

    assert hidden(rows, "a") == hidden(rows, "b") == {"<a@x>", "<b@x>", "<both@x>"}


def test_other_threads_of_a_page_stay_as_they_are(rows: Rows) -> None:
    hide(rows, ["<a@x>"])

    connect(rows, {"<1@x>": ["<a@x>"], "<2@x>": ["<b@x>"], "<3@x>": ["<2@x>", "<c@x>"]})

    assert hidden(rows) == {"<a@x>", "<1@x>"}


def test_long_thread_is_hidden_whatever_its_order(rows: Rows) -> None:
    numbers = [*range(1, 300, 2), *range(2, 300, 2)]
    hide(rows, ["<0@x>"])

    connect(rows, {f"<{each}@x>": [f"<{each - 1}@x>"] for each in numbers})

    assert hidden(rows) == {f"<{each}@x>" for each in range(300)}


def test_page_is_connected_by_one_question(rows: Rows) -> None:
    hide(rows, ["<a@x>"])
    page = {f"<{each}@x>": ["<a@x>"] for each in range(100)}

    with sent_by(rows) as asked:
        connect(rows, page)

    reads = [each for each in asked if each.lstrip().startswith(("select", "with"))]
    assert len(reads) == 3
