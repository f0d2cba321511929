"""Moves in the candidate's feed and in lists: where they were made, and what became of them."""

from html import unescape

from portal.interviews.outside.history import MOVE_FEED_KIND
from tests.interviews.outside.conftest import DAY, PAGE, Moved
from tests.support import builders
from tests.support.raw_rows import raw

FEED = "/candidates/rosa"


def test_a_move_in_outlook_stands_in_the_feed_with_undo_and_keep(moved: Moved) -> None:
    page = moved.priya.text(FEED)
    assert "Interview was moved outside Portal In Outlook, on “Hiring” ·" in page
    assert "Rosa and Sam have been told. Kim may still have the time before." in page
    assert "Needs a look" in page
    html = moved.priya.get(FEED).text
    assert f'href="{PAGE}/moves/first-move/undo"' in html
    assert f'action="{PAGE}/moves/first-move/keep"' in html


def test_the_way_back_is_an_entry_of_its_own(moved: Moved) -> None:
    moved.undo()
    page = moved.priya.text(FEED)
    assert "Interview was moved back By Priya Kaur" in page
    assert "Undone" in page
    assert moved.priya.get(FEED).text.count("/undo") == 1


def test_a_kept_move_says_by_whom(moved: Moved) -> None:
    moved.priya.post(f"{PAGE}/moves/first-move/keep", {})
    page = moved.priya.text(FEED)
    assert "Kept by Priya Kaur" in page
    assert "Needs a look" not in page
    assert "Undo: back to" in page


def test_nothing_is_offered_once_it_is_cancelled(moved: Moved) -> None:
    moved.change(state="cancelled", goal="cancelled")
    page = moved.priya.text(FEED)
    assert "was moved outside Portal" in page
    assert "Undo: back to" not in page
    assert "Keep" not in page


def test_moves_go_with_the_candidate_and_are_no_messages(moved: Moved) -> None:
    assert "1 message" not in moved.priya.get(FEED).text
    with moved.rows.write():
        raw(moved.rows).execute("update interviews set candidate_id = null")
        raw(moved.rows).execute("delete from candidates")
    sql = "select count(*) as found from feed_entries where kind = ?"
    assert next(raw(moved.rows).query(sql, [MOVE_FEED_KIND]))["found"] == 0


def test_moves_stand_first_in_the_list_and_are_no_decisions(moved: Moved) -> None:
    asks = {"state": "asks", "reason": "Microsoft refused the new time."}
    builders.interview(moved.rows, "asks", at=moved.at + DAY, **asks)
    page = moved.priya.text("/interviews")
    assert page.index("1 interview was moved in Outlook") < page.index(
        "1 interview needs a decision"
    )
    assert page.count("Moved in Outlook") == 3  # the filter, above, and on its day
    assert "/interviews/asks" not in moved.priya.get("/interviews?when=moved").text
    assert PAGE in moved.priya.get("/interviews?when=moved").text
    assert "Moved in Outlook" in moved.priya.text(FEED).split("Feed")[0]


def test_one_that_was_decided_has_no_pill(moved: Moved) -> None:
    moved.priya.post(f"{PAGE}/moves/first-move/keep", {})
    assert "were moved in Outlook" not in moved.priya.text("/interviews")
    assert PAGE not in moved.priya.get("/interviews?when=moved").text


def test_quotes_are_for_the_names_of_group_calendars(moved: Moved) -> None:
    own = "Priya Kaur's calendar"
    with moved.rows.write():
        raw(moved.rows).execute("update interview_moves set calendar = ?", [own])

    assert f"In Outlook, on {own} ·" in unescape(moved.priya.text(FEED))
    assert f"on {own} . Outlook does not say who did it." in unescape(moved.page)
