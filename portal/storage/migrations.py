"""The migrations of this program, and the record of those that a database has taken.

A change of the schema is a migration with the next number. No migration is edited, and 0001 with
the files of `schema/` is one: a database keeps the hash of each migration that made it, and a
program that knows another hash refuses it.
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from portal import clock
from portal.storage import audited_candidates, folded_addresses
from portal.storage.schema import SCHEMA
from portal.storage.schema.changes import (
    alerts,
    audit,
    availability,
    calendars,
    candidates,
    composer,
    conversations,
    directory,
    email,
    email_domain,
    flows,
    group_calendars,
    interviews,
    microsoft365,
    outbox,
    privacy,
    shared_mailboxes,
    storage,
    suggested_addresses,
    users,
)
from portal.storage.schema.changes.later import availability as later_availability
from portal.storage.schema.changes.later import email as later_email
from portal.storage.schema.changes.later import group_calendars as later_group_calendars
from portal.storage.schema.changes.later import interviews as later_interviews
from portal.storage.schema.engines import Engine, Statements, for_engine

LEDGER = """
create table if not exists migrations (
    name text primary key, hash text not null, applied_at text not null
)"""
# Every schema of a portal has this table; a file of another program does not.
IN_EVERY_PORTAL = "audit_log"


@dataclass(frozen=True)
class Applied:
    """A migration that a database has taken, with the hash of its text at that time."""

    name: str
    hash: str


@dataclass(frozen=True)
class Migration:
    """One change of the schema. Its name begins with its number, in four digits.

    `step` changes rows after the statements, where SQL cannot. The hash leaves it out.
    """

    name: str
    statements: Statements
    step: Callable[[Database], None] | None = None

    @property
    def as_applied(self) -> Applied:
        """The record that a database keeps. Line breaks and indents do not change the hash."""
        texts = (text for engine in Engine for text in for_engine(self.statements, engine))
        whole = "\n".join(" ".join(text.split()) for text in texts)
        return Applied(self.name, hashlib.sha256(whole.encode()).hexdigest())


MIGRATIONS = (
    Migration("0001_schema", SCHEMA),
    Migration("0002_exact_messages", email.EXACT_MESSAGES),
    Migration("0003_shared_mailboxes", directory.SHARED_MAILBOXES),
    Migration("0004_consent_versions", microsoft365.CONSENT_VERSIONS),
    Migration("0005_exact_addresses", (*candidates.EXACT_ADDRESSES, *email.WANTED_SEARCHES)),
    Migration("0006_user_names", (*users.USER_NAMES, *directory.USER_NAMES)),
    Migration("0007_verified_domains", users.VERIFIED_DOMAINS),
    Migration("0008_whole_reads", directory.WHOLE_READS),
    Migration("0009_listed_people", directory.LISTED_PEOPLE),
    Migration("0010_mailbox_reads", microsoft365.MAILBOX_READS),
    Migration("0011_recruits", (*users.ROLE_NOTICES, *directory.RECRUITS, *email.OPENED_MAILBOXES)),
    Migration("0012_folded_again", email.WALKED_AGAIN, step=folded_addresses.fold_again),
    Migration("0013_counted_walks", email.COUNTED_WALKS),
    Migration("0014_privacy", (*privacy.PRIVACY, *users.INSIDE, *directory.INSIDE, *email.INSIDE)),
    Migration("0015_added_candidates", candidates.ADDED),
    Migration("0016_counted_arrivals", email.COUNTED_ARRIVALS),
    Migration("0017_choices", directory.CHOICES),
    Migration("0018_pending_reasons", directory.PENDING_REASONS),
    Migration("0019_closed_candidates", candidates.CLOSED),
    Migration("0020_guests", (*directory.GUESTS, *email.MAILBOXES_OF_GUESTS)),
    Migration("0021_candidate_contacts", candidates.CONTACTS),
    Migration("0022_permission_uses", microsoft365.PERMISSION_USES),
    Migration(
        "0023_accounts",
        (
            *users.SHARED_MAILBOXES,
            *microsoft365.ACCOUNTS,
            *email.ACCOUNTS,
            *shared_mailboxes.OWNERS,
        ),
    ),
    Migration("0024_senders", (*email.SENDERS, *privacy.RELAYS)),
    Migration("0025_absent_mailboxes", email.ABSENCES),
    Migration("0026_mailbox_states", email.STATES),
    Migration("0027_conversations", (*conversations.CONVERSATIONS, *email.HIDDEN_MAIL)),
    Migration("0028_held_mail", privacy.HELD_MAIL),
    Migration("0029_recruit_proposals", directory.RECRUIT_PROPOSALS),
    Migration("0030_group_addresses", directory.GROUP_ADDRESSES),
    Migration("0031_held_entries", privacy.HELD_ENTRIES),
    Migration("0032_held_by_owners", email.HELD_BY_OWNERS),
    Migration("0033_hidden_from", (*conversations.HIDDEN_FROM, *email.HIDEABLE)),
    Migration("0034_sent_items", email.SENT_ITEMS),
    Migration("0035_suggested_addresses", suggested_addresses.SUGGESTIONS),
    Migration(
        "0036_mailbox_readers", (*microsoft365.MAILBOX_READERS, *shared_mailboxes.POLLED_MAILBOXES)
    ),
    Migration("0037_accounts_of_copies", later_email.ACCOUNTS_OF_COPIES),
    Migration("0038_hidden_by_accounts", conversations.HIDDEN_BY_ACCOUNTS),
    Migration("0039_ownerships", (*users.SUCCESSORS, *shared_mailboxes.OWNERSHIPS)),
    Migration("0040_sync_choices", shared_mailboxes.SYNC_CHOICES),
    Migration("0041_outbox", outbox.OUTBOX),
    Migration("0042_drafts", (*composer.DRAFTS, *email.SENDING_ADDRESSES)),
    Migration("0043_sent_mail", outbox.SENT_MAIL),
    Migration("0044_automated_mail", (*email_domain.EMAIL_DOMAIN, *outbox.AUTOMATED)),
    Migration("0045_mail_templates", composer.TEMPLATES),
    Migration(
        "0046_alerts",
        (*alerts.ALERTS, *microsoft365.LAPSED_CONNECTIONS, *later_email.FAILING_MAILBOXES),
    ),
    Migration("0047_no_reply", (*outbox.NO_REPLY, *composer.NO_REPLY_TEMPLATES)),
    Migration("0048_group_calendars", group_calendars.GROUP_CALENDARS),
    Migration("0049_availability", availability.AVAILABILITY),
    Migration("0050_calendar_reach", later_group_calendars.CALENDAR_REACH),
    Migration(
        "0051_room_deputies",
        (*calendars.DEPUTY, *flows.UNFINISHED_CONNECTS, *microsoft365.READ_CALENDARS),
    ),
    Migration("0052_unfinished_kinds", flows.KINDS_OF_UNFINISHED_CONNECTS),
    Migration("0053_interviews", (*interviews.INTERVIEWS, *candidates.TIME_ZONES)),
    Migration("0054_leaving_to_organize", flows.UNFINISHED_INTERVIEWS),
    Migration("0055_refused_writes", later_group_calendars.REFUSED_WRITES),
    Migration("0056_withdrawn_events", interviews.WITHDRAWN_EVENTS),
    Migration("0057_candidate_spellings", candidates.SPELLINGS),
    Migration("0058_calendars_in_use", interviews.ON_CALENDARS),
    Migration("0059_outside_changes", later_interviews.OUTSIDE_CHANGES),
    Migration("0060_watched_calendars", later_interviews.WATCHED_CALENDARS),
    Migration("0061_same_events", later_availability.SAME_EVENTS),
    Migration("0062_room_checks", interviews.ROOM_CHECKS),
    Migration(
        "0063_retiring_calendars",
        (*later_group_calendars.RETIRING, *later_interviews.ON_CALENDARS),
    ),
    Migration(
        "0064_watched_people",
        (*later_interviews.WATCHED_PEOPLE, *later_availability.WATCHED_PEOPLE),
    ),
    Migration(
        "0065_read_people",
        (
            later_availability.NOBODY_TOLD,
            *later_interviews.READ_PEOPLE,
            *later_availability.WATCHED_PEOPLE[1:],
        ),
    ),
    Migration("0066_zone_origins", users.ZONE_ORIGINS),
    Migration("0067_audited_candidates", audit.CANDIDATES, step=audited_candidates.name_by_id),
    Migration("0068_carried_changes", storage.CARRIED_CHANGES),
    Migration("0069_candidate_list", (*candidates.LAST_MAIL, *later_email.HELD, *outbox.WENT_OUT)),
)


def create_statements(engine: Engine, migrations: Iterable[Migration] = MIGRATIONS) -> list[str]:
    """List the statements that turn an empty database into this program's, in order."""
    steps = (text for each in migrations for text in for_engine(each.statements, engine))
    return [LEDGER.strip(), *steps]


def applied(db: Database) -> list[Applied]:
    """The recorded migrations in order. Empty for a new file, and for one without a record."""
    if "migrations" not in db.table_names():
        return []
    rows = db.query("select name, hash from migrations order by name")
    return [Applied(row["name"], row["hash"]) for row in rows]


def apply(db: Database, migration: Migration, *, now: datetime) -> None:
    """Apply one migration and record it. Belongs inside write()."""
    db.execute(LEDGER)
    for text in for_engine(migration.statements, Engine.SQLITE):
        db.execute(text)
    if migration.step is not None:
        migration.step(db)
    done = migration.as_applied
    db.execute(
        "insert into migrations (name, hash, applied_at) values (?, ?, ?)",
        [done.name, done.hash, clock.text(now)],
    )


def is_empty(db: Database) -> bool:
    """Whether the file has no table at all."""
    return not db.table_names()


def is_of_a_portal(db: Database) -> bool:
    """Whether a portal made this file, of this version or another."""
    return IN_EVERY_PORTAL in db.table_names()
