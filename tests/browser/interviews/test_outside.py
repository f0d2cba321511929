"""Moved or deleted in the small Outlook: Portal follows, undoes, tells, and puts back."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import Page, StorageState, expect

from portal import clock
from portal.interviews import store
from portal.interviews.models import Event, Role
from portal.storage.sqlite_rows import SqliteRows
from tests.browser import steps
from tests.browser.accessibility import barriers_in_every_view
from tests.browser.conftest import OpenPage
from tests.browser.demo import RunningDemo
from tests.browser.interviews import walk
from tests.browser.interviews.walk import KIM, PRIYA, ROOM, ROSA, SAM, SCHEDULED

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("record")]
MOVED = "This interview was moved in Outlook"
UNDO = re.compile("^Undo: back to ")
TRIES, PAUSE_MS = 45, 2_000


def internal_event(page: Page, demo: RunningDemo) -> Event:
    """The panel's event of the interview whose page is open."""
    rows = SqliteRows(demo.environment.folder / "portal.db")
    try:
        found = store.events(rows, page.url.rstrip("/").rpartition("/")[2])
    finally:
        rows.close()
    return next(each for each in found if each.role is Role.INTERNAL)


def drag_in_outlook(page: Page, demo: RunningDemo, event: Event, start: str, end: str) -> None:
    """Move an event to other hours of its day in the small Outlook, and send no update."""
    assert event.agreed_starts_at is not None
    outlook = page.context.new_page()
    day = event.agreed_starts_at.date()
    outlook.goto(f"{demo.sandbox}/outlook/{PRIYA}/calendar/Recruiting?week={day}")
    form = outlook.locator(f"form[action*='{event.graph_id}'][action$='/times']")
    outlook.locator("details", has=form).locator("summary").first.click()
    form.get_by_label("From").fill(start)
    form.get_by_label("To", exact=True).fill(end)
    form.get_by_label("Do not send the update").check()
    form.get_by_role("button", name="Move").click()
    expect(outlook.get_by_role("status")).to_have_text("Moved. The attendees were not told.")
    outlook.close()


def check_until(page: Page, sentence: str) -> None:
    """Press "Check Outlook now" until the page says that. A read seconds ago is not repeated."""
    for _ in range(TRIES):
        walk.press(page, "Check Outlook now")
        page.wait_for_timeout(PAUSE_MS)
        page.reload()
        if sentence in walk.main(page).inner_text():
            return
    raise AssertionError(f"{sentence!r} did not appear on {page.url}.")


def connect_kims_calendar(page: Page, demo: RunningDemo) -> None:
    """Kim lets Portal read her calendar, which shows the time that her copy has."""
    steps.sign_in(page, demo, "Kim Lund")
    page.goto(f"{demo.portal}/settings/calendar")
    walk.press(page, "Connect your calendar")
    steps.go_on_to_microsoft(page)
    steps.agree_if_asked(page)
    page.wait_for_url(f"{demo.portal}/settings/calendar")


def let_copies_be_read(page: Page, demo: RunningDemo) -> None:
    """Let the two minutes pass after which Portal reads who has the new time."""
    event, now = internal_event(page, demo), clock.utc_now()
    rows = SqliteRows(demo.environment.folder / "portal.db")
    try:
        with rows.write():
            store.save_event(rows, replace(event, copies_due_at=now))
            store.make_due(rows, event.interview_id, now=now)
    finally:
        rows.close()


def let_a_second_pass(page: Page) -> None:
    """Microsoft's times have seconds. A move in that of Portal's last write is believed later."""
    page.wait_for_timeout(2_000)


