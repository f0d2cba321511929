"""Step 1: every button but the last renders the page again, and Enter sends nothing."""

import json
import re
from datetime import timedelta

import pytest

from portal import clock
from portal.storage import platforms
from portal.storage.ids import new_id
from portal.storage.platforms import Platform
from tests.interviews.plan.conftest import NEW, Desk
from tests.interviews.plan.form import checked, filled, starts
from tests.support import builders, statements
from tests.support.raw_rows import raw
from tests.support.visitors import visitor, words

HOUR = timedelta(hours=1)


def test_a_new_form_begins_with_the_kind_and_asks_for_a_panel(desk: Desk) -> None:
    page = desk.open()
    said = words(page)
    assert 'value="Interview"' in page.text
    assert "Choose the panel, then press" in said
    assert "time in Buenos Aires beside them" in said
    assert "Meets Mon to Fri, 09:00 to 17:00" in said
    assert checked(page, "organizer") == ["priya"]


def test_the_first_button_only_renders_again(desk: Desk) -> None:
    first = re.search(r"<main.*?<button[^>]*>", desk.open().text, re.DOTALL)
    assert first is not None
    assert 'value="look"' in first[0]


def test_a_panel_is_judged_with_the_candidates_hour_beside_it(desk: Desk) -> None:
    builders.calendar_time(desk.rows, "sam", "standup", at=desk.at("10:00"))
    page = desk.press("times", panel=["sam", "kim"])
    assert page.status_code == 200
    assert starts(page)["09:30"] == "Sam is busy"
    assert starts(page)["11:00"] == "Everyone is free"
    assert "for Rosa" in words(page)
    assert "Read from the calendars" in words(page)
    assert checked(page, "panel") == ["kim", "sam"]


def test_calendars_of_the_panel_are_read_from_now_on(desk: Desk) -> None:
    builders.user(desk.rows, "Alex Berg", role="admin")
    page = desk.press("times", panel=["alex"])
    assert "Portal is reading the calendar of Alex Berg" in words(page)
    assert starts(page)["10:00"] == "Alex: not known"
    assert "The next times that suit everyone" not in page.text
    assert 'data-refresh-seconds="2"' in page.text
    read = raw(desk.rows).query("select wanted_until from calendar_reads where user_id = 'alex'")
    assert next(read)["wanted_until"] > clock.text(clock.utc_now())


def test_an_address_has_nobodys_calendar_read(desk: Desk) -> None:
    builders.user(desk.rows, "Alex Berg", role="admin")
    kept = {"number": new_id(), "panel": ["alex", "sam"]}
    page = desk.priya.get(NEW, query_string=kept)
    assert checked(page, "panel") == ["alex", "sam"]
    assert "Press “Update free times” to have the calendar of Alex Berg read." in words(page)
    assert "data-refresh-seconds" not in page.text
    assert not [*raw(desk.rows).query("select 1 from calendar_reads where user_id = 'alex'")]


def test_a_calendar_that_cannot_be_read_says_why(desk: Desk) -> None:
    sql = "update calendar_reads set failure = 'Microsoft refused.', due_at = ? where user_id = ?"
    raw(desk.rows).execute(sql, [clock.text(clock.utc_now() + HOUR), "sam"])
    page = desk.press("times", panel=["sam"])
    assert "Sam Reed : Microsoft refused." in words(page)


def test_the_day_before_and_after_and_any_other_are_shown(desk: Desk) -> None:
    page = desk.press("times", panel=["sam"])
    later = desk.priya.post(NEW, filled(page, day=str(desk.day + timedelta(days=1))))
    assert f'value="{desk.day + timedelta(days=1)}"' in later.text
    typed = desk.press("day", page, other_day=str(desk.day + timedelta(days=70)))
    assert set(starts(typed).values()) == {"Sam: not known"}


