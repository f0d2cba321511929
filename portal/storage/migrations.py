"""The schema, one change each, in order. A migration is never edited once it is released."""

from sqlite_utils import Database, Migrations

migrations = Migrations("portal")


def _run(db: Database, script: str) -> None:
    """Each statement by itself: executescript() would commit the migration's transaction."""
    for statement in script.split(";\n"):
        if statement.strip():
            db.execute(statement)


@migrations(name="0001_portal")
def settings_and_limits(db: Database) -> None:
    _run(
        db,
        """
        create table settings (key text primary key, value text not null);
        create table rate_limits (
            bucket text not null, window_start text not null, hits integer not null,
            primary key (bucket, window_start)
        );
        create table workers (
            id text primary key, host text not null, started_at text not null, seen_at text not null
        );
        """,
    )


@migrations(name="0002_users")
def users_and_sessions(db: Database) -> None:
    _run(
        db,
        """
        create table users (
            id text primary key,
            tenant_id text,
            object_id text,
            address text not null,
            display_name text not null,
            role text not null check (role in ('limited', 'member', 'admin')),
            source text not null check (source in ('setup', 'invitation', 'directory')),
            password_hash text,
            is_enabled integer not null check (is_enabled in (0, 1)),
            time_zone text not null default 'UTC',
            created_at text not null,
            last_signed_in_at text,
            check ((tenant_id is null) = (object_id is null))
        );
        create unique index users_by_identity on users (tenant_id, object_id);
        create unique index users_by_local_address on users (lower(address))
            where password_hash is not null;
        create table sessions (
            id_hash text primary key,
            user_id text references users (id) on delete cascade,
            content text not null,
            created_at text not null,
            seen_at text not null,
            fresh_at text,
            peer text not null
        );
        create index sessions_by_user on sessions (user_id);
        create table invitations (
            id text primary key,
            token_hash text not null unique,
            role text not null check (role in ('limited', 'member', 'admin')),
            note text not null,
            created_by text not null references users (id),
            created_at text not null,
            expires_at text not null,
            used_at text,
            used_by text references users (id),
            withdrawn_at text
        );
        """,
    )


@migrations(name="0003_audit")
def audit_log(db: Database) -> None:
    _run(
        db,
        """
        create table audit_log (
            id text primary key,
            at text not null,
            actor_id text,
            actor_name text not null,
            action text not null,
            target text not null,
            tenant_id text,
            peer text,
            request_id text,
            result text not null,
            old_value text,
            new_value text
        );
        create index audit_log_by_time on audit_log (at);
        """,
    )
    for change in ("update", "delete"):
        db.execute(
            f"create trigger audit_log_refuses_{change} before {change} on audit_log "
            "begin select raise(abort, 'the audit log is append-only'); end"
        )


@migrations(name="0004_microsoft365")
def connections_and_subscriptions(db: Database) -> None:
    _run(
        db,
        """
        create table flows (
            state_hash text primary key,
            session_hash text not null,
            kind text not null check (kind in ('sign_in', 'connect', 'invitation')),
            user_id text references users (id) on delete cascade,
            invitation_id text references invitations (id),
            verifier text not null,
            nonce text not null,
            wished_endpoint text not null,
            wished_arguments text not null,
            started_at text not null,
            used_at text
        );
        create index flows_by_session on flows (session_hash);
        create table connections (
            id text primary key,
            user_id text not null unique references users (id) on delete cascade,
            tenant_id text not null,
            object_id text not null,
            address text not null,
            display_name text not null,
            scopes text not null,
            access_token text,
            access_expires_at text,
            refresh_token text,
            version integer not null,
            state text not null check (state in ('working', 'lapsed')),
            failure text,
            failed_at text,
            connected_at text not null,
            last_used_at text,
            renewal_claimed_until text,
            renewal_claimed_by text,
            unique (tenant_id, object_id)
        );
        create table feature_uses (
            user_id text not null references users (id) on delete cascade,
            feature text not null,
            last_success_at text,
            failure text,
            failed_at text,
            primary key (user_id, feature)
        );
        create table subscriptions (
            id text primary key,
            user_id text not null references users (id) on delete cascade,
            microsoft_id text unique,
            resource text not null,
            tenant_id text not null,
            client_state_hash text not null,
            expires_at text,
            state text not null check (state in ('opening', 'open', 'ended')),
            moved_at text,
            due_at text,
            claimed_until text,
            claimed_by text,
            failure text,
            failed_at text,
            created_at text not null
        );
        create unique index subscriptions_by_resource on subscriptions (user_id, resource);
        create table rejected_notifications (minute text primary key, count integer not null);
        """,
    )


