"""Fill in from a template at the page for writing, without JavaScript."""

import html
import re
from datetime import timedelta

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from portal import clock
from portal.storage.rows import Rows
from tests.composer.form import ROSA, WRITE, counts, opened, send
from tests.composer.form import mails as sent
from tests.support import builders
from tests.support.raw_rows import raw
from tests.support.visitors import Visitor, visitor, words

SUBJECT = re.compile(r'<input[^>]*name="subject"[^>]*>')
VALUE = re.compile(r'value="([^"]*)"')
TEXT = re.compile(r'<textarea[^>]*name="text"[^>]*>\s*(.*?)</textarea>', re.DOTALL)
EMPTY = {"subject": "", "text": "", "do": "template"}
QUESTION = "Replace what you wrote?"
FILLED = ("Thank you, Rosa", "Hi Rosa,\n\nthank you.\n\nPriya Kaur")


@pytest.fixture(autouse=True)
def thanks(ready: Rows) -> str:
    builders.template(ready, "Welcome", subject="Welcome", text="From {my_address}")
    builders.template(ready, "Secret", owner="sam")
    return builders.template(ready, "Thanks", owner="priya")


def shown(answer: TestResponse) -> tuple[str, str]:
    """The subject and the text of the form."""
    control, text = SUBJECT.search(answer.text), TEXT.search(answer.text)
    assert control is not None
    assert text is not None
    value = VALUE.search(control[0])
    return html.unescape(value[1] if value else ""), html.unescape(text[1])


def renamed(rows: Rows, name: str) -> None:
    raw(rows).execute("update candidates set name = ? where id = 'rosa'", [name])


def fill(
    visitor: Visitor, template: str = "thanks", path: str = WRITE, **more: str
) -> TestResponse:
    """Press the button, and follow to the page with the draft."""
    answer = visitor.post(WRITE, opened(visitor, path, template=template, **(EMPTY | more)))
    return visitor.get(answer.location) if answer.status_code == 303 else answer


def test_a_template_fills_in_an_empty_form_and_is_kept_as_a_draft(
    ready: Rows, priya: Visitor
) -> None:
    answer = fill(priya)

    assert answer.status_code == 200
    assert shown(answer) == FILLED
    assert shown(priya.get(WRITE)) == FILLED
    assert counts(ready) == [0, 0, 0, 1]
    assert send(priya, subject=FILLED[0], text=FILLED[1]).status_code == 303
    assert [(mail["subject"], mail["text"]) for mail in sent(ready)] == [FILLED]


def test_own_templates_and_the_teams_are_offered_and_nobody_elses(priya: Visitor) -> None:
    page = priya.get(WRITE).text

    names = re.findall(r'<option value="(\w*)"', page)
    assert names == ["", "thanks", "welcome"]


@pytest.mark.parametrize("template", ["", "secret", "unknown"])
def test_no_other_template_fills_in(priya: Visitor, template: str) -> None:
    answer = fill(priya, template, subject="Mine")

    assert answer.status_code == 422
    assert "Choose a template of the list." in words(answer)
    assert shown(answer) == ("Mine", "")


@pytest.mark.parametrize("own", [{"text": "My words"}, {"subject": "My subject"}])
def test_what_was_written_is_replaced_after_a_question(priya: Visitor, own: dict[str, str]) -> None:
    answer = fill(priya, **own)
    before = (own.get("subject", ""), own.get("text", ""))
    assert QUESTION in words(answer)
    assert shown(answer) == before

    kept = fill(priya, do="look", **own)
    assert shown(kept) == before
    replaced = fill(priya, do="replace", **own)
    assert QUESTION not in words(replaced)
    assert shown(replaced) == FILLED


def test_another_template_follows_without_a_question(priya: Visitor) -> None:
    subject, text = FILLED

    answer = fill(priya, "welcome", subject=subject, text=text.replace("\n", "\r\n"))

    assert QUESTION not in words(answer)
    assert shown(answer) == ("Welcome", "From talent@northwind.example")
    assert QUESTION in words(fill(priya, "welcome", subject=subject, text=f"{text} And more."))


@pytest.mark.parametrize("do", ["look", "preview", "save", "send"])
def test_the_own_address_follows_another_choice(ready: Rows, priya: Visitor, do: str) -> None:
    text = "From talent@northwind.example. Not xtalent@northwind.example nor {0}.org"
    written = text.format("talent@northwind.example")
    fill(priya, "welcome")

    changed = {"subject": "Welcome", "sender": "priya", "text": written, "do": do}
    answer = priya.post(WRITE, opened(priya, WRITE, **changed))

    wanted = written.replace("From talent@", "From priya@")
    if do == "send":
        assert [(each["from_address"], each["text"]) for each in sent(ready)] == [
            ("priya@northwind.example", wanted)
        ]
    else:
        assert shown(priya.get(answer.location)) == ("Welcome", wanted)


