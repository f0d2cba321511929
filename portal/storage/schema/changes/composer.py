"""Drafts with their files, and signatures: text before anybody presses Send."""

from portal.storage.schema.engines import Statements

# One draft for each author and candidate, and one for each answer to a message.
# `content` of a file is base64. `fields` is JSON: what the form holds.
DRAFTS: Statements = (
    """
    create table drafts (
        id text primary key,
        author_id text not null references users (id) on delete cascade,
        candidate_id text not null references candidates (id) on delete cascade,
        answers_message_id text not null,
        form_number text not null,
        fields text not null,
        updated_at text not null,
        unique (author_id, candidate_id, answers_message_id)
    )
    """,
    "create index drafts_by_candidate on drafts (candidate_id)",
    """
    create table draft_files (
        id text primary key,
        draft_id text not null references drafts (id) on delete cascade,
        position integer not null,
        name text not null,
        content_type text not null,
        size integer not null,
        content text not null
    )
    """,
    "create index draft_files_by_draft on draft_files (draft_id)",
    """
    create table signatures (
        id text primary key,
        user_id text not null references users (id) on delete cascade,
        alias_id text references aliases (id) on delete cascade,
        name text not null,
        text text not null,
        updated_at text not null
    )
    """,
    "create index signatures_by_user on signatures (user_id)",
)
