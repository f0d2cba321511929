"""The form of an interview and its draft say the same."""

from datetime import UTC, date, datetime

import pytest
from werkzeug.datastructures import MultiDict

from portal.errors import Conflict
from portal.interviews.models import Kind, Place
from portal.interviews.plan.draft import Draft
from portal.interviews.plan.forms import PlanForm, new_draft
from portal.storage.ids import new_id

DAY = date(2026, 11, 26)
TALK = Kind("talk", "Talk", 45, Place.TEAMS, "", "", None, "We look forward to it.")
VISIT = Kind("visit", "Visit", 120, Place.ADDRESS, "Harbour House", "organizer", None, "")
DRAFTS = [
    Draft(form_number=new_id(), day=DAY, zone="Europe/Stockholm"),
    Draft(
        form_number=new_id(),
        day=DAY,
        zone="Europe/Stockholm",
        kind_id="talk",
        title="Technical interview",
        minutes=90,
        panel=("sam", "kim"),
        optional=frozenset({"kim"}),
        room_id="aurora",
        calendar="group:hiring",
        organizer_id="priya",
        starts_at=datetime(2026, 11, 26, 13, tzinfo=UTC),
        candidate_zone="America/Argentina/Buenos_Aires",
        is_one_event=True,
        words="Hello,\n\nsee you soon.",
        override=True,
        version=3,
    ),
    Draft(
        form_number=new_id(),
        day=DAY,
        zone="UTC",
        place=Place.PHONE,
        place_text="+54 11 5555 0100",
        calendar="organizer",
    ),
]


def read(fields: list[tuple[str, str]]) -> Draft:
    return PlanForm(MultiDict(fields)).draft(day=date(2026, 1, 1), zone="")


@pytest.mark.parametrize("draft", DRAFTS)
def test_the_form_reads_what_the_draft_writes(draft: Draft) -> None:
    found = PlanForm(MultiDict(draft.fields())).draft(day=date(2026, 1, 1), zone=draft.zone)
    assert found == draft
    assert PlanForm.showing(draft).draft(day=DAY, zone=draft.zone) == draft


def test_a_form_without_a_number_is_out_of_date() -> None:
    with pytest.raises(Conflict, match="out of date"):
        read([("number", "7")])


def test_a_start_and_a_length_that_nobody_offered_are_none() -> None:
    found = read([("number", new_id()), ("start", "tomorrow"), ("minutes", "²")])
    assert (found.starts_at, found.minutes, found.ends_at) == (None, 0, None)


def test_another_kind_fills_in_what_nobody_typed_over() -> None:
    draft = new_draft(TALK, day=DAY, zone="UTC", candidate_zone="")
    assert (draft.title, draft.minutes, draft.words) == ("Talk", 45, "We look forward to it.")
    form = PlanForm(MultiDict([*draft.fields()]))
    form.minutes.data = "60"
    form.fill_in(VISIT, TALK)
    found = form.draft(day=DAY, zone="UTC")
    assert (found.kind_id, found.title, found.minutes) == ("visit", "Visit", 60)
    assert (found.place, found.place_text, found.words) == (Place.ADDRESS, "Harbour House", "")
