"""A limited person sees what their own invitations say, and nothing else of candidates."""

import re
from datetime import datetime, timedelta

from flask import Flask

from portal.storage.rows import Rows
from portal.web.access import Access, access_of
from tests.support import builders
from tests.support.visitors import Visitor, visitor

KIM = "kim@northwind.example"
SECRETS = ("rosa.ortega@mail.example", "Product designer", "Secret words", "/candidates", "Priya")


def kims(rows: Rows, at: datetime, **columns: builders.Value) -> None:
    """An interview to which Kim and Sam are invited."""
    more: dict[str, builders.Value] = {"words": "Secret words", "reason": "Secret words"}
    link = "https://teams.microsoft.com/l/meetup-join/1"
    builders.interview(rows, "kims", at=at, panel=["kim", "sam"], join_url=link, **(more | columns))
    builders.told(rows, "kims", "Kim Lund", KIM, at=at, user_id="kim")
    builders.told(rows, "kims", "Sam Reed", "sam@northwind.example", at=at, user_id="sam")


def test_invitation_says_time_place_panel_and_link(rows: Rows, kim: Visitor, at: datetime) -> None:
    kims(rows, at, title="Technical interview")
    answer = kim.get("/interviews/kims")
    page = kim.text("/interviews/kims")
    assert "Technical interview with Rosa Ortega" in page
    assert "Microsoft Teams" in page
    assert "Kim Lund, Sam Reed" in page
    assert 'href="https://teams.microsoft.com/l/meetup-join/1"' in answer.text
    assert [each for each in SECRETS if each in answer.text] == []
    assert "Who has been told" not in page


def test_list_holds_their_own_alone(rows: Rows, kim: Visitor, at: datetime) -> None:
    kims(rows, at)
    builders.interview(rows, "others", at=at, panel=["sam"])
    answer = kim.get("/interviews?whose=&when=")
    assert re.findall(r'href="/interviews/([\w-]+)"', answer.text) == ["kims"]
    assert [each for each in SECRETS if each in answer.text] == []
    for query in ("?whose=organized", "?when=past", "?when=decision", "?when=cancelled", "?q=ses"):
        assert "/interviews/others" not in kim.get(f"/interviews{query}").text


def test_everybody_else_is_not_found_for_them(rows: Rows, kim: Visitor, at: datetime) -> None:
    builders.interview(rows, "others", at=at, panel=["sam"])
    builders.told(rows, "others", "Sam Reed", "sam@northwind.example", at=at, user_id="sam")
    assert kim.get("/interviews/others").status_code == 404
    assert kim.get("/interviews/none").status_code == 404


def test_interview_is_not_found_before_they_are_told(
    rows: Rows, kim: Visitor, at: datetime
) -> None:
    builders.interview(rows, "planned", at=at, panel=["kim"], state="writing")
    assert kim.get("/interviews/planned").status_code == 404
    assert "/interviews/planned" not in kim.get("/interviews").text


def test_interview_is_not_found_after_they_left_the_panel(
    rows: Rows, kim: Visitor, at: datetime
) -> None:
    builders.interview(rows, "left", at=at, panel=["sam"])
    builders.told(rows, "left", "Kim Lund", KIM, at=at, user_id="kim")
    assert kim.get("/interviews/left").status_code == 404


def test_time_is_the_one_that_they_were_told(rows: Rows, kim: Visitor, at: datetime) -> None:
    """A move that is not told yet, or asks a colleague, is none of theirs."""
    kims(rows, at)
    moved = at + timedelta(days=2)
    with rows.write():
        rows.execute(
            "update interviews set starts_at = ?, ends_at = ?, version = 2, state = 'changing'",
            [moved, moved + timedelta(hours=1)],
        )
    page = kim.text("/interviews/kims")
    assert f"{at:%A} {at.day}" in page
    assert f"{moved:%A} {moved.day}" not in page
    assert f"{at:%A} {at.day}" in kim.text("/interviews")


def test_title_on_a_group_calendar_is_the_kind(rows: Rows, kim: Visitor, at: datetime) -> None:
    """As in the invitation: a title that somebody typed stands on no public calendar."""
    builders.group_calendar(rows, "Hiring", id="hiring")
    kims(rows, at, title="Salary talk (weak)", calendar="group", calendar_id="hiring")
    for path in ("/interviews/kims", "/interviews", "/interviews?q=interview"):
        page = kim.text(path)
        assert re.search("Interview( ,| with) Rosa Ortega", page), path
        assert "Salary" not in page
    assert "/interviews/kims" not in kim.get("/interviews?q=salary").text


