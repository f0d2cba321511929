"""Answers: their recipients, their subject, and whether they stay in their thread."""

import json
from typing import Any

import pytest
from flask import Flask

from portal.storage.rows import Rows
from tests.composer.form import ROSA, WRITE, send
from tests.composer.form import mails as sent
from tests.email import messages
from tests.email.messages import Message
from tests.outbox.mails import NOW
from tests.support.raw_rows import raw
from tests.support.visitors import Visitor, visitor, words

REPLY = f"{WRITE}?answers=question"
TO_JOBS = (("Jobs", "jobs@northwind.example"),)


def question(rows: Rows, *, agents: tuple[str, ...] = (), **changes: Any) -> None:
    """A message of Rosa's that lies in Priya's mailbox."""
    usual: dict[str, Any] = {"sender": ("Rosa O.", ROSA), "subject": "A question"}
    messages.keep(rows, Message("question", **(usual | changes)), now=NOW)
    with rows.write():
        raw(rows)["messages"].update("question", {"agents": json.dumps(agents)})  # type: ignore[union-attr]  # a table, not a view


def test_an_answer_goes_to_the_writer_in_the_thread(ready: Rows, priya: Visitor) -> None:
    question(ready)
    page = priya.get(REPLY).text

    assert f'value="Rosa O. &lt;{ROSA}&gt;"' in page
    assert 'value="Re: A question"' in page
    assert "priya@northwind.example has no copy" not in page
    send(priya, REPLY, subject="Re: A question")
    (mail,) = sent(ready)
    assert (mail["answers_message_id"], mail["is_in_thread"]) == ("question", 1)


@pytest.mark.parametrize(("subject", "expected"), [("RE : Hello", "RE : Hello"), ("re:x", "re:x")])
def test_re_is_written_once(ready: Rows, priya: Visitor, subject: str, expected: str) -> None:
    question(ready, subject=subject)

    assert f'value="{expected}"' in priya.get(REPLY).text


def test_the_candidates_own_reply_to_is_taken(ready: Rows, priya: Visitor) -> None:
    """As job boards pass on what candidates write."""
    question(ready, sender=("Board", "mail@board.example"), agents=("mail@board.example", ROSA))

    assert f'value="Rosa Ortega &lt;{ROSA}&gt;"' in priya.get(REPLY).text
    send(priya, REPLY)
    assert sent(ready)[0]["is_in_thread"] == 1


def test_a_strangers_reply_to_is_not_followed(ready: Rows, priya: Visitor) -> None:
    question(ready, agents=(ROSA, "stranger@evil.example"))
    page = priya.get(REPLY)

    assert f'value="Rosa O. &lt;{ROSA}&gt;"' in page.text
    sentence = "not in the thread: answers to that message go to stranger@evil.example."
    assert sentence in words(page)
    send(priya, REPLY)
    assert (sent(ready)[0]["answers_message_id"], sent(ready)[0]["is_in_thread"]) == ("question", 0)


def test_an_answer_to_what_we_wrote_goes_to_the_candidate(ready: Rows, priya: Visitor) -> None:
    assert f'value="Rosa Ortega &lt;{ROSA}&gt;"' in priya.get(f"{WRITE}?answers=portfolio").text


def test_the_mailbox_that_has_the_message_is_chosen_first(ready: Rows, priya: Visitor) -> None:
    question(ready, brought=(("jobs", None),), recipients=TO_JOBS)
    page = priya.get(REPLY)

    chosen = page.text[page.text.index('id="sender-jobs"') :].partition(">")[0]
    assert "checked" in chosen
    assert "not in the thread: priya@northwind.example has no copy" in words(page)
    send(priya, REPLY, sender="jobs")
    assert sent(ready)[0]["is_in_thread"] == 1


def test_an_answer_from_another_mailbox_is_a_new_message(ready: Rows, priya: Visitor) -> None:
    question(ready, brought=(("jobs", None),), recipients=TO_JOBS)

    send(priya, REPLY, sender="talent")

    assert (sent(ready)[0]["answers_message_id"], sent(ready)[0]["is_in_thread"]) == ("question", 0)


def test_a_copy_that_is_gone_keeps_no_thread(ready: Rows, priya: Visitor) -> None:
    question(ready)
    with ready.write():
        raw(ready).execute(
            "update message_copies set gone_at = '2026-11-24T10:00:00Z' "
            "where message_id = 'question'"
        )

    send(priya, REPLY)

    assert sent(ready)[0]["is_in_thread"] == 0


def test_a_message_of_another_feed_or_hidden_is_not_answered(
    ready: Rows, app: Flask, priya: Visitor
) -> None:
    question(ready)
    assert visitor(app, "sam").get(REPLY).status_code == 200
    priya.post("/candidates/rosa/messages/question/hiding")

    assert visitor(app, "sam").get(REPLY).status_code == 404
    assert visitor(app, "sam").post(WRITE, {"answers": "question"}).status_code == 404
    assert priya.get(f"{WRITE}?answers=unknown").status_code == 404
    assert priya.get(f"{WRITE}?answers=a'b").status_code == 404


def test_each_message_of_the_feed_has_a_way_to_answer(ready: Rows, priya: Visitor) -> None:
    page = priya.get("/candidates/rosa").text

    assert f'href="{WRITE}"' in page
    assert f'href="{WRITE}?answers=portfolio"' in page
