"""Troubles of group calendars: who is told, and in which words."""

from datetime import UTC, datetime, timedelta

import pytest

from portal.alerts import causes
from portal.alerts.models import Findings
from portal.group_calendars.models import GroupCalendar
from portal.group_calendars.roster import troubles
from portal.group_calendars.roster.models import Watch
from tests.alerts.needs import NeedsOffice
from tests.email.environment import ALEX, EmailEnvironment
from tests.group_calendars.roster.crew import WRITES_GROUPS, Crew

NOW = datetime(2026, 11, 30, 10, tzinfo=UTC)


def calendar(name: str) -> GroupCalendar:
    address = f"{name.lower()}@northwind.example"
    return GroupCalendar(name, name, name, address, False, None, None, "Alex", NOW, NOW)


def watch(**changes: datetime) -> Watch:
    since = dict.fromkeys(
        ("unwatched_since", "failing_since", "missing_since", "gone_since", "renamed_at")
    )
    return Watch(
        "id", NOW, NOW, None, NOW, None, None, False, renamed_from=None, **(since | changes)
    )


@pytest.mark.parametrize(
    ("found", "summary"),
    [
        (watch(), None),
        (watch(missing_since=NOW, unwatched_since=NOW), "not found at Microsoft"),
        (watch(missing_since=NOW, gone_since=NOW, failing_since=NOW), "deleted at Microsoft"),
        (watch(unwatched_since=NOW, failing_since=NOW), "not watched"),
        (watch(write_refused_since=NOW, failing_since=NOW), "read-only"),
        (watch(failing_since=NOW), "a check fails"),
    ],
)
def test_first_trouble_is_told(found: Watch, summary: str | None) -> None:
    trouble = troubles.first(calendar("Hiring"), found, ())

    assert (trouble.summary if trouble else None) == summary


def test_group_not_found_passes_only_while_a_member_reads_it() -> None:
    watched = troubles.first(calendar("Hiring"), watch(missing_since=NOW), ())
    lost = troubles.first(calendar("Hiring"), watch(missing_since=NOW, unwatched_since=NOW), ())

    assert watched is not None
    assert (watched.is_passing, watched.cure) == (True, "Nothing has to be done yet.")
    assert lost is not None
    assert (lost.is_passing, lost.cure, lost.meaning) == (
        False,
        troubles.CONNECT,
        troubles.UNREADABLE,
    )


def test_administrators_are_told_of_all_calendars_by_address() -> None:
    found = [
        troubles.first(calendar("Hiring"), watch(unwatched_since=NOW), ()),
        troubles.first(calendar("Sales"), watch(gone_since=NOW + timedelta(hours=1)), ()),
    ]

    [cause] = causes.of_admins(
        Findings(NOW, None, None, 0, None, (), (), None, tuple(each for each in found if each))
    )

    assert cause.title == "2 group calendars need attention."
    assert cause.meaning == (
        "hiring@northwind.example (not watched), sales@northwind.example (deleted at Microsoft). "
        "Portal removes nothing."
    )
    assert cause.since == NOW + timedelta(hours=1)


def test_mail_about_a_calendar_without_readers_arrives(
    env: EmailEnvironment, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = NeedsOffice.opened(env, monkeypatch)
    crew = Crew(env, monkeypatch, alex="alex", priya="priya")
    crew.add_calendar()
    crew.connect(ALEX, WRITES_GROUPS)
    crew.work()
    office.round()
    assert office.told() == {}

    office.change("delete from connections")
    crew.work()
    office.round()

    assert office.told() == {ALEX: 1}
    assert "recruiting@northwind.example (not watched)" in office.texts_to(ALEX)[0]
