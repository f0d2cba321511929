"""The page of an interview lists what was changed in Outlook, and each way asks before it acts."""

from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from flask import Flask

from portal.interviews import store
from portal.interviews.changes.differences import LABELS
from portal.storage.rows import Rows
from tests.interviews.changes.conftest import HOUR, Desk, app, desk
from tests.support import builders
from tests.support.raw_rows import Value, raw
from tests.support.visitors import Visitor, visitor, words

__all__ = ["app", "desk"]
NOA = {"subject": "noa@northwind.example", "now_text": "Noa Levi", "before_text": "required"}
KIM = {"subject": "kim@northwind.example", "before_text": "Kim Lund"}


@pytest.fixture
def priya(desk: Desk, app: Flask, instance: Path) -> Visitor:
    return visitor(app, "priya")


def found(rows: Rows, kind: str, **columns: Value) -> str:
    """A difference with an id of its kind."""
    return builders.difference(rows, "first", kind, id=kind, **columns)


def path(kind: str, way: str) -> str:
    return f"/interviews/first/outlook/{kind}/{way}"


def opened(priya: Visitor, kind: str, way: str) -> dict[str, str]:
    """The hidden fields of the page that asks."""
    page = unescape(priya.get(path(kind, way)).text)
    fields = [*LABELS, "version", "seen_outlook"]
    return {name: page.split(f'name="{name}" value="')[1].split('"')[0] for name in fields}


def sent(priya: Visitor, kind: str, way: str, values: dict[str, str]) -> str:
    """The sentence that the interview's page says after that, or the page with what is against."""
    answer = priya.post(path(kind, way), values)
    if answer.status_code != 303:
        return f"{answer.status_code} {words(answer)}"
    assert answer.headers["Location"] == "/interviews/first"
    with priya.client.session_transaction() as session:
        return " ".join(text for _, text in session.pop("_flashes", []))


def test_the_page_names_the_calendar_and_offers_both_ways(desk: Desk, priya: Visitor) -> None:
    found(desk.rows, "attendee_added", **NOA)

    text = unescape(priya.text("/interviews/first"))

    assert "Changed in Outlook" in text
    assert (
        "Noa Levi is on the panel's event on the calendar of Priya Kaur. "
        "The panel does not include them."
    ) in text
    page = priya.get("/interviews/first").text
    assert f'href="{path("attendee_added", "take-over")}"' in page
    assert f'href="{path("attendee_added", "put-back")}"' in page


def test_what_portal_writes_waits_while_microsoft_365_is_not_enabled(
    desk: Desk, priya: Visitor
) -> None:
    found(desk.rows, "attendee_added", **NOA)
    values = opened(priya, "attendee_added", "put-back")
    raw(desk.rows).execute("update platforms set is_enabled = 0")

    said = sent(priya, "attendee_added", "put-back", values)

    assert said == "This is saved. Portal puts it back once Microsoft 365 is enabled again."


def test_a_stranger_is_offered_no_place_on_the_panel(desk: Desk, priya: Visitor) -> None:
    found(desk.rows, "attendee_added", subject="ada@agency.example", now_text="Ada Lin")

    page = priya.get("/interviews/first").text

    assert "Portal has no colleague at ada@agency.example to put on the panel." in page
    assert path("attendee_added", "take-over") not in page


def test_the_page_says_first_who_gets_mail(desk: Desk, priya: Visitor) -> None:
    found(desk.rows, "attendee_added", **NOA)
    found(desk.rows, "attendee_removed", **KIM)
    found(desk.rows, "subject", before_text="Interview: Rosa Ortega", now_text="Chat")

    joins = priya.text(path("attendee_added", "take-over"))
    assert "Noa Levi is on the event already, so nobody gets mail." in joins
    off = priya.text(path("attendee_added", "put-back"))
    assert "Noa Levi is taken off the event, and gets a cancellation." in off
    again = priya.text(path("attendee_removed", "put-back"))
    assert "Kim Lund gets a new invitation. Nobody else hears of it." in again
    named = priya.text(path("subject", "put-back"))
    assert "Kim Lund and Sam Reed get one update." in named
    title = priya.text(path("subject", "take-over"))
    assert "The interview is called “Chat”." in title
    assert "Rosa Ortega gets one update." in title
    found(desk.rows, "deleted", event_id="first-candidate")
    made = priya.text(path("deleted", "put-back"))
    assert "Rosa Ortega gets a new invitation." in made
    assert "Kim Lund and Sam Reed get a cancellation, and then a new invitation." in made