def test_an_address_that_no_template_put_there_stays(ready: Rows, priya: Visitor) -> None:
    text = "From talent@northwind.example"

    fill(priya)
    send(priya, sender="priya", text=text)

    assert [each["text"] for each in sent(ready)] == [text]


def test_an_answer_keeps_its_subject(priya: Visitor) -> None:
    path = f"{WRITE}?answers=portfolio"
    subject, _ = shown(priya.get(path))

    answer = fill(priya, path=path, subject=subject)

    assert subject.startswith("Re: ")
    assert shown(answer) == (subject, FILLED[1])


def test_a_placeholder_without_a_value_is_marked_and_stops_sending(
    ready: Rows, priya: Visitor
) -> None:
    renamed(ready, "Dr. Rosa Ortega")
    sentence = "{candidate_first_name} is not filled in. Write the words in its place."

    answer = fill(priya)

    assert words(answer).count(sentence) == 2  # at the subject and at the message
    subject, text = shown(answer)
    assert subject == "Thank you, {candidate_first_name}"
    assert sentence in words(priya.get(WRITE))
    refused = send(priya, subject="Thank you", text=text)
    assert refused.status_code == 422
    assert words(refused).count(sentence) == 1
    assert sent(ready) == []
    later = send(priya, subject="Thank you", text=text, do="later", day="2030-01-01", time="10:00")
    assert later.status_code == 422
    assert send(priya, subject="Thank you", text="Hi Rosa").status_code == 303


def test_a_candidates_name_is_text_and_never_a_placeholder_or_a_header(
    ready: Rows, priya: Visitor
) -> None:
    name = "Rosa\r\nBcc:\u2028x@x.example<b>"
    renamed(ready, name)
    builders.template(ready, "Name", subject="{my_name}", text="{candidate_first_name}")

    assert shown(fill(priya, "name")) == ("Priya Kaur", "{candidate_first_name}")
    renamed(ready, "Rosa\r\n<b>Bcc</b>\u2028{my_name}")
    builders.template(ready, "Whole", subject="{candidate_name}", text="Hi")
    assert shown(fill(priya, "whole"))[0] == "Rosa <b>Bcc</b> {my_name}"


def test_a_member_without_templates_is_shown_where_to_write_one(ready: Rows, app: Flask) -> None:
    raw(ready).execute("delete from mail_templates")

    page = visitor(app, "sam").get(WRITE)

    assert "There are no templates yet. You can write one in your settings." in words(page)
    assert ROSA in page.text


def test_the_next_interview_is_filled_in(ready: Rows, priya: Visitor) -> None:
    builders.template(ready, "Invitation", subject="{interview}", text="{interview_time}")
    now = clock.utc_now()
    raw(ready).execute("update candidates set time_zone = 'Asia/Tokyo' where id = 'rosa'")
    for name, days, more in (
        ("Past", -1, {}),
        ("Cancelled", 1, {"state": "cancelled", "goal": "cancelled"}),
        ("Waiting", 1, {"state": "needs_time", "goal": "needs_time"}),
        ("Second talk", 3, {}),
        ("First talk", 2, {"state": "changing"}),
    ):
        builders.interview(ready, name, at=now + timedelta(days=days), title=name, **more)

    subject, text = shown(fill(priya, "invitation"))

    assert subject == "First talk"
    assert text.endswith("(Tokyo time)")


def test_without_an_interview_its_words_are_left_and_named(ready: Rows, priya: Visitor) -> None:
    builders.template(ready, "Invitation", subject="{interview}", text="{interview_time}")

    assert shown(fill(priya, "invitation")) == ("{interview}", "{interview_time}")
    refused = send(priya, subject="Hello", text="See you {interview_time}")
    assert "{interview_time} is not filled in." in html.unescape(refused.text)


def test_stored_link_that_is_no_link_of_a_meeting_is_left_out(ready: Rows, priya: Visitor) -> None:
    builders.template(ready, "Join", subject="Join", text="Join at {interview_link}")
    good = "https://teams.example/l/meetup-join/1"
    found = []

    for link in (good, "javascript:alert(1)", "https://teams.example@evil.example/", f"{good}\nx"):
        raw(ready).execute("delete from interviews")
        at = clock.utc_now() + timedelta(days=1)
        builders.interview(ready, "talk", at=at, join_url=link)
        found.append(shown(fill(priya, "join"))[1])

    assert found == [f"Join at {good}", *["Join at {interview_link}"] * 3]