@pytest.mark.parametrize(
    ("days", "sentence"), [(-3, "This day has passed"), (400, "Choose a day within a year")]
)
def test_a_day_out_of_range_is_refused(desk: Desk, days: int, sentence: str) -> None:
    page = desk.press("times", panel=["sam"])
    answer = desk.press("day", page, other_day=str(desk.day + timedelta(days=days)))
    assert answer.status_code == 422
    assert sentence in words(answer)


def test_a_chosen_start_stays_chosen_on_another_day(desk: Desk) -> None:
    page = desk.press("times", panel=["sam"])
    chosen = desk.press("look", page, start=desk.start("11:00"))
    assert checked(chosen, "start") == [desk.start("11:00")]
    later = desk.press("day", chosen, other_day=str(desk.day + timedelta(days=1)))
    assert checked(later, "start") == [desk.start("11:00")]


def test_a_typed_start_has_a_row_of_its_own(desk: Desk) -> None:
    page = desk.press("times", panel=["sam"])
    typed = desk.press("clock", page, clock="18:20")
    assert starts(typed)["18:20"] == "Outside the hours of Sam"
    assert checked(typed, "start") == [desk.start("18:20")]


def test_a_typed_start_that_is_none_is_refused(desk: Desk) -> None:
    answer = desk.press("clock", desk.press("times", panel=["sam"]), clock="noon")
    assert answer.status_code == 422
    assert "such as 09:30" in words(answer)


def test_another_kind_fills_in_its_own(desk: Desk) -> None:
    raw(desk.rows).execute(
        "insert into interview_kinds (id, name, minutes, place, place_text, words, created_at, "
        "changed_at) values ('visit', 'Visit', 120, 'address', 'Harbour House', '', '2026', '2026')"
    )
    page = desk.press("kind", kind="visit")
    assert 'value="Visit"' in page.text
    assert 'value="Harbour House"' in page.text
    assert checked(page, "place") == ["address"]
    assert '<option value="120" selected>' in " ".join(page.text.split())


def test_a_length_that_nobody_offered_is_refused(desk: Desk) -> None:
    answer = desk.press("look", minutes="721")
    assert (answer.status_code, "5 minutes to 12 hours" in words(answer)) == (422, True)


def test_people_are_found_by_name(desk: Desk) -> None:
    for number in range(9):
        builders.user(desk.rows, f"Member{number} Reed")
    page = desk.open()
    assert "Show all 12 people" in words(page)
    assert "Member8 Reed" in words(desk.press("all-people"))
    found = desk.press("find", people="member8", panel=["sam"])
    assert checked(found, "panel") == ["sam"]
    assert "panel-member8" in found.text
    assert "panel-kim" not in found.text
    assert "Nobody has “nobody”" in words(desk.press("find", people="nobody"))


def test_a_person_who_left_is_named_as_missing(desk: Desk) -> None:
    page = desk.press("times", panel=["sam", "kim"])
    raw(desk.rows).execute("update users set is_enabled = 0 where id = 'kim'")
    answer = desk.press("look", page)
    assert answer.status_code == 422
    assert "may no longer sign in" in words(answer)


def test_those_who_cannot_organize_are_off_with_the_reason(desk: Desk) -> None:
    page = desk.open()
    off = re.search(r'<input[^>]*id="organizer-sam"[^>]*>', page.text)
    assert off is not None
    assert " disabled" in off[0]
    assert "Sam has none" in words(page)


def test_a_long_list_of_organizers_is_shown_on_demand(desk: Desk) -> None:
    for number in range(9):
        builders.user(desk.rows, f"Member{number} Reed")
    page = desk.open()
    assert page.text.count('name="organizer"') == 5
    assert "6 people are not listed" in words(page)
    assert desk.press("all-organizers", page).text.count('name="organizer"') == 11


