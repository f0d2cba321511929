"""The page of a candidate: its team, its days and threads, and the way back to the newest entry."""

import re
from datetime import datetime, timedelta

import pytest

from portal.conversations import store as conversations
from portal.storage.rows import Rows
from tests import pages
from tests.email import messages
from tests.email.messages import Message
from tests.email_feed.hidden import message_id
from tests.outbox import sent_mail
from tests.support import builders
from tests.support.visitors import Visitor, words

DAY = 24 * 60


@pytest.fixture(autouse=True)
def _team(rows: Rows, rosa: str, now: datetime) -> None:
    """Alex has an older message with Rosa, and Priya answered it."""
    builders.mailbox(rows, builders.user(rows, "Alex Berg", role="admin"))
    asked = Message("asked", subject="Salary", brought=(("alex", None),), minutes_ago=2 * DAY)
    messages.keep(rows, asked, now=now)
    messages.keep(rows, Message("answer", subject="Re: Salary", minutes_ago=DAY), now=now)
    with rows.write():
        conversations.add_links(rows, {message_id("answer"): [message_id("asked")]})


def titles(page: str) -> list[str]:
    return re.findall(r'<h3 class="title"><bdi>([^<]+)', page)


def test_page_names_the_team_and_each_address(priya: Visitor) -> None:
    answer = priya.get("/candidates/rosa")

    assert re.findall(r"<li>\s*<bdi>(rosa[^<]*)</bdi>", answer.text) == ["rosa.ortega@mail.example"]
    assert "Your team Alex Berg Priya Kaur" in words(answer)
    assert pages.complaints(answer.text) == []


def test_feed_shows_one_colleague_alone(rows: Rows, priya: Visitor, now: datetime) -> None:
    sent_mail.keep(rows, sent_mail.seen("invitation", now=now))

    of_alex, of_priya = (priya.get(f"/candidates/rosa?person={each}") for each in ("alex", "priya"))

    assert titles(of_alex.text) == ["Salary"]
    assert titles(of_priya.text) == ["Portfolio review", "Your interview", "Re: Salary"]
    assert "Only mail that this person wrote or has." in words(of_alex)
    assert pages.complaints(of_alex.text) == []


@pytest.mark.parametrize("person", ["kim", "nobody"])
def test_person_without_mail_is_not_found(priya: Visitor, person: str) -> None:
    assert priya.get(f"/candidates/rosa?person={person}").status_code == 404


def test_mail_of_one_colleague_has_pages(rows: Rows, priya: Visitor, now: datetime) -> None:
    for number in range(25):
        extra = Message(
            f"m{number}", subject=f"No {number}", minutes_ago=number, brought=(("alex", None),)
        )
        messages.keep(rows, extra, now=now - timedelta(days=3))

    first = priya.get("/candidates/rosa?person=alex").text
    older = re.findall(r'href="(/candidates/rosa\?[^"]*after=[^"]*)"', first)[0].replace(
        "&amp;", "&"
    )
    second = priya.get(older)

    assert (len(titles(first)), len(titles(second.text))) == (20, 6)
    assert "26 entries" in words(second)
    assert "Jump to newest" in words(second)


def test_days_stand_between_entries(priya: Visitor) -> None:
    page = priya.get("/candidates/rosa").text

    assert re.findall(r'<li class="day">([^<]+)', page) == [
        "Tuesday 24 November 2026",
        "Monday 23 November 2026",
        "Sunday 22 November 2026",
    ]
    assert 'title="Tuesday 24 November 2026, 14:00"' in page


def test_only_the_newest_of_a_thread_is_open(priya: Visitor) -> None:
    page = priya.get("/candidates/rosa").text

    entries = dict(re.findall(r'<li id="message-(\w+)">(.*?)</li>', page, re.DOTALL))
    folded = {each for each, text in entries.items() if "<summary>Show message" in text}
    assert folded == {"asked"}
    assert "Show message" not in priya.text("/candidates/rosa/messages/asked")


def test_link_to_outlook_names_its_message(priya: Visitor) -> None:
    assert "Open in Outlook: Re: Salary" in words(priya.get("/candidates/rosa"))