def test_it_is_taken_over_once_from_two_tabs(desk: Desk, priya: Visitor) -> None:
    found(desk.rows, "attendee_added", **NOA)
    first, second = (opened(priya, "attendee_added", "take-over") for _ in range(2))

    assert "Portal is changing Interview with Rosa Ortega now." in sent(
        priya, "attendee_added", "take-over", first
    )
    again = sent(priya, "attendee_added", "take-over", second)

    assert "took this over already" in again
    assert [each.user_id for each in desk.panel] == ["sam", "kim", "noa"]
    assert desk.interview.version == 2
    assert desk.audited.count("outside change taken over") == 1


def test_the_other_way_is_refused_in_a_second_tab(desk: Desk, priya: Visitor) -> None:
    found(desk.rows, "attendee_removed", **KIM)
    over, back = (opened(priya, "attendee_removed", way) for way in ("take-over", "put-back"))

    assert "is putting this back" in sent(priya, "attendee_removed", "put-back", back)

    assert "put this back already" in sent(priya, "attendee_removed", "take-over", over)
    assert len(desk.panel) == 2
    assert desk.is_due


def test_a_page_older_than_the_interview_shows_what_changed(desk: Desk, priya: Visitor) -> None:
    found(desk.rows, "attendee_added", **NOA)
    values = opened(priya, "attendee_added", "take-over")
    desk.change(version=2, starts_at=desk.at + HOUR, ends_at=desk.at + 2 * HOUR)

    text = sent(priya, "attendee_added", "take-over", values)

    assert text.startswith("409")
    assert "This interview changed after you opened this page." in text
    assert len(desk.panel) == 2


def test_a_difference_that_changed_since_is_asked_again(desk: Desk, priya: Visitor) -> None:
    found(desk.rows, "subject", before_text="Interview: Rosa Ortega", now_text="Chat")
    values = opened(priya, "subject", "take-over")
    with desk.rows.write():
        raw(desk.rows).execute("update interview_findings set now_text = 'Talk'")

    text = sent(priya, "subject", "take-over", values)

    assert text.startswith("409")
    assert "“Talk”" in text
    assert desk.interview.title == "Interview"


def test_one_that_is_gone_says_so(desk: Desk, priya: Visitor) -> None:
    found(desk.rows, "subject", before_text="Interview: Rosa Ortega", now_text="Chat")
    values = opened(priya, "subject", "put-back")
    with desk.rows.write():
        raw(desk.rows).execute("update interview_findings set state = 'over'")

    assert "no longer different in Outlook" in sent(priya, "subject", "put-back", values)
    assert "Changed in Outlook" not in priya.text("/interviews/first")


def test_a_person_who_is_busy_joins_after_a_second_look(desk: Desk, priya: Visitor) -> None:
    found(desk.rows, "attendee_added", **NOA)
    desk.other(desk.at, person="noa")
    values = opened(priya, "attendee_added", "take-over")

    text = sent(priya, "attendee_added", "take-over", values)
    assert "Noa Levi was just booked" in text
    assert len(desk.panel) == 2

    sent(priya, "attendee_added", "take-over", values | {"override": "1"})
    assert len(desk.panel) == 3


