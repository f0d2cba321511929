"""Drafts with their files, signatures and templates: text before anybody presses Send."""

from portal.storage.schema.engines import Statements

# One draft for each author, candidate and thing it is about: the message it answers, or the mail
# that it repeats, or '' for neither. `fields` is JSON: the form as it was last sent.
# `content` of a file is base64.
DRAFTS: Statements = (
    """
    create table drafts (
        id text primary key,
        author_id text not null references users (id) on delete cascade,
        candidate_id text not null references candidates (id) on delete cascade,
        answers text not null,
        repeats text not null,
        form_number text not null,
        fields text not null,
        updated_at text not null,
        unique (author_id, candidate_id, answers, repeats)
    )
    """,
    "create index drafts_by_candidate on drafts (candidate_id)",
    "create index drafts_by_time on drafts (updated_at)",
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
    # A signature for one address, or for all of them without `alias_id`.
    """
    create table signatures (
        id text primary key,
        user_id text not null references users (id) on delete cascade,
        alias_id text references aliases (id) on delete cascade,
        text text not null,
        updated_at text not null
    )
    """,
    "create index signatures_by_user on signatures (user_id)",
)
# Without an owner, a template is the team's. `folded_name` keeps names apart within a list.
TEMPLATES: Statements = (
    """
    create table mail_templates (
        id text primary key,
        owner_id text references users (id) on delete cascade,
        name text not null,
        folded_name text not null,
        subject text not null,
        text text not null,
        updated_at text not null
    )
    """,
    "create index mail_templates_by_owner on mail_templates (owner_id)",
)

# A mail that is filled in from a template marked so goes out as automated mail.
NO_REPLY_TEMPLATES: Statements = (
    "alter table mail_templates add column is_no_reply integer not null default 0 "
    "check (is_no_reply in (0, 1))",
)
