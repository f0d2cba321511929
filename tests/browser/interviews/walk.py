"""Steps from "Schedule interview" on, by the labels on the pages, and the record of their mail."""

import re
from collections import Counter
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser import steps
from tests.browser.demo import RunningDemo

CONNECT = "Connect Microsoft 365 to organize"
ROSA, KIM, SAM, PRIYA = (
    "rosa.ortega@mail.example",
    "kim@northwind.example",
    "sam@northwind.example",
    "priya@northwind.example",
)
ROOM = "room-aurora@northwind.example"
GROUP = "recruiting@northwind.example"
SCHEDULED = "This interview is scheduled"
STEP_ONE = "Schedule an interview with Rosa"
NOTHING: Counter[tuple[str, str]] = Counter()


def mails(demo: RunningDemo) -> list[dict[str, Any]]:
    """The mail that told people and rooms. Members' copies and a room's own answer are not that."""
    found: list[dict[str, Any]] = demo.control("GET", "invitations")["value"]
    return [each for each in found if each["via"] == "attendee" and each["sender"] != ROOM]


def told(demo: RunningDemo) -> Counter[tuple[str, str]]:
    """The mail of meetings that each person got."""
    return Counter((each["kind"], each["address"]) for each in mails(demo))


def once(kind: str, *people: str) -> Counter[tuple[str, str]]:
    return Counter((kind, each) for each in people)


def open_step_one(page: Page, demo: RunningDemo) -> None:
    steps.open_candidate(page, demo)
    page.get_by_role("link", name="Schedule interview").click()
    expect(steps.heading(page)).to_have_text(STEP_ONE)


def connect(page: Page) -> None:
    """Connect from step 1, which comes back with what was chosen."""
    press(page, CONNECT)
    steps.go_on_to_microsoft(page)
    steps.agree_if_asked(page)
    expect(steps.heading(page)).to_have_text(STEP_ONE)


def connect_if_asked(page: Page) -> None:
    if page.get_by_role("button", name=CONNECT).count():
        connect(page)


def check(page: Page, clock: str) -> None:
    """Priya organizes. Lead to step 2, and tick the box if somebody is busy."""
    type_start(page, clock)
    choose(page, "Organizer", "Priya Kaur (you)")
    press(page, "Next: check and send")
    expect(steps.heading(page)).to_have_text("Check and send")
    override_if_asked(page)


def plan_two_events(page: Page, demo: RunningDemo, clock: str) -> None:
    """Priya and Kim are the panel, and Priya organizes on her own calendar."""
    open_step_one(page, demo)
    connect_if_asked(page)
    page.get_by_label(re.compile("own calendar")).check()
    choose(page, "Panel", "Priya Kaur")
    choose(page, "Panel", "Kim Lund")
    check(page, clock)
    expect(main(page)).to_contain_text("Priya will see two events")


def move(page: Page, clock: str) -> None:
    """Move the interview to another hour of its day."""
    page.get_by_role("link", name="Reschedule").click()
    type_start(page, clock)
    press(page, "Next: check the change")
    expect(main(page)).to_contain_text("get one update with the new time")
    override_if_asked(page)
    press(page, "Make the change and tell them")


def cancel(page: Page, words: str) -> None:
    """Cancel the interview, with words to the candidate."""
    page.get_by_role("link", name="Cancel interview").click()
    page.get_by_label("A few words to the candidate").fill(words)
    press(page, "Cancel and tell everybody")


def type_start(page: Page, clock: str) -> None:
    page.get_by_label("Another start on").fill(clock)
    press(page, "Use this start")


def override_if_asked(page: Page) -> None:
    again = page.get_by_label(re.compile("although somebody is busy"))
    if again.count():
        again.check()


def choose(page: Page, group: str, name: str) -> None:
    page.get_by_role("group", name=group).get_by_label(name, exact=True).check()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def main(page: Page) -> Locator:
    return page.get_by_role("main")


def wait(page: Page, sentence: str, *, by_reloading: bool = False) -> None:
    """Wait for the worker. The page of an interview follows it automatically."""
    if by_reloading:
        steps.reload_until(page, main(page), sentence)
    expect(main(page)).to_contain_text(sentence, timeout=steps.FIRST_SYNC_MS)