@migrations(name="0005_candidates")
def candidates_and_feed(db: Database) -> None:
    _run(
        db,
        """
        create table candidates (
            id text primary key,
            name text not null,
            folded_name text not null default '',
            headline text not null,
            created_by text references users (id),
            created_at text not null,
            updated_at text not null
        );
        create table candidate_addresses (
            candidate_id text not null references candidates (id) on delete cascade,
            address text not null,
            folded text not null,
            base text not null,
            position integer not null,
            added_at text not null,
            primary key (candidate_id, folded)
        );
        create index candidate_addresses_by_folded on candidate_addresses (folded);
        create index candidate_addresses_by_base on candidate_addresses (base);
        create index candidate_addresses_by_time on candidate_addresses (added_at);
        create table feed_entries (
            id text primary key,
            candidate_id text not null references candidates (id) on delete cascade,
            kind text not null check (kind in ('email')),
            message_id text,
            happened_at text not null,
            created_at text not null,
            unique (candidate_id, message_id)
        );
        create index feed_entries_by_time on feed_entries (candidate_id, happened_at);
        create index feed_entries_by_message on feed_entries (message_id);
        """,
    )


@migrations(name="0006_email")
def mailboxes_and_messages(db: Database) -> None:
    _run(
        db,
        """
        create table mailboxes (
            id text primary key,
            user_id text not null unique references users (id) on delete cascade,
            is_syncing integer not null check (is_syncing in (0, 1)),
            stage text not null
                check (stage in ('waiting', 'addresses', 'folders', 'headers', 'following')),
            due_at text not null,
            claimed_until text,
            claimed_by text,
            looked_at text,
            poll_seconds integer not null,
            folders_cursor text,
            total_count integer not null,
            looked_count integer not null,
            kept_count integer not null,
            first_sync_started_at text,
            first_sync_finished_at text,
            addresses_read_at text,
            last_success_at text,
            failure text,
            failed_at text,
            failure_count integer not null,
            is_throttled integer not null default 0 check (is_throttled in (0, 1)),
            candidates_seen_at text
        );
        create index mailboxes_by_due on mailboxes (due_at);
        create table aliases (
            id text primary key,
            user_id text not null references users (id) on delete cascade,
            address text not null,
            folded text not null,
            is_primary integer not null check (is_primary in (0, 1)),
            is_included integer not null check (is_included in (0, 1)),
            included_from text,
            found_at text not null,
            gone_at text,
            seen_in_mail_at text,
            unique (user_id, folded)
        );
        create table folders (
            mailbox_id text not null references mailboxes (id) on delete cascade,
            graph_id text not null,
            parent_id text,
            name text not null,
            is_left_out integer not null check (is_left_out in (0, 1)),
            cursor text,
            stage text not null check (stage in ('walking', 'following')),
            total_count integer not null,
            looked_count integer not null,
            walks_again integer not null default 0 check (walks_again in (0, 1)),
            gone_at text,
            primary key (mailbox_id, graph_id)
        );
        create table messages (
            id text primary key,
            internet_message_id text not null,
            sender_address text not null,
            sender_name text not null,
            recipients text not null,
            subject text not null,
            body text not null,
            is_cut integer not null check (is_cut in (0, 1)),
            sent_at text not null,
            created_at text not null,
            unique (internet_message_id, sender_address)
        );
        create table message_copies (
            mailbox_id text not null references mailboxes (id) on delete cascade,
            graph_id text not null,
            message_id text not null references messages (id) on delete cascade,
            alias_id text references aliases (id) on delete set null,
            folder_id text not null,
            web_link text not null,
            received_at text not null,
            gone_at text,
            primary key (mailbox_id, graph_id)
        );
        create index message_copies_by_message on message_copies (message_id);
        create index message_copies_by_time on message_copies (mailbox_id, received_at);
        create table attachments (
            id text primary key,
            message_id text not null references messages (id) on delete cascade,
            mailbox_id text not null references mailboxes (id) on delete cascade,
            graph_message_id text not null,
            graph_id text not null,
            name text not null,
            content_type text not null,
            size integer not null
        );
        create index attachments_by_message on attachments (message_id);
        create table searches (
            id text primary key,
            mailbox_id text not null references mailboxes (id) on delete cascade,
            address text not null,
            candidate_id text references candidates (id) on delete cascade,
            alias_id text references aliases (id) on delete cascade,
            cursor text,
            stage text not null check (stage in ('searching', 'walking', 'finished')),
            looked_count integer not null,
            kept_count integer not null,
            asked_at text not null,
            due_at text not null,
            claimed_until text,
            claimed_by text,
            finished_at text,
            failure text,
            failed_at text,
            failure_count integer not null,
            is_throttled integer not null default 0 check (is_throttled in (0, 1))
        );
        create index searches_by_due on searches (due_at) where finished_at is null;
        create index searches_by_mailbox on searches (mailbox_id, candidate_id);
        create index searches_unfinished on searches (stage, address) where finished_at is null;
        create table left_out (
            mailbox_id text not null references mailboxes (id) on delete cascade,
            day text not null,
            reason text not null,
            alias_id text not null,
            count integer not null,
            primary key (mailbox_id, day, reason, alias_id)
        );
        """,
    )


@migrations(name="0007_imports")
def imports_of_candidates(db: Database) -> None:
    _run(
        db,
        """
        create table candidate_imports (
            id text primary key,
            user_id text not null references users (id) on delete cascade,
            rows text not null,
            created_at text not null,
            imported_at text
        );
        create index candidate_imports_by_user on candidate_imports (user_id);
        """,
    )


