"""The pages of changes say what follows, do it once, and show what changed to an older form."""

from dataclasses import dataclass

import pytest
from flask import Flask

from portal.interviews.changes.differences import LABELS
from portal.interviews.models import Goal, State
from tests.interviews.changes.conftest import Desk
from tests.support.visitors import Visitor, visitor, words


@dataclass(frozen=True)
class Form:
    """A page of a change as it was opened."""

    browser: Visitor
    path: str
    values: dict[str, str]

    def send(self, **more: str) -> str:
        answer = self.browser.post(self.path, self.values | more)
        if answer.status_code == 303:
            assert answer.headers["Location"] == "/interviews/first"
            with self.browser.client.session_transaction() as session:
                return " ".join(text for _, text in session.pop("_flashes", []))
        return f"{answer.status_code} {words(answer)}"


def opened(desk: Desk, app: Flask, change: str) -> Form:
    browser = visitor(app, "priya")
    path = f"/interviews/first/{change}"
    page = browser.get(path).text
    fields = [*LABELS, "version"]
    values = {name: page.split(f'name="{name}" value="')[1].split('"')[0] for name in fields}
    return Form(browser, path, values)


def test_the_page_says_who_gets_a_cancellation(desk: Desk, app: Flask) -> None:
    text = visitor(app, "priya").text("/interviews/first/cancel")
    assert (
        "Rosa Ortega, Kim Lund and Sam Reed get a cancellation, and both events leave the calendar."
    ) in text
    assert "A few words to the candidate" in text


def test_nobody_gets_mail_before_anybody_was_told(desk: Desk, app: Flask) -> None:
    with desk.rows.write():
        desk.rows.execute("update invite_ledger set withdrawn_at = told_at")
    text = visitor(app, "priya").text("/interviews/first/cancel")
    assert "Nobody has been told yet" in text
    assert "Cancel the interview" in text
    assert "tell everybody" not in text
    assert "A few words to the candidate" not in text


def test_a_cancellation_is_sent_once_from_two_tabs(desk: Desk, app: Flask) -> None:
    first, second = opened(desk, app, "cancel"), opened(desk, app, "cancel")
    assert "Portal is cancelling Interview with Rosa Ortega" in first.send(comment="Sorry")
    assert "This interview is being cancelled." in second.send(comment="Other words")
    assert (desk.interview.version, desk.interview.comment) == (2, "Sorry")


def test_an_older_form_shows_the_difference_first(desk: Desk, app: Flask) -> None:
    form = opened(desk, app, "find-time")
    desk.change(version=2, room_name="Aurora", state="changing")
    page = form.send(comment="Sorry")
    assert page.startswith("409")
    assert "This interview changed after you opened this page." in page
    assert "Before Microsoft Teams Now Microsoft Teams, Aurora" in page
    assert "Before Scheduled Now Being changed" in page
    assert "Sorry" in page
    assert desk.interview.goal == Goal.SCHEDULED
    opened(desk, app, "find-time").send()
    assert desk.interview.version == 3


@pytest.mark.parametrize("version", ["", "x", "-1", "1" * 30])
def test_a_broken_form_is_refused(desk: Desk, app: Flask, version: str) -> None:
    page = opened(desk, app, "cancel").send(version=version)
    assert page.startswith(("422", "409"))
    assert desk.interview.version == 1


def test_long_words_come_back(desk: Desk, app: Flask) -> None:
    page = opened(desk, app, "cancel").send(comment="x" * 1001)
    assert page.startswith("422")
    assert "x" * 1001 in page


def test_a_taken_person_is_asked_about_when_trying_again(desk: Desk, app: Flask) -> None:
    desk.change(state="failed")
    desk.other(desk.at, person="sam")
    form = opened(desk, app, "retry")
    page = form.send()
    assert "Sam Reed was just booked" in page
    assert "Try again anyway" in page
    assert "Portal is trying" in form.send(override="1")
    assert desk.interview.state is State.WRITING


def test_what_failed_is_discarded(desk: Desk, app: Flask) -> None:
    desk.change(state="failed")
    assert "is discarded" in opened(desk, app, "discard").send()
    answer = visitor(app, "priya").get("/interviews/first/discard")
    assert answer.headers["Location"] == "/interviews/first"


def test_the_page_of_a_retry_names_who_has_not_been_told(desk: Desk, app: Flask) -> None:
    desk.change(state="asks", version=2)
    text = visitor(app, "priya").text("/interviews/first/retry")
    assert "Rosa Ortega, Kim Lund and Sam Reed have not been told the latest." in text
    desk.change(goal="cancelled")
    text = visitor(app, "priya").text("/interviews/first/retry")
    assert "Portal takes the events off the calendar again." in text


def test_limited_people_change_nothing(desk: Desk, app: Flask) -> None:
    browser = visitor(app, "kim")
    assert browser.get("/interviews/first/cancel").status_code == 403
    assert browser.post("/interviews/first/cancel", {"version": "1"}).status_code == 403
    assert visitor(app, "priya").get("/interviews/none/cancel").status_code == 404


def test_a_page_from_before_the_invitations_shows_who_hears_of_it_now(
    desk: Desk, app: Flask
) -> None:
    """The worker invites without another version."""
    desk.change(state="writing")
    form = opened(desk, app, "cancel")
    desk.change(state="scheduled")
    page = form.send()
    assert page.startswith("409")
    assert "Before Being scheduled Now Scheduled" in page
    assert "get a cancellation" in page
    assert desk.interview.goal == Goal.SCHEDULED
