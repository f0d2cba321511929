"""A form is one mail at most, and what else stands in it is kept."""

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

import pytest
from flask import Flask

from portal.storage.rows import Rows
from tests.composer.form import ROSA, WRITE, counts, opened, send
from tests.composer.form import mails as sent
from tests.support.visitors import Visitor, visitor, words


def test_a_form_sent_twice_is_one_message(ready: Rows, priya: Visitor) -> None:
    values = opened(priya)

    answers = [priya.post(WRITE, values) for _ in range(3)]

    assert {answer.location for answer in answers} == {answers[0].location}
    assert counts(ready) == [1, 1, 1, 0]


def test_a_form_sent_20_times_at_once_is_one_message(
    ready: Rows, app: Flask, priya: Visitor
) -> None:
    values = opened(priya)
    windows = [visitor(app, "priya") for _ in range(20)]

    with ThreadPoolExecutor(len(windows)) as pool:
        answers = list(pool.map(lambda window: window.post(WRITE, values), windows))

    (mail,) = sent(ready)
    assert {each.status_code for each in answers} == {303}
    assert {each.location for each in answers} == {f"/candidates/rosa#sent-{mail['id']}"}
    assert counts(ready) == [1, 1, 1, 0]


@pytest.mark.parametrize(
    "changes",
    [
        {"text": "And another thing"},
        {"subject": "Friday"},
        {"to": f"{ROSA}, kim@mail.example"},
        {"cc": "kim@mail.example"},
        {"to": "kim@mail.example", "cc": ROSA},
        {"to": "nobody"},
        {"sender": "priya"},
        {"files": (BytesIO(b"%PDF"), "forgotten.pdf")},
    ],
    ids=lambda changes: " ".join(changes),
)
def test_another_message_in_a_form_that_was_sent_is_kept(
    ready: Rows, priya: Visitor, changes: dict[str, Any]
) -> None:
    values = opened(priya)
    priya.post(WRITE, values)

    answer = priya.post(WRITE, values | changes, content_type="multipart/form-data")

    assert answer.status_code == 409
    assert "This form was sent already" in words(answer)
    assert all(each in answer.text for each in changes.values() if isinstance(each, str))
    assert values["number"] not in answer.text
    assert counts(ready)[0] == 1


def test_text_is_kept_where_the_message_was_sent_again_elsewhere(
    ready: Rows, priya: Visitor
) -> None:
    send(priya)
    (mail,) = sent(ready)
    below = f"/candidates/rosa/sent/{mail['id']}"
    priya.post(f"{below}/withdrawal")
    values = opened(priya, f"{WRITE}?repeats={mail['id']}", text="Changed text")
    priya.post(f"{below}/repetition")

    answer = priya.post(WRITE, values)

    assert answer.status_code == 422
    assert "was sent again already" in words(answer)
    assert "Changed text" in answer.text
    assert counts(ready) == [2, 2, 2, 1]


def test_form_with_a_file_sent_twice_is_one_message(ready: Rows, priya: Visitor) -> None:
    written = opened(priya)
    for _ in range(2):
        values = written | {"files": (BytesIO(b"%PDF"), "C:\\offer.pdf")}
        answer = priya.post(WRITE, values, content_type="multipart/form-data")
        assert answer.status_code == 303

    assert counts(ready) == [1, 1, 1, 0]


def test_file_that_the_list_does_not_have_cannot_be_removed(ready: Rows, priya: Visitor) -> None:
    for place in ("9" * 5_000, "-1", "7", "x", ""):
        answer = send(priya, remove=place)
        assert answer.status_code == 303, place

    assert counts(ready) == [0, 0, 0, 1]