@migrations(name="0008_organization")
def organization(db: Database) -> None:
    # Ways to Microsoft live ten minutes: the table is made anew, with the kinds there are now.
    db.execute("drop table flows")
    _run(
        db,
        """
        create table flows (
            state_hash text primary key,
            session_hash text not null,
            kind text not null check (kind in
                ('sign_in', 'connect', 'invitation', 'consent', 'user_sync', 'google')),
            user_id text references users (id) on delete cascade,
            invitation_id text references invitations (id),
            verifier text not null,
            nonce text not null,
            wished_endpoint text not null,
            wished_arguments text not null,
            started_at text not null,
            used_at text
        );
        create index flows_by_session on flows (session_hash);
        create table platforms (
            name text primary key check (name in ('microsoft-365', 'google-workspace')),
            is_enabled integer not null check (is_enabled in (0, 1)),
            changed_by text not null,
            changed_at text not null
        );
        create unique index platforms_one_at_a_time on platforms (is_enabled) where is_enabled = 1;
        create table applications (
            id text primary key check (id = 'microsoft-365'),
            client_id text not null,
            client_secret text not null,
            certificate_private_key text not null,
            tenant text not null,
            cloud text not null check (cloud in ('global', 'gcc-high', 'dod', 'china')),
            expires_on text,
            version integer not null,
            entered_by text not null,
            entered_at text not null
        );
        create table consents (
            id text primary key check (id = 'organization'),
            tenant_id text not null,
            state text not null check (state in ('working', 'withdrawn')),
            asked_by text not null,
            accepted_by text not null,
            route text not null check (route in ('here', 'link')),
            granted_at text not null,
            checked_at text not null,
            due_at text not null,
            claimed_until text,
            claimed_by text,
            failure text,
            failed_at text
        );
        create table consent_roles (
            role text primary key,
            granted_at text not null
        );
        create table organization_feature_uses (
            feature text primary key,
            last_success_at text,
            failure text,
            failed_at text
        );
        create table organization_accesses (
            user_id text not null references users (id) on delete cascade,
            feature text not null,
            day text not null,
            first_at text not null,
            primary key (user_id, feature, day)
        );
        """,
    )


@migrations(name="0011_google")
def google(db: Database) -> None:
    _run(
        db,
        """
        create table google_applications (
            id text primary key check (id = 'google-workspace'),
            client_id text not null,
            client_secret text not null,
            hosted_domain text not null,
            entered_by text not null,
            entered_at text not null,
            proven_at text
        );
        """,
    )


@migrations(name="0009_directory")
def people_of_the_directory(db: Database) -> None:
    _run(
        db,
        """
        alter table users add column kept_out text;
        create table directory_sync (
            id text primary key check (id = 'directory'),
            syncs_users integer not null check (syncs_users in (0, 1)),
            enables_new integer not null check (enables_new in (0, 1)),
            authorized_by text references users (id) on delete set null,
            authorized_at text,
            tenant_id text,
            domains text not null,
            facts_read_at text,
            stage text not null check (stage in ('waiting', 'reading', 'following')),
            round integer not null,
            next_link text,
            cursor text,
            imported_at text,
            looked_at text,
            due_at text not null,
            claimed_by text,
            claimed_until text,
            last_success_at text,
            failure text,
            failed_at text,
            failure_count integer not null,
            is_throttled integer not null check (is_throttled in (0, 1))
        );
        create table directory_entries (
            object_id text primary key,
            new_user_id text not null,
            address text not null,
            display_name text not null,
            left_out text not null,
            round integer not null,
            is_settled integer not null check (is_settled in (0, 1))
        ) without rowid;
        create table directory_doubts (
            user_id text primary key references users (id) on delete cascade,
            left_out text not null,
            asked_at text not null,
            decision text check (decision in ('disable', 'keep'))
        );
        create table directory_rooms (address text primary key);
        insert into directory_sync (id, syncs_users, enables_new, domains, stage, round, due_at,
            failure_count, is_throttled)
        values ('directory', 1, 1, '', 'waiting', 0, '2026-01-01T00:00:00Z', 0, 0);
        """,
    )


@migrations(name="0010_rooms")
def rooms(db: Database) -> None:
    _run(
        db,
        """
        create table rooms (
            id text primary key,
            name text not null,
            address text,
            building text not null,
            floor text not null,
            capacity integer check (capacity >= 0),
            equipment text not null,
            found_at text not null,
            gone_at text
        );
        create index rooms_by_place on rooms (gone_at, building, name);
        create table room_refreshes (
            id text primary key check (id = 'rooms'),
            due_at text not null,
            claimed_by text,
            claimed_until text,
            tried_at text,
            last_success_at text,
            first_empty_at text,
            failure text,
            failed_at text,
            failure_count integer not null default 0,
            is_throttled integer not null default 0 check (is_throttled in (0, 1))
        );
        create table room_delegates (
            id text primary key check (id = 'rooms'),
            user_id text not null references users (id),
            chosen_by text not null,
            chosen_at text not null
        );
        """,
    )
