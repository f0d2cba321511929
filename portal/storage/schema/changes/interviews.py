"""Interviews: their kinds, panels, events at Microsoft, claims on times, and who was told what."""

from portal.storage.schema.engines import Statements

# `calendar` of a kind: '' is the organization's default. `place_text` is the address or the words
# of a place; a phone number belongs to the candidate, so no kind has one.
KINDS = """
    create table interview_kinds (
        id text primary key,
        name text not null,
        minutes integer not null check (minutes between 5 and 720),
        place text not null check (place in ('teams', 'room', 'phone', 'address')),
        place_text text not null default '',
        calendar text not null default '' check (calendar in ('', 'group', 'organizer')),
        calendar_id text references group_calendars (id) on delete set null,
        words text not null default '',
        created_at text not null,
        changed_at text not null,
        retired_at text
    )
"""
# `goal` is what a person wants, `state` how far it is. The worker brings the events of the present
# `generation` to what this row says; older ones are cancelled. `version` counts what people are
# told: a new time, place or panel. A deleted candidate's name and address stay until the events are
# cancelled. `comment` goes into the candidate's cancellation.
INTERVIEWS_TABLE = """
    create table interviews (
        id text primary key,
        candidate_id text references candidates (id) on delete set null,
        candidate_name text not null,
        candidate_address text not null,
        kind_id text references interview_kinds (id) on delete set null,
        title text not null,
        starts_at text not null,
        ends_at text not null,
        zone text not null,
        candidate_zone text not null default '',
        place text not null check (place in ('teams', 'room', 'phone', 'address')),
        place_text text not null default '',
        room_id text,
        room_name text not null default '',
        room_address text not null default '',
        calendar text not null check (calendar in ('group', 'organizer')),
        calendar_source text not null default 'interview'
            check (calendar_source in ('organization', 'kind', 'interview')),
        calendar_id text references group_calendars (id) on delete set null,
        organizer_id text references users (id) on delete set null,
        organizer_name text not null,
        is_one_event integer not null default 0 check (is_one_event in (0, 1)),
        words text not null default '',
        state text not null check (state in ('writing', 'scheduled', 'changing', 'needs_time',
            'asks', 'failed', 'cancelled')),
        goal text not null default 'scheduled'
            check (goal in ('scheduled', 'needs_time', 'cancelled')),
        reason text not null default '',
        comment text not null default '',
        version integer not null default 1,
        generation integer not null default 1,
        join_url text not null default '',
        scheduled_by text references users (id) on delete set null,
        scheduled_by_name text not null,
        created_at text not null,
        changed_at text not null,
        failing_since text,
        ended_at text,
        form_number text unique
    )
"""
INTERVIEWS: Statements = (
    KINDS,
    INTERVIEWS_TABLE,
    "create index interviews_by_time on interviews (state, starts_at)",
    "create index interviews_by_candidate on interviews (candidate_id, starts_at)",
    "create index interviews_by_organizer on interviews (organizer_id, starts_at)",
    "create index interviews_by_calendar on interviews (calendar_id, starts_at)",
    """
    create table interview_panel (
        interview_id text not null references interviews (id) on delete cascade,
        user_id text not null references users (id) on delete cascade,
        is_required integer not null default 1 check (is_required in (0, 1)),
        position integer not null,
        primary key (interview_id, user_id)
    )
    """,
    "create index interview_panel_by_user on interview_panel (user_id)",
    # `id` is the transactionId at Microsoft and the value of our mark. `owner_user_id` is the
    # organizer whose calendar or connection it was made with; `group_id` is null on own calendars.
    # `agreed_…` is the time that Microsoft last confirmed; etag and modified_at of our last write.
    """
    create table interview_events (
        id text primary key,
        interview_id text not null references interviews (id) on delete cascade,
        role text not null check (role in ('internal', 'candidate')),
        generation integer not null,
        group_id text,
        owner_user_id text references users (id) on delete set null,
        step text not null default 'planned'
            check (step in ('planned', 'empty', 'linked', 'invited', 'gone', 'left')),
        graph_id text,
        ical_uid text,
        web_link text not null default '',
        join_url text not null default '',
        agreed_starts_at text,
        agreed_ends_at text,
        etag text not null default '',
        modified_at text,
        invited_at text,
        proof_due_at text,
        proof text not null default '' check (proof in ('', 'seen', 'not_seen')),
        invite_asked_at text,
        unique (interview_id, role, generation)
    )
    """,
    "create index interview_events_by_uid on interview_events (ical_uid)",
    # A row is there only while an interview has something to write or to prove.
    """
    create table interview_work (
        id text primary key references interviews (id) on delete cascade,
        due_at text not null,
        claimed_by text,
        claimed_until text,
        last_attempt_at text,
        last_success_at text,
        failure text,
        failed_at text,
        failure_count integer not null default 0,
        is_throttled integer not null default 0 check (is_throttled in (0, 1))
    )
    """,
    # `subject` is the id of a user, or the address of a room, folded.
    """
    create table slot_claims (
        interview_id text not null references interviews (id) on delete cascade,
        kind text not null check (kind in ('person', 'room')),
        subject text not null,
        starts_at text not null,
        ends_at text not null,
        primary key (interview_id, kind, subject, starts_at)
    )
    """,
    "create index slot_claims_by_subject on slot_claims (kind, subject, starts_at)",
    # `certainty`: unknown, an answer was lost, or the event was left; asked, Microsoft took a
    # write that tells; seen, it stands on the person's copy.
    """
    create table invite_ledger (
        interview_id text not null references interviews (id) on delete cascade,
        folded text not null,
        address text not null,
        name text not null,
        role text not null check (role in ('candidate', 'panel', 'room')),
        user_id text references users (id) on delete set null,
        version integer not null,
        generation integer not null,
        starts_at text not null,
        ends_at text not null,
        told_by text not null check (told_by in ('portal', 'outlook', 'mail')),
        certainty text not null check (certainty in ('asked', 'seen', 'unknown')),
        told_at text not null,
        reply text not null default 'unknown'
            check (reply in ('unknown', 'none', 'accepted', 'tentative', 'declined')),
        replied_at text,
        withdrawn_at text,
        is_required integer not null default 1 check (is_required in (0, 1)),
        primary key (interview_id, folded)
    )
    """,
    # What others may know of interviews: who has one coming, and where.
    """
    create view coming_interviews as
    select id as interview_id, candidate_id, title, starts_at, ends_at, state, organizer_id,
        calendar_id from interviews
    where state in ('writing', 'scheduled', 'changing', 'asks', 'needs_time')
    """,
    "create view interview_panelists as select interview_id, user_id from interview_panel",
    "create view interview_times as select interview_id, kind, subject, starts_at, ends_at "
    "from slot_claims",
    """
    insert into interview_kinds (id, name, minutes, place, created_at, changed_at)
    values ('interview', 'Interview', 60, 'teams', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z')
    """,
)
# When Portal first asked Microsoft to cancel an event: then it searches before another.
WITHDRAWN_EVENTS: Statements = ("alter table interview_events add column cancel_asked_at text",)
# The calendars that hold an interview, or an event of it that is not cancelled yet.
ON_CALENDARS: Statements = (
    # What a mail to the candidate may say of an interview that is to take place.
    """
    create view interviews_of_candidates as
    select i.id as interview_id, i.candidate_id, i.title, i.starts_at, i.ends_at, i.zone,
        i.candidate_zone, i.place, i.place_text, i.room_name, i.join_url
    from interviews i
    where i.goal = 'scheduled' and i.state in ('writing', 'scheduled', 'changing', 'asks')
    """,
    "drop view interview_panelists",
    "create view interview_panelists as "
    "select interview_id, user_id, position from interview_panel",
    """
    create view interviews_on_calendars as
    select id as interview_id, calendar_id, ends_at, state from interviews
    where calendar = 'group' and calendar_id is not null
        and state in ('writing', 'scheduled', 'changing', 'asks', 'needs_time')
    union
    select i.id, c.calendar_id, i.ends_at, i.state from interview_events e
    join interviews i on i.id = e.interview_id
    join scheduling_calendars c on c.group_id = e.group_id
    where e.step in ('empty', 'linked', 'invited')
        and i.state in ('writing', 'scheduled', 'changing', 'asks', 'needs_time')
    """,
)
# The last check of a room after an invitation of it, which `folded` and `told_at` name.
ROOM_CHECKS: Statements = (
    """
    create table room_checks (
        interview_id text primary key references interviews (id) on delete cascade,
        folded text not null,
        told_at text not null,
        finding text not null check (finding in ('free', 'tentative', 'taken', 'unknown')),
        failure text not null default '',
        since text not null,
        checked_at text not null
    )
    """,
    # Scheduled interviews whose room declined, or is free at Microsoft although it was invited.
    """
    create view rooms_not_booked as
    select i.id as interview_id, i.title, i.room_name, i.starts_at, i.organizer_id,
        i.scheduled_by, case l.reply when 'declined' then 'declined' else 'free' end as trouble,
        case l.reply when 'declined' then coalesce(l.replied_at, l.told_at) else k.since end
            as since
    from interviews i
    join invite_ledger l on l.interview_id = i.id and l.role = 'room'
        and l.withdrawn_at is null and l.generation = i.generation
        and l.address = i.room_address and l.starts_at = i.starts_at and l.ends_at = i.ends_at
    left join room_checks k on k.interview_id = i.id and k.folded = l.folded
        and k.told_at = l.told_at
    where i.state = 'scheduled' and (l.reply = 'declined'
        or (l.reply in ('none', 'unknown') and k.finding = 'free'))
    """,
)
