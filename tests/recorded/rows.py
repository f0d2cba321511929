"""Rows the walk leaves in the database. The only SQL of the recordings, which follows the tables.

Each query says what its rows mean in columns that need no masking, and in an order that is ours.
"""

from pathlib import Path

from sqlite_utils import Database
from sqlite_utils.utils import OperationalError

from tests.recorded.recordings import Sections

LISTS = {
    "feed entries, the newest first: candidate, message, sender, through which alias": """
        select c.name, m.subject, m.sender_name, m.sender_address, (
            select group_concat(coalesce(a.address, 'no alias'), ' and ') from message_copies k
            left join aliases a on a.id = k.alias_id where k.message_id = m.id)
        from feed_entries f join candidates c on c.id = f.candidate_id
        join messages m on m.id = f.subject_id order by c.name, f.happened_at desc, m.subject
    """,
    "audit rows: action, target, actor, result, before, after": """
        select action, target, actor_name, result, coalesce(old_value, ''), coalesce(new_value, '')
        from audit_log order by 1, 2, 3, 4, 5, 6
    """,
    "people: name, role, source, enabled": """
        select display_name, role, source, is_enabled from users order by address
    """,
    "mailboxes: owner, stage, on, kept": """
        select u.display_name, b.stage, b.is_syncing, b.kept_count
        from mailboxes b join users u on u.id = b.user_id order by u.address
    """,
    "aliases: owner, address, primary, included, seen in mail": """
        select u.display_name, a.address, a.is_primary, a.is_included,
            a.seen_in_mail_at is not null
        from aliases a join users u on u.id = a.user_id order by a.address
    """,
    "messages left out, whenever that was: owner, reason, alias, how many": """
        select u.display_name, l.reason, coalesce(a.address, 'no alias'), sum(l.count)
        from left_out l join mailboxes b on b.id = l.mailbox_id join users u on u.id = b.user_id
        left join aliases a on a.id = l.alias_id group by 1, 2, 3 order by 1, 2, 3
    """,
    "subscriptions: owner, state, failure": """
        select u.display_name, s.state, coalesce(s.failure, '')
        from subscriptions s join users u on u.id = s.user_id order by u.address
    """,
    "searches for an alias: owner, alias, finished": """
        select u.display_name, a.address, s.finished_at is not null from searches s
        join aliases a on a.id = s.alias_id join users u on u.id = a.user_id order by 1, 2
    """,
    "rooms: name, building, floor, seats": """
        select name, building, floor, coalesce(capacity, '') from rooms order by name
    """,
    "the directory: address, why left out": """
        select address, left_out from directory_entries order by address
    """,
    "consent: state, asked by, accepted by, roles": """
        select c.state, c.asked_by, c.accepted_by,
            (select group_concat(role, ' ') from (select role from consent_roles order by role))
        from consents c
    """,
}
# Not all searches: for one that was added in the minute before a first sync there is one more.
COUNTED = (
    "attachments", "candidate_addresses", "candidates", "connections", "feature_uses",
    "feed_entries", "folders", "message_copies", "messages", "organization_feature_uses", "rooms",
    "sessions", "subscriptions", "users",
)  # fmt: skip  # one to a line says no more


def left_in(folder: Path) -> Sections:
    """Every list, and how many rows of each kind there are."""
    db = _opened(folder)
    try:
        lists = {
            title: [" | ".join(map(str, row)) for row in db.conn.execute(query)]
            for title, query in LISTS.items()
        }
        counts = [f"{table}: {db[table].count}" for table in COUNTED]
        return {**lists, "how many rows": counts}
    finally:
        db.conn.close()


def can_be_written(folder: Path) -> bool:
    """Whether no program is in the middle of a transaction that changes something."""
    db = _opened(folder)
    try:
        db.conn.execute("pragma busy_timeout = 0")
        db.conn.execute("begin immediate")
        db.conn.execute("rollback")
    except OperationalError:
        return False
    finally:
        db.conn.close()
    return True


def _opened(folder: Path) -> Database:
    return Database(folder / "portal.db")
