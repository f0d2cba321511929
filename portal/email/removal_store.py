"""All SQL for removing mail, and for finding an attachment that is still kept."""

import json
from collections.abc import Collection, Iterator

from portal.email.models import AttachmentPlace
from portal.errors import NotFound
from portal.storage.rows import Rows

# Only of a message that is in the candidate's feed and not hidden from the viewer. Of one that a
# colleague hid, only in mailboxes for which the viewer decides. Of two files with one name, the one
# that is as large comes first: mailboxes count a little apart.
ATTACHMENT_PLACES = """
select b.user_id, u.display_name as owner_name, t.graph_message_id, t.graph_id, t.name,
    t.content_type, t.size, t.kind,
    case when exists (select 1 from email_opt_outs n where n.user_id = b.user_id)
        then 0 else 1 end as is_opened
from attachments w
join shown_in_feeds e on e.kind = 'email' and e.subject_id = w.message_id
join attachments t on t.message_id = w.message_id and t.name = w.name
    and (t.id = w.id or (t.mailbox_id, t.graph_message_id) <> (w.mailbox_id, w.graph_message_id))
join mailboxes b on b.id = t.mailbox_id
join accounts u on u.id = b.user_id
join message_copies c on c.mailbox_id = t.mailbox_id and c.graph_id = t.graph_message_id
where w.id = :attachment and w.message_id = :message and e.candidate_id = :candidate
and not exists (select 1 from mail_hidden_from h
    where h.message_id = w.message_id and h.user_id = :viewer)
and (exists (select 1 from mailbox_deciders d
        where d.account_id = c.account_id and d.user_id = :viewer)
    or not exists (select 1 from hidden_mail h where h.message_id = w.message_id
        and not exists (select 1 from mailbox_deciders d
            where d.account_id = h.hidden_by and d.user_id = :viewer)))
order by t.id <> w.id, t.content_type <> w.content_type, abs(t.size - w.size), t.id
"""


def attachment_places(
    rows: Rows, attachment_id: str, *, message_id: str, candidate_id: str, viewer: str
) -> list[AttachmentPlace]:
    """Where this file lies: in the copy it was asked from, then in those of other mailboxes.

    NotFound where the viewer may not open it, as ATTACHMENT_PLACES says.
    """
    found = rows.all(
        AttachmentPlace,
        ATTACHMENT_PLACES,
        {
            "attachment": attachment_id,
            "message": message_id,
            "candidate": candidate_id,
            "viewer": viewer,
        },
    )
    if not found:
        raise NotFound
    places: dict[tuple[str, str], AttachmentPlace] = {}
    for place in found:
        places.setdefault((place.user_id, place.graph_message_id), place)
    return list(places.values())


def counts_only_from(rows: Rows, alias_ids: Collection[str]) -> dict[str, int]:
    """For each alias, how many messages it alone brought; none is not listed."""
    found = rows.all(
        tuple,
        "select c.alias_id, count(distinct c.message_id) from message_copies c "
        "where c.alias_id in :ids "
        "and not exists (select 1 from sent_messages s where s.message_id = c.message_id) "
        "and not exists (select 1 from message_copies o where o.message_id = c.message_id "
        "and (o.alias_id is null or o.alias_id <> c.alias_id)) group by c.alias_id",
        {"ids": list(alias_ids)},
    )
    return dict(found)


def count_only_from_person(rows: Rows, user_id: str) -> int:
    """Messages of this account with no copy that belongs to another."""
    found = rows.value(
        int,
        "select count(distinct c.message_id) from message_copies c where c.account_id = ? "
        "and not exists (select 1 from sent_messages s where s.message_id = c.message_id) "
        "and not exists (select 1 from message_copies o where o.message_id = c.message_id "
        "and o.account_id <> c.account_id)",
        [user_id],
    )
    return found or 0


def count_from_person(rows: Rows, user_id: str) -> int:
    """Messages with a copy of this account."""
    sql = "select count(distinct message_id) from message_copies where account_id = ?"
    return rows.value(int, sql, [user_id]) or 0


def count_sent_as_shared(rows: Rows, user_id: str) -> int:
    """Messages in this account's mailbox that belong to a shared one, as which they were sent."""
    sql = (
        "select count(distinct c.message_id) from message_copies c "
        "join mailboxes b on b.id = c.mailbox_id where b.user_id = ? and c.account_id <> b.user_id"
    )
    return rows.value(int, sql, [user_id]) or 0


def delete_copies_from_alias(rows: Rows, alias_id: str) -> None:
    """Belongs inside write(), as all that follow here."""
    rows.execute("delete from message_copies where alias_id = ?", [alias_id])


def delete_copies_from_person(rows: Rows, user_id: str) -> None:
    rows.execute("delete from message_copies where account_id = ?", [user_id])


def correspondents(rows: Rows, candidate_id: str) -> Iterator[tuple[str, list[str]]]:
    """Each message of a feed with the addresses that may have brought it there."""
    found = rows.all(
        tuple,
        "select m.id, m.sender_address, m.recipients, "
        "case when m.through = '' then '[]' else m.agents end from shown_in_feeds e "
        "join messages m on m.id = e.subject_id where e.kind = 'email' and e.candidate_id = ?",
        [candidate_id],
    )
    return map(_with_addresses, found)


def messages_of(rows: Rows, user_id: str | None) -> Iterator[tuple[str, list[str]]]:
    """Each received message with a copy of this account, or of any, with its addresses."""
    found = rows.all(
        tuple,
        "select m.id, m.sender_address, m.recipients, m.agents from messages m "
        "where exists (select 1 from message_copies c "
        "where c.message_id = m.id and (:user = '' or c.account_id = :user)) "
        "and not exists (select 1 from sent_messages s where s.message_id = m.id)",
        {"user": user_id or ""},
    )
    return map(_with_addresses, found)


def _with_addresses(row: tuple[str, str, str, str]) -> tuple[str, list[str]]:
    message_id, sender, recipients, agents = row
    people = (each.get("address") or "" for each in json.loads(recipients))
    return message_id, [sender, *people, *json.loads(agents)]


def delete_copies(rows: Rows, message_ids: Collection[str], *, owner: str | None) -> None:
    """Delete copies of messages: those of one account, or all."""
    rows.execute(
        "delete from message_copies where message_id in :ids "
        "and (:user = '' or account_id = :user)",
        {"ids": list(message_ids), "user": owner or ""},
    )


def messages_without_copy(rows: Rows) -> list[str]:
    """Messages that no mailbox brought any more."""
    return rows.all(
        str,
        "select id from messages where not exists "
        "(select 1 from message_copies c where c.message_id = messages.id)",
    )


def delete_attachments_without_copy(rows: Rows) -> None:
    rows.execute(
        "delete from attachments where not exists (select 1 from message_copies c "
        "where c.mailbox_id = attachments.mailbox_id "
        "and c.graph_id = attachments.graph_message_id)"
    )


def delete_messages_without_entry(rows: Rows) -> int:
    """Messages that no candidate's feed shows any more, with copies and attachments.

    What sync kept of sent mail stays with that mail as long as a mailbox has a copy. It is not
    counted: the mail itself is another row.
    """
    rows.execute(
        "delete from messages where exists (select 1 from sent_messages s "
        "where s.message_id = messages.id) "
        "and not exists (select 1 from message_copies c where c.message_id = messages.id)"
    )
    return rows.execute(
        "delete from messages where not exists "
        "(select 1 from shown_in_feeds e where e.kind = 'email' and e.subject_id = messages.id) "
        "and not exists (select 1 from sent_messages s where s.message_id = messages.id)"
    )
