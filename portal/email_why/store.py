"""All SQL that only explanations need. It reads and changes nothing."""

from collections.abc import Mapping

from portal.email.models import Reason
from portal.email.search_store import NEW
from portal.storage.rows import Rows

UNFINISHED = f"""
select 1 from searches s where s.mailbox_id = :mailbox and s.finished_at is null
union all
select 1 from ({NEW}) n where n.mailbox_id = :mailbox
limit 1
"""  # noqa: S608  # put together from constants


def known_messages(rows: Rows, keys: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """Our ids of the messages that any mailbox brought, by the names of their keys."""
    found = rows.all(
        tuple,
        "select internet_message_id, sender_address, id from messages "
        "where internet_message_id in :ids",
        {"ids": {message_id for message_id, _ in keys.values()}},
    )
    ids = {(message_id, sender): own for message_id, sender, own in found}
    return {name: ids[key] for name, key in keys.items() if key in ids}


def feeds_of(rows: Rows, message_ids: set[str]) -> dict[str, list[tuple[str, str]]]:
    """The candidates, id and name, in whose feeds these messages are."""
    found: dict[str, list[tuple[str, str]]] = {}
    for message_id, candidate_id, name in rows.all(
        tuple,
        "select e.subject_id, c.id, c.name from feed_entries e "
        "join candidates c on c.id = e.candidate_id "
        "where e.kind = 'email' and e.subject_id in :ids order by c.name, c.id",
        {"ids": message_ids},
    ):
        found.setdefault(message_id, []).append((candidate_id, name))
    return found


def names_of(rows: Rows, candidate_ids: set[str]) -> dict[str, str]:
    found = rows.all(
        tuple, "select id, name from candidates where id in :ids", {"ids": candidate_ids}
    )
    return dict(found)


def days_without_text(rows: Rows, mailbox_id: str) -> dict[str, Reason]:
    """The days on which Microsoft did not hand over a text, and why."""
    found = rows.all(
        tuple,
        "select day, max(reason) from left_out "
        "where mailbox_id = ? and reason in (?, ?) group by day",
        [mailbox_id, Reason.VANISHED, Reason.UNREADABLE],
    )
    return {day: Reason(reason) for day, reason in found}


def is_searching(rows: Rows, mailbox_id: str) -> bool:
    """Whether a search for earlier messages runs or is about to start."""
    return rows.value(int, UNFINISHED, {"mailbox": mailbox_id}) is not None
