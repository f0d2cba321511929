"""All SQL that only explanations need. It reads views and changes nothing."""

from portal.storage.groups import grouped
from portal.storage.rows import Rows

# A message that Portal sent is in feeds as sent mail.
FEEDS = """
select e.subject_id, c.id, c.name from shown_in_feeds e
join candidate_names c on c.id = e.candidate_id
where e.kind = 'email' and e.subject_id in :ids
and not exists (select 1 from mail_hidden_from h
    where h.message_id = e.subject_id and h.user_id = :viewer)
union
select s.message_id, c.id, c.name from sent_messages s
join shown_in_feeds e on e.kind = 'outbox' and e.subject_id = s.outbox_id
join candidate_names c on c.id = e.candidate_id
where s.message_id in :ids and not exists (select 1 from sent_mail_hidden_from h
    where h.outbox_id = s.outbox_id and h.user_id = :viewer)
order by 3, 2
"""


def hidden_from(rows: Rows, message_ids: set[str], *, viewer: str) -> set[str]:
    """Those of these messages that a colleague hid from the viewer."""
    found = rows.all(
        str,
        "select message_id from mail_hidden_from where user_id = :viewer and message_id in :ids",
        {"viewer": viewer, "ids": message_ids},
    )
    return set(found)


def feeds_of(rows: Rows, message_ids: set[str], *, viewer: str) -> dict[str, list[tuple[str, str]]]:
    """The candidates, id and name, in whose feeds the viewer sees these messages."""
    found = rows.all(tuple, FEEDS, {"ids": message_ids, "viewer": viewer})
    return grouped((message_id, (own_id, name)) for message_id, own_id, name in found)


def names_of(rows: Rows, candidate_ids: set[str]) -> dict[str, str]:
    found = rows.all(
        tuple, "select id, name from candidate_names where id in :ids", {"ids": candidate_ids}
    )
    return dict(found)
