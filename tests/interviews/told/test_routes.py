"""The button on the interview's page that tells people the new time."""

from collections import Counter

import pytest

from tests.interviews.microsoft.stage import KIM, SAM, Stage
from tests.interviews.told.post import JOBS, Post
from tests.support.visitors import Visitor, visitor

PAGE, BUTTON = "/interviews/first", "/interviews/first/new-time"


@pytest.fixture
def post(stage: Stage) -> Post:
    made = Post(stage)
    made.open()
    made.moved()
    return made


@pytest.fixture
def priya(post: Post) -> Visitor:
    return visitor(post.stage.env.app, "priya")


def values(post: Post) -> dict[str, str]:
    """The hidden fields of the button."""
    return {"version": str(post.stage.one.version), "people": f"{KIM},{SAM}"}


def test_the_page_says_first_who_gets_a_mail(post: Post, priya: Visitor) -> None:
    text = priya.text(PAGE)

    assert "Kim and Sam may still have the old time." in text
    assert "Tell Kim and Sam the new time" in text
    assert f"Kim and Sam get a mail from {JOBS}." in text
    assert "It has no calendar file, and nobody else gets mail." in text


def test_a_press_in_two_tabs_mails_once(post: Post, priya: Visitor) -> None:
    sent = values(post)

    first = priya.post(BUTTON, sent, follow_redirects=True).text
    second = priya.post(BUTTON, sent, follow_redirects=True).text
    post.send()

    assert "The mail to Kim Lund and Sam Reed waits to go out." in first
    assert "The mail waits to go out" in first
    assert "Nobody has the old time any more." in second
    assert "Tell Kim" not in second
    assert post.delivered == Counter([SAM, KIM])
    assert "The mail went out" in priya.text(PAGE)


@pytest.mark.parametrize(
    ("field", "value"), [("version", "1"), ("version", "x"), ("people", ""), ("people", "nobody")]
)
def test_a_form_that_does_not_fit_mails_nobody(
    post: Post, priya: Visitor, field: str, value: str
) -> None:
    answer = priya.post(BUTTON, values(post) | {field: value})

    assert answer.status_code == 303
    post.send()
    assert post.delivered == Counter()


def test_limited_people_tell_nobody(post: Post) -> None:
    post.stage.change("update users set role = 'limited' where id = 'kim'")
    kim = visitor(post.stage.env.app, "kim")

    assert kim.post(BUTTON, values(post)).status_code in (403, 404)
    assert "Tell " not in kim.text(PAGE)


def test_an_interview_that_is_unknown_is_not_found(post: Post, priya: Visitor) -> None:
    assert priya.post("/interviews/unknown/new-time", values(post)).status_code == 404