def test_panel_and_place_are_those_that_they_were_told(
    rows: Rows, kim: Visitor, at: datetime
) -> None:
    kims(rows, at, place="room", room_name="Aurora", room_address="aurora@northwind.example")
    builders.told(rows, "kims", "Aurora", "aurora@northwind.example", at=at, role="room")
    with rows.write():
        rows.execute(
            "update interviews set room_name = 'Birch', version = 2, state = 'changing'", []
        )
        rows.execute("update interview_panel set user_id = 'noa' where user_id = 'sam'", [])
    for path in ("/interviews/kims", "/interviews"):
        page = kim.text(path)
        assert "Kim Lund, Sam Reed" in page
        assert "Aurora" in page
        assert "Birch" not in page
        assert "Noa" not in page


def test_place_of_new_events_is_not_shown_before_they_are_told(
    rows: Rows, kim: Visitor, at: datetime
) -> None:
    kims(rows, at, place="phone", place_text="+46 40 123")
    assert "Phone +46 40 123" in kim.text("/interviews/kims")
    with rows.write():
        rows.execute("update interviews set generation = 2, state = 'changing'", [])
    for path in ("/interviews/kims", "/interviews"):
        assert "As in your invitation" in kim.text(path)
        assert "Phone" not in kim.text(path)
    assert "meetup-join" not in kim.get("/interviews/kims").text


def test_address_that_changed_makes_no_second_line(rows: Rows, kim: Visitor, at: datetime) -> None:
    kims(rows, at)
    later = at + timedelta(days=1)
    new: dict[str, builders.Value] = {"user_id": "kim", "version": 2}
    builders.told(rows, "kims", "Kim Lund", "kim.lund@northwind.example", at=later, **new)
    assert kim.get("/interviews").text.count('href="/interviews/kims"') == 1
    assert f"{later:%A} {later.day}" in kim.text("/interviews/kims")


def test_cancelled_interview_says_so_without_its_link(
    rows: Rows, kim: Visitor, at: datetime
) -> None:
    kims(rows, at, state="cancelled", goal="cancelled")
    assert "This interview is cancelled." in kim.text("/interviews/kims")
    assert "meetup-join" not in kim.get("/interviews/kims").text


def test_navigation_has_interviews_for_those_who_are_invited(
    rows: Rows, kim: Visitor, noa: Visitor, priya: Visitor, at: datetime
) -> None:
    kims(rows, at)
    link = 'href="/interviews"'
    assert link in kim.get("/settings/personal-info").text
    assert link in priya.get("/settings/personal-info").text
    assert link not in noa.get("/settings/personal-info").text
    assert 'href="/candidates"' not in kim.get("/settings/personal-info").text


def test_list_without_an_invitation_is_empty(noa: Visitor) -> None:
    assert "Interviews appear as soon as you are invited to one." in noa.text("/interviews")


def test_every_other_address_below_interviews_is_closed(
    rows: Rows, app: Flask, at: datetime
) -> None:
    """Whatever is added below these paths: a limited person opens two pages and sends nothing."""
    kims(rows, at)
    kim = visitor(app, "kim")
    paths = "/interviews", "/candidates/<candidate_id>/interviews"
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith(paths)]
    opened = {("GET", "/interviews"), ("GET", "/interviews/<interview_id>")}
    walked = set()
    for rule in rules:
        for method in {"GET", "POST"} & (rule.methods or set()):
            path = rule.rule.replace("<interview_id>", "kims").replace("<candidate_id>", "rosa")
            path = re.sub(r"<any\('([^']+)'.*?>", r"\1", path)
            path = re.sub(r"<[^>]+>", "1", path)
            walked.add((method, rule.rule))
            answer = kim.get(path) if method == "GET" else kim.press("/interviews", path)
            is_open = answer.status_code not in (403, 404)
            assert is_open is ((method, rule.rule) in opened), (method, path, answer.status_code)
            if (method, rule.rule) not in opened:
                assert access_of(app, rule.endpoint) is Access.MEMBER_ONLY
    assert opened <= walked
