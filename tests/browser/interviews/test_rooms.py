"""A room that declines, and the next free one taken in one press: on a phone, without scripts."""

import pytest
from playwright.sync_api import StorageState, expect

from portal import clock
from portal.storage.sqlite_rows import SqliteRows
from tests.browser import steps
from tests.browser.conftest import OpenPage
from tests.browser.demo import RunningDemo
from tests.browser.interviews import walk
from tests.browser.interviews.conftest import AURORA
from tests.browser.interviews.walk import KIM, ROOM, SCHEDULED
from tests.support import builders
from tests.support.raw_rows import raw

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("record")]
BOREALIS = "room-borealis@northwind.example"


def test_room_that_declines_is_replaced_in_one_press(
    demo: RunningDemo, open_page: OpenPage, member: StorageState
) -> None:
    rows = SqliteRows(demo.environment.folder / "portal.db")
    builders.insert(
        rows, "rooms", AURORA | {"id": "borealis", "address": BOREALIS, "name": "Borealis"}
    )
    page = open_page(signed_in=member, is_phone=True, javascript=False)
    walk.open_step_one(page, demo)
    walk.connect_if_asked(page)
    walk.choose(page, "Panel", "Kim Lund")
    page.get_by_label("Room for the panel").select_option("Aurora, Harbour House")
    walk.check(page, "19:00")
    demo.control("PATCH", "meetings", roomsDecline=True)
    walk.press(page, "Send 3 invitations")
    walk.wait(page, SCHEDULED, by_reloading=True)
    demo.control("PATCH", "meetings", roomsDecline=False)
    demo.control("DELETE", "invitations")
    interview_url = page.url

    _read_answers(rows)
    walk.wait(page, "Aurora declined this interview", by_reloading=True)
    expect(walk.main(page)).to_contain_text("Borealis is free at this time")
    page.goto(f"{demo.portal}/interviews")
    expect(walk.main(page)).to_contain_text("1 interview needs a decision")
    expect(walk.main(page)).to_contain_text("Aurora declined.")

    page.goto(interview_url)
    walk.press(page, "Take Borealis")
    expect(walk.main(page)).to_contain_text("Portal now invites Borealis")
    walk.wait(page, SCHEDULED, by_reloading=True)
    expect(page.locator("#room-alert")).to_have_count(0)
    told = {each for each in walk.told(demo) if each[0] in ("request", "update", "cancel")}
    assert told == {("request", BOREALIS), ("cancel", ROOM), ("update", KIM)}
    _read_answers(rows)
    place = page.get_by_role("region", name="Time and place")
    steps.reload_until(page, place, "Accepted")
    expect(place).to_contain_text("Borealis")
    rows.close()


def _read_answers(rows: SqliteRows) -> None:
    """Let the worker read at once what it would read a minute after the invitations."""
    now = clock.text(clock.utc_now())
    with rows.write():
        raw(rows).execute(
            "update interview_events set proof_due_at = ? where step = 'invited'", [now]
        )
        raw(rows).execute("update interview_work set due_at = ?", [now])
