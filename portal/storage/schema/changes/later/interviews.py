"""Interviews that somebody changes in Outlook: moves, and other differences."""

from portal.storage.schema.engines import Statements

OUTSIDE_CHANGES: Statements = (
    # `seen_etag`: of the version that was last compared. `missing_since`: the first read that did
    # not find it. `moved_…`: the interview's version that came from this event itself, whose people
    # Portal did not tell; `copies_due_at`: when their copies are read next; `patched_at`: when the
    # same times were written once more, so that Microsoft tells them.
    "alter table interview_events add column seen_etag text not null default ''",
    "alter table interview_events add column missing_since text",
    "alter table interview_events add column moved_version integer",
    "alter table interview_events add column moved_at text",
    "alter table interview_events add column copies_due_at text",
    "alter table interview_events add column patched_at text",
    # `version` is the interview's after the move. `calendar` names where it was seen; Microsoft
    # does not tell who moved it.
    """
    create table interview_moves (
        id text primary key,
        interview_id text not null references interviews (id) on delete cascade,
        version integer not null,
        source text not null check (source in ('outlook', 'portal', 'undo')),
        calendar text not null default '',
        old_starts_at text not null,
        old_ends_at text not null,
        new_starts_at text not null,
        new_ends_at text not null,
        seen_at text not null,
        state text not null default 'open' check (state in ('open', 'kept', 'undone', 'replaced')),
        decided_by text references users (id) on delete set null,
        decided_by_name text not null default '',
        decided_at text
    )
    """,
    "create index interview_moves_by_interview on interview_moves (interview_id, seen_at)",
    # A difference between an event and its interview that is no new time of the interview.
    # `subject` is a folded address, a user's id, or empty.
    """
    create table interview_findings (
        id text primary key,
        interview_id text not null references interviews (id) on delete cascade,
        event_id text not null references interview_events (id) on delete cascade,
        kind text not null check (kind in ('attendee_added', 'attendee_removed', 'proposal',
            'subject', 'room', 'link', 'own_copy', 'deleted')),
        subject text not null default '',
        before_text text not null default '',
        now_text text not null default '',
        starts_at text,
        ends_at text,
        seen_at text not null,
        state text not null default 'open'
            check (state in ('open', 'taken_over', 'put_back', 'over')),
        decided_by text references users (id) on delete set null,
        decided_by_name text not null default '',
        decided_at text,
        unique (event_id, kind, subject)
    )
    """,
    "create index interview_findings_by_interview on interview_findings (interview_id, state)",
)
# `id` is 'group:<group_id>' or 'own:<user_id>': a calendar with events of coming interviews.
# `near_read_at` is when the next seven days were last read as a whole, `far_read_at` those beyond,
# and `asked_at` when somebody, or a notification, last asked for a read.
WATCHED_CALENDARS: Statements = (
    """
    create table interview_watches (
        id text primary key,
        group_id text,
        user_id text references users (id) on delete cascade,
        near_read_at text,
        far_read_at text,
        asked_at text,
        due_at text not null,
        claimed_by text,
        claimed_until text,
        last_attempt_at text,
        last_success_at text,
        failure text,
        failed_at text,
        failure_count integer not null default 0,
        is_throttled integer not null default 0 check (is_throttled in (0, 1)),
        check ((group_id is null) <> (user_id is null))
    )
    """,
    # The times that a call asked for whose answer may be lost; and since when a person decides
    # about what somebody did to this event in Outlook.
    "alter table interview_events add column asked_starts_at text",
    "alter table interview_events add column asked_ends_at text",
    "alter table interview_events add column asks_since text",
)
# The interviews and the events that keep a calendar from being removed.
ON_CALENDARS: Statements = (
    "drop view interviews_on_calendars",
    """
    create view coming_on_calendars as
    select id as interview_id, calendar_id, starts_at, state from interviews
    where calendar = 'group' and calendar_id is not null and goal <> 'cancelled'
        and state in ('writing', 'scheduled', 'changing', 'asks', 'needs_time')
    """,
    # `goes_to` is the calendar of the interview now; null is its organizer's own.
    """
    create view events_on_calendars as
    select distinct i.id as interview_id, c.calendar_id, i.starts_at, i.ends_at, i.state, i.goal,
        i.calendar_id as goes_to
    from interview_events e
    join interviews i on i.id = e.interview_id
    join scheduling_calendars c on c.group_id = e.group_id
    where i.state in ('writing', 'scheduled', 'changing', 'asks', 'needs_time')
        and (e.step in ('empty', 'linked', 'invited')
            or (e.step = 'planned' and e.modified_at is not null))
    """,
)
# The people whose own calendars have coming interviews.
WATCHED_PEOPLE: Statements = (
    "create view watched_people as select user_id from interview_watches where user_id is not null",
)
# Those whose calendar was read. Others cannot be subscribed either.
READ_PEOPLE: Statements = (
    "drop view watched_people",
    "create view watched_people as select user_id from interview_watches "
    "where user_id is not null and failure is null and near_read_at is not null",
)
