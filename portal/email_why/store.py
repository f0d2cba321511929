"""All SQL that only explanations need; it reads, and changes nothing."""

from collections.abc import Collection, Mapping, Sequence

from portal.email.models import Reason
from portal.email.search_store import NEW
from portal.storage.rows import Rows

NOT_FINISHED = f"""
select 1 from searches s where s.mailbox_id = :mailbox and s.finished_at is null
union all
select 1 from ({NEW}) n where n.mailbox_id = :mailbox
limit 1
"""  # noqa: S608  # put together from constants


def known_messages(rows: Rows, keys: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """Our id of those messages, each with Message-ID and sender, that some mailbox brought."""
    answer = rows.all(
        dict,
        _with_marks(
            "select id, internet_message_id, sender_address from messages "
            "where internet_message_id in (?*)",
            keys,
        ),
        [message_id for message_id, _ in keys.values()],
    )
    found = {(row["internet_message_id"], row["sender_address"]): row["id"] for row in answer}
    return {name: found[key] for name, key in keys.items() if key in found}


def feeds_of(rows: Rows, message_ids: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    """The candidates, id and name, in whose feeds these messages are."""
    answer = rows.all(
        dict,
        _with_marks(
            "select e.message_id, c.id, c.name from feed_entries e "
            "join candidates c on c.id = e.candidate_id "
            "where e.message_id in (?*) order by c.name, c.id",
            message_ids,
        ),
        list(message_ids),
    )
    found: dict[str, list[tuple[str, str]]] = {}
    for row in answer:
        found.setdefault(row["message_id"], []).append((row["id"], row["name"]))
    return found


def names_of(rows: Rows, candidate_ids: Sequence[str]) -> dict[str, str]:
    found = rows.all(
        dict,
        _with_marks("select id, name from candidates where id in (?*)", candidate_ids),
        list(candidate_ids),
    )
    return {row["id"]: row["name"] for row in found}


def _with_marks(sql: str, values: Collection[object]) -> str:
    """As many parameters in place of `?*` as there are values, of which nobody is none."""
    return sql.replace("?*", ", ".join("?" * len(values)) or "null")


def days_without_text(rows: Rows, mailbox_id: str) -> dict[str, Reason]:
    """The days on which a text could not be had, and why."""
    found = rows.all(
        dict,
        "select day, max(reason) as reason from left_out "
        "where mailbox_id = ? and reason in (?, ?) group by day",
        [mailbox_id, Reason.VANISHED, Reason.UNREADABLE],
    )
    return {row["day"]: Reason(row["reason"]) for row in found}


def is_searching(rows: Rows, mailbox_id: str) -> bool:
    """Whether earlier correspondence is looked for, or soon will be."""
    return next(iter(rows.all(dict, NOT_FINISHED, {"mailbox": mailbox_id})), None) is not None