def test_portal_follows_a_move_that_was_not_sent_and_undoes_it(
    demo: RunningDemo, open_page: OpenPage, member: StorageState
) -> None:
    connect_kims_calendar(open_page(), demo)
    page = open_page(signed_in=member)
    walk.open_step_one(page, demo)
    walk.connect_if_asked(page)
    walk.choose(page, "Panel", "Kim Lund")
    walk.choose(page, "Panel", "Sam Reed")
    page.get_by_label("Room for the panel").select_option("Aurora, Harbour House")
    page.get_by_label("time zone").fill("Buenos Aires")
    walk.check(page, "18:00")
    walk.press(page, "Send 4 invitations")
    walk.wait(page, SCHEDULED)
    interview = page.url
    demo.control("DELETE", "invitations")

    drag_in_outlook(page, demo, internal_event(page, demo), "19:30", "20:30")
    check_until(page, MOVED)
    walk.wait(page, SCHEDULED)
    assert walk.told(demo) == walk.once("update", ROSA)
    main = walk.main(page)
    expect(main).to_contain_text("on “Recruiting”. Outlook does not say who did it.")
    expect(main).to_contain_text("were not told of the new time yet")
    assert barriers_in_every_view(page) == []
    let_copies_be_read(page, demo)
    steps.reload_until(page, main, "Everybody has been told.")
    assert walk.told(demo) == walk.once("update", ROSA, KIM, SAM, ROOM)

    page.goto(f"{demo.portal}/interviews")
    expect(page.get_by_role("heading", name="1 interview was moved in Outlook")).to_be_visible()
    steps.open_candidate(page, demo)
    expect(steps.feed(page)).to_contain_text("Interview was moved outside Portal")
    demo.control("DELETE", "invitations")
    page.goto(interview)
    page.get_by_role("button", name=UNDO).click()
    walk.wait(page, SCHEDULED)
    expect(main).not_to_contain_text(MOVED)
    assert walk.told(demo) == walk.once("update", ROSA, KIM, SAM, ROOM)
    demo.control("DELETE", "invitations")

    steps.open_candidate(page, demo)
    expect(steps.feed(page)).to_contain_text("Interview was moved back")
    steps.feed(page).get_by_role("link", name=UNDO).click()
    expect(steps.heading(page)).to_have_text("Undo the move?")
    assert barriers_in_every_view(page) == []
    page.get_by_role("button", name=re.compile("^Undo")).click()
    walk.wait(page, SCHEDULED)
    assert walk.told(demo) == walk.once("update", ROSA, KIM, SAM, ROOM)


def test_a_move_that_was_sent_is_kept_on_a_phone_without_javascript(
    demo: RunningDemo, open_page: OpenPage, member: StorageState
) -> None:
    page = open_page(signed_in=member, is_phone=True, javascript=False)
    walk.plan_two_events(page, demo, "21:00")
    walk.press(page, "Send 2 invitations")
    walk.wait(page, SCHEDULED, by_reloading=True)
    let_a_second_pass(page)
    demo.control("DELETE", "invitations")

    event = internal_event(page, demo)
    assert event.agreed_starts_at is not None
    assert event.agreed_ends_at is not None
    later = timedelta(minutes=30)
    demo.control(
        "PATCH",
        f"events/{event.graph_id}",
        start=clock.text(event.agreed_starts_at + later),
        end=clock.text(event.agreed_ends_at + later),
    )
    check_until(page, MOVED)
    walk.wait(page, SCHEDULED, by_reloading=True)
    assert walk.told(demo) == walk.once("update", ROSA, KIM)
    expect(page.get_by_role("button", name=UNDO)).to_be_visible()
    page.get_by_role("button", name=re.compile("^Keep ")).click()
    expect(page.get_by_text("The new time stays.")).to_be_visible()
    expect(walk.main(page)).not_to_contain_text(MOVED)
    steps.open_candidate(page, demo)
    expect(steps.feed(page)).to_contain_text("Kept by Priya Kaur")
    assert walk.told(demo) == walk.once("update", ROSA, KIM)


def test_an_event_that_was_deleted_is_put_back(
    demo: RunningDemo, open_page: OpenPage, member: StorageState
) -> None:
    page = open_page(signed_in=member, is_phone=True)
    walk.open_step_one(page, demo)
    walk.connect_if_asked(page)
    walk.choose(page, "Panel", "Kim Lund")
    walk.check(page, "23:00")
    walk.press(page, "Send 2 invitations")
    walk.wait(page, SCHEDULED)
    demo.control("DELETE", "invitations")

    demo.control("DELETE", f"events/{internal_event(page, demo).graph_id}?isSent=false")
    check_until(page, "was deleted in Outlook")
    assert walk.told(demo) == walk.NOTHING
    assert barriers_in_every_view(page) == []
    page.get_by_role("link", name="Put back").click()
    expect(walk.main(page)).to_contain_text("Kim Lund gets a new invitation.")
    walk.press(page, "Put back")
    walk.wait(page, SCHEDULED)
    expect(walk.main(page)).not_to_contain_text("was deleted in Outlook")
    told = walk.once("request", ROSA, KIM)
    assert walk.told(demo) == told + walk.once("cancel", ROSA)