def test_a_proposed_time_opens_the_page_that_reschedules(desk: Desk, priya: Visitor) -> None:
    start = (desk.at + timedelta(days=1)).replace(minute=30)
    times = {"starts_at": start, "ends_at": start + timedelta(minutes=45)}
    found(desk.rows, "proposal", subject=KIM["subject"], now_text="Kim Lund", **times)

    page = priya.get("/interviews/first").text

    assert "Kim Lund proposes" in page
    assert 'href="/interviews/first/reschedule?proposal=proposal"' in page
    form = priya.get("/interviews/first/reschedule?proposal=proposal").text
    assert start.isoformat()[:10] in form
    assert 'name="minutes" value="45"' in form


@pytest.mark.parametrize(
    ("begins", "hours", "said"),
    [
        (timedelta(hours=-3), 1, "The interview stays at"),
        (timedelta(hours=30), 13, "An interview lasts at most 12 hours"),
    ],
    ids=["past", "too long"],
)
def test_a_proposal_that_no_interview_can_have_is_only_declined(
    desk: Desk, priya: Visitor, begins: timedelta, hours: int, said: str
) -> None:
    start = desk.at - timedelta(days=1) + begins
    times = {"starts_at": start, "ends_at": start + hours * HOUR}
    found(desk.rows, "proposal", subject=KIM["subject"], now_text="Kim Lund", **times)

    page = priya.get("/interviews/first").text

    assert said in page
    assert "reschedule?proposal" not in page
    values = opened(priya, "proposal", "put-back")
    assert "The interview keeps its time." in sent(priya, "proposal", "put-back", values)
    assert store.interview(desk.rows, "first").version == 1


def test_an_own_copy_only_says_whose_it_is_and_why_nothing_changes(
    desk: Desk, priya: Visitor
) -> None:
    times = {"starts_at": desk.at + HOUR, "ends_at": desk.at + 2 * HOUR}
    found(desk.rows, "own_copy", subject="kim", now_text="Kim Lund", **times)

    text = unescape(priya.text("/interviews/first"))

    assert "Kim Lund has another time in their own calendar" in text
    assert "a person's own calendar does not move it" in text
    assert priya.get(path("own_copy", "take-over")).status_code == 303


def test_a_deleted_event_is_put_back_and_not_tried_again(desk: Desk, priya: Visitor) -> None:
    desk.change(state="asks", reason="The panel's event is gone.")
    assert "/interviews/first/retry" in priya.get("/interviews/first").text
    found(desk.rows, "deleted")

    page = priya.get("/interviews/first").text

    assert "/interviews/first/retry" not in page
    assert path("deleted", "put-back") in page
    assert 'href="/interviews/first/cancel"' in page


def test_limited_people_see_none_of_it(desk: Desk, app: Flask, priya: Visitor) -> None:
    found(desk.rows, "attendee_added", **NOA)
    kim = visitor(app, "kim")

    assert "Changed in Outlook" not in kim.text("/interviews/first")
    assert kim.get(path("attendee_added", "take-over")).status_code in (403, 404)
    assert kim.post(path("attendee_added", "take-over"), {}).status_code in (403, 404)
    assert len(desk.panel) == 2


def test_a_difference_of_another_interview_is_not_found(desk: Desk, priya: Visitor) -> None:
    builders.interview(desk.rows, "other", at=desk.at)
    found(desk.rows, "attendee_added", **NOA)

    answer = priya.get("/interviews/other/outlook/attendee_added/take-over")

    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("kind", "columns", "is_named"),
    [
        ("attendee_added", NOA, True),
        ("proposal", {"subject": "kim@northwind.example"}, True),
        ("subject", {"state": "taken_over"}, False),
        ("own_copy", {"subject": "kim"}, False),
    ],
)
def test_lists_name_an_interview_that_was_changed(
    desk: Desk, priya: Visitor, kind: str, columns: dict[str, Value], is_named: bool
) -> None:
    found(desk.rows, kind, **columns)

    assert ("Changed in Outlook" in priya.text("/interviews")) is is_named
    assert ("Changed in Outlook" in priya.text("/candidates/rosa")) is is_named
