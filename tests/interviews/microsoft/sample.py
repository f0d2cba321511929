"""An interview as a page has just made it."""

from datetime import UTC, datetime, timedelta

from portal.interviews.models import CalendarSource, Goal, Home, Interview, Place, State

AT = datetime(2026, 12, 3, 13, tzinfo=UTC)
ONE = Interview(
    id="first",
    candidate_id="rosa",
    candidate_name="Rosa <Ortega>",
    candidate_address="rosa.ortega@mail.example",
    kind_id="interview",
    title="Salary <talk>",
    starts_at=AT,
    ends_at=AT + timedelta(hours=1),
    zone="Europe/Stockholm",
    candidate_zone="",
    place=Place.TEAMS,
    place_text="",
    room_id=None,
    room_name="",
    room_address="",
    calendar=Home.ORGANIZER,
    calendar_source=CalendarSource.INTERVIEW,
    calendar_id=None,
    organizer_id="priya",
    organizer_name="Priya Kaur",
    is_one_event=False,
    words="Bring <b>nothing</b>.\n\nSee https://northwind.example/jobs",
    state=State.WRITING,
    goal=Goal.SCHEDULED,
    reason="",
    comment="",
    version=1,
    generation=1,
    join_url="",
    scheduled_by="priya",
    scheduled_by_name="Priya Kaur",
    created_at=AT,
    changed_at=AT,
)