def test_a_chosen_calendar_is_kept_and_the_default_named(desk: Desk) -> None:
    builders.group_calendar(desk.rows, "Hiring", is_default=1)
    builders.group_calendar(desk.rows, "Grads")
    page = desk.open()
    assert checked(page, "calendar") == [""]
    assert "Hiring Default" in words(page)
    chosen = desk.press("look", page, calendar="group:Grads")
    assert checked(chosen, "calendar") == ["group:Grads"]
    assert checked(desk.press("look", page, calendar="organizer"), "calendar") == ["organizer"]


def test_an_unknown_zone_of_a_candidate_is_refused(desk: Desk) -> None:
    answer = desk.press("look", candidate_zone="Nowhere/Land")
    assert (answer.status_code, "No time zone is called" in words(answer)) == (422, True)


def test_the_page_asks_once_for_all_people_and_never_once_for_each(desk: Desk) -> None:
    page = desk.press("times", panel=["sam", "kim"])
    few, more = filled(page), filled(page)
    more["panel"] = [*more["panel"], *(f"member{number}" for number in range(9))]
    for number in range(9):
        owner = builders.user(desk.rows, f"Member{number} Reed")
        builders.calendar_read(desk.rows, owner, at=clock.utc_now())
    counts = []
    for fields in (few, more):
        with statements.heard(desk.app) as sent:
            assert desk.priya.post(NEW, fields).status_code == 200
        counts.append(len(sent))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("path", [NEW, "/candidates/rosa"])
def test_limited_people_schedule_nothing(desk: Desk, path: str) -> None:
    assert visitor(desk.app, "kim").get(path).status_code == 403


def test_a_candidate_without_an_address_is_said_with_the_cure(desk: Desk) -> None:
    page = desk.press("times", panel=["sam"])
    raw(desk.rows).execute("delete from candidate_addresses")
    assert "Add an address" in words(desk.priya.get(NEW))
    answer = desk.press("look", page)
    assert (answer.status_code, "has no email address" in words(answer)) == (422, True)


def test_google_workspace_schedules_nothing(desk: Desk) -> None:
    now = clock.utc_now()
    with desk.rows.write():
        for each, is_on in ((Platform.MICROSOFT_365, False), (Platform.GOOGLE_WORKSPACE, True)):
            platforms.save(desk.rows, each, is_enabled=is_on, changed_by="", now=now)
    said = words(desk.priya.get(NEW))
    assert "Interviews need Microsoft 365" in said
    assert "Teams interviews included" in said
    with desk.rows.write():
        platforms.save(
            desk.rows, Platform.GOOGLE_WORKSPACE, is_enabled=False, changed_by="", now=now
        )
    assert "which is not enabled" in words(desk.priya.get(NEW))


def test_the_candidates_page_leads_here(desk: Desk) -> None:
    assert f'href="{NEW}"' in desk.priya.get("/candidates/rosa").text


def test_choices_are_kept_over_a_trip_to_microsoft(desk: Desk) -> None:
    raw(desk.rows).execute("update connections set state = 'lapsed'")
    builders.group_calendar(desk.rows, "Hiring", is_default=1)
    left = desk.press(
        "connect", panel=["sam", "kim"], optional="kim", minutes="45", title="A talk",
        start=desk.start("10:00"), place="phone", phone="+46 40 123",
    )  # fmt: skip  # the fields in two lines
    assert "Continue to Microsoft" in left.text
    [flow] = raw(desk.rows)["flows"].rows
    kept = json.loads(flow["wished_arguments"])
    assert kept.pop("candidate_id") == "rosa"
    assert "phone" not in kept
    back = desk.priya.get(NEW, query_string=kept)
    assert "to have the calendar" not in words(back)
    assert back.status_code == 200
    assert checked(back, "panel") == ["kim", "sam"]
    assert checked(back, "optional") == ["kim"]
    assert checked(back, "place") == ["phone"]
    assert "organizer" not in kept
    assert checked(back, "start") == [desk.start("10:00")]
    assert 'value="A talk"' in back.text
    assert "Starts of an interview of 45 minutes" in back.text
