"""Reminders to connect: the mail that arrives, and what the roster says of it."""

from datetime import datetime

import pytest

from portal.errors import Conflict, NotFound
from portal.group_calendars import store as calendars
from portal.group_calendars.roster import reminders
from portal.group_calendars.roster.models import Status
from portal.group_calendars.roster.overview import Reminder
from tests.alerts.needs import NeedsOffice
from tests.email.environment import ALEX, PRIYA, EmailEnvironment
from tests.group_calendars.roster.crew import HIRING, WRITES_GROUPS, Crew

SAM = "sam@northwind.example"


@pytest.fixture
def office(env: EmailEnvironment, monkeypatch: pytest.MonkeyPatch) -> NeedsOffice:
    """Automated mail goes out. Alex and Sam are not connected, and Priya is without permission."""
    office = NeedsOffice.opened(env, monkeypatch)
    env.hire(SAM)
    crew_of(office).add_calendar()
    return office


def crew_of(office: NeedsOffice) -> Crew:
    return Crew(office.env, office.monkeypatch, alex="alex", priya="priya")


def remind(office: NeedsOffice, user_id: str, *, last_at: datetime | None = None) -> None:
    crew = crew_of(office)
    reminders.remind(crew.act, office.env.services, HIRING, user_id, last_at=last_at)


def remind_all(office: NeedsOffice) -> reminders.Reminded:
    return reminders.remind_all(crew_of(office).act, office.env.services, HIRING)


def test_reminder_arrives_and_says_where_to_connect(office: NeedsOffice) -> None:
    remind(office, "sam")
    assert crew_of(office).person("sam").reminder is Reminder.QUEUED

    office.work()
    office.later(seconds=5)

    assert office.told() == {SAM: 1}
    [text] = office.texts_to(SAM)
    assert "the calendar of the group Recruiting" in text
    assert "Press Connect under Microsoft 365 in your settings" in text
    assert "/settings/microsoft-365" in text
    assert crew_of(office).person("sam").reminder is Reminder.SENT


def test_connected_person_without_permission_is_asked_to_reconnect(office: NeedsOffice) -> None:
    crew = crew_of(office)
    crew.connect(PRIYA)

    remind(office, "priya")
    office.work()

    [text] = office.texts_to(PRIYA)
    assert "Your connection lacks the permission Group.ReadWrite.All. Press Reconnect" in text


def test_second_click_sends_no_second_mail(office: NeedsOffice) -> None:
    remind(office, "sam")

    with pytest.raises(Conflict, match="was reminded before"):
        remind(office, "sam")

    office.work()
    assert office.told() == {SAM: 1}


def test_another_reminder_within_a_day_has_to_be_meant(office: NeedsOffice) -> None:
    remind(office, "sam")
    last_at = crew_of(office).person("sam").scheduler.reminded_at
    office.pass_time(hours=1)

    remind(office, "sam", last_at=last_at)

    office.work()
    assert office.told() == {SAM: 2}


def test_all_who_need_it_are_reminded_once_a_day(office: NeedsOffice) -> None:
    remind(office, "sam")
    office.pass_time(hours=2)

    told = remind_all(office)

    assert (told.count, told.remain) == (2, 0)
    assert remind_all(office).count == 0
    office.work()
    assert office.told() == {SAM: 1, ALEX: 1, PRIYA: 1}

    office.pass_time(hours=23)

    assert remind_all(office).count == 1


def test_more_people_than_one_press_reminds_remain(
    office: NeedsOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reminders, "MOST_AT_ONCE", 2)

    told = [remind_all(office), remind_all(office)]

    assert told == [reminders.Reminded(2, 1), reminders.Reminded(1, 0)]


def test_ready_person_is_not_reminded(office: NeedsOffice) -> None:
    crew = crew_of(office)
    crew.connect(PRIYA, WRITES_GROUPS)
    crew.work()
    assert crew.status("priya") is Status.READY

    with pytest.raises(Conflict, match="does not have to connect"):
        remind(office, "priya")


def test_unknown_person_is_not_found(office: NeedsOffice) -> None:
    with pytest.raises(NotFound):
        remind(office, "nobody")


def test_without_a_route_nothing_is_queued_and_the_cure_is_named(office: NeedsOffice) -> None:
    office.change("delete from automated_senders")

    with pytest.raises(Conflict, match="An administrator sets up an email domain, or chooses a"):
        remind(office, "sam")
    with pytest.raises(Conflict):
        remind_all(office)

    assert office.waiting() == []
    assert crew_of(office).person("sam").reminder is Reminder.NONE


def test_reminder_that_did_not_go_out_does_not_count(office: NeedsOffice) -> None:
    remind(office, "sam")
    office.change("update outbox set state = 'refused', failure = 'Refused.'")
    crew = crew_of(office)

    found = crew.person("sam")

    assert (found.reminder, found.because) == (Reminder.NOT_SENT, "Refused.")
    assert found.is_to_be_reminded(crew.act.now)


def test_name_of_a_group_stays_on_the_line_of_the_subject(office: NeedsOffice) -> None:
    odd = "Hir\u2028ing\x00\nBcc: all@example.com"
    office.change("update group_calendars set name = ?", odd)
    calendar = calendars.calendar(office.env.rows, HIRING)

    remind(office, "sam")

    subject = reminders.subject(calendar, Status.NOT_CONNECTED)
    assert subject == "Connect Microsoft 365 to schedule on Hir ing  Bcc: all@example.com"
    assert [each.subject for each in office.waiting()] == [subject]
