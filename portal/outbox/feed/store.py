"""All SQL for sent mail in feeds. Each read names its viewer and leaves out hidden mail."""

from collections.abc import Collection

from portal.candidates.models import Written
from portal.conversations.models import OwnAccount
from portal.errors import NotFound
from portal.outbox.models import File, Mail, Recipient
from portal.storage.groups import grouped, grouped_sets
from portal.storage.rows import Rows

FILES = """
select outbox_id, id, name, content_type, size,
    case when content is null then null else '' end as content
from outbox_files where outbox_id in :ids order by outbox_id, position
"""

OWN_ACCOUNTS = """
select h.outbox_id, a.id, case when a.is_shared = 1 then a.display_name else '' end, a.is_shared
from (
    select id as outbox_id, account_id from outbox where id in :ids
    union
    select id, through_id from outbox where id in :ids
    union
    select id, author_id from outbox where is_no_reply = 1 and id in :ids
    union
    select o.id, c.account_id from outbox o
    join copies_in_mailboxes c on c.message_id = o.message_id where o.id in :ids
) h join accounts a on a.id = h.account_id
join mailbox_deciders d on d.account_id = a.id and d.user_id = :viewer
order by a.is_shared, a.id
"""


def mails(rows: Rows, mail_ids: Collection[str], *, viewer: str) -> list[Mail]:
    """Those of these mails that the viewer may see."""
    return rows.all(
        Mail,
        "select o.* from outbox o where o.id in :ids and not exists "
        "(select 1 from sent_mail_hidden_from h "
        "where h.outbox_id = o.id and h.user_id = :viewer)",
        {"ids": [*mail_ids], "viewer": viewer},
    )


def authors(rows: Rows, candidate_id: str, *, viewer: str) -> list[tuple[str, str]]:
    """The people who wrote mail of a feed, with their names."""
    return rows.all(
        tuple,
        "select distinct p.id, p.display_name from shown_in_feeds e "
        "join outbox o on o.id = e.subject_id join people p on p.id = o.author_id "
        "where e.kind = 'outbox' and e.candidate_id = :candidate "
        "and not exists (select 1 from sent_mail_hidden_from h "
        "where h.outbox_id = o.id and h.user_id = :viewer)",
        {"candidate": candidate_id, "viewer": viewer},
    )


def ids_by_author(rows: Rows, candidate_id: str, *, author: str, viewer: str) -> list[str]:
    """The mail of a feed that one person wrote."""
    return rows.all(
        str,
        "select o.id from shown_in_feeds e join outbox o on o.id = e.subject_id "
        "and o.author_id = :author where e.kind = 'outbox' and e.candidate_id = :candidate "
        "and not exists (select 1 from sent_mail_hidden_from h "
        "where h.outbox_id = o.id and h.user_id = :viewer)",
        {"candidate": candidate_id, "author": author, "viewer": viewer},
    )


def written(rows: Rows, mail_ids: Collection[str], viewer: str) -> dict[str, Written]:
    """The writer and subject of each of these mails that the viewer may see."""
    found = rows.all(
        tuple,
        "select id, author_name, from_address, subject, author_id from outbox where id in :ids "
        "and not exists (select 1 from sent_mail_hidden_from h "
        "where h.outbox_id = outbox.id and h.user_id = :viewer)",
        {"ids": [*mail_ids], "viewer": viewer},
    )
    return {
        mail_id: Written(name, (address,), subject, author_id == viewer)
        for mail_id, name, address, subject, author_id in found
    }


def mail(rows: Rows, candidate_id: str, mail_id: str, *, viewer: str) -> Mail:
    """One mail, if it is in this candidate's feed and the viewer may see it."""
    found = rows.one(
        Mail,
        "select o.* from outbox o join shown_in_feeds e on e.kind = 'outbox' "
        "and e.subject_id = o.id where o.id = :mail and e.candidate_id = :candidate "
        "and not exists (select 1 from sent_mail_hidden_from h "
        "where h.outbox_id = o.id and h.user_id = :viewer)",
        {"mail": mail_id, "candidate": candidate_id, "viewer": viewer},
    )
    if found is None:
        raise NotFound
    return found


def mail_ids(rows: Rows, candidate_id: str, *, viewer: str) -> list[str]:
    """The mail in a candidate's feed that the viewer may see, the oldest first."""
    return rows.all(
        str,
        "select o.id from outbox o join shown_in_feeds e on e.kind = 'outbox' "
        "and e.subject_id = o.id where e.candidate_id = :candidate "
        "and not exists (select 1 from sent_mail_hidden_from h "
        "where h.outbox_id = o.id and h.user_id = :viewer) order by o.created_at, o.id",
        {"candidate": candidate_id, "viewer": viewer},
    )


def hidden_ids(rows: Rows, candidate_id: str, *, viewer: str) -> list[str]:
    """The mail in a candidate's feed that a colleague hid from the viewer."""
    return rows.all(
        str,
        "select distinct h.outbox_id from sent_mail_hidden_from h "
        "join shown_in_feeds e on e.kind = 'outbox' and e.subject_id = h.outbox_id "
        "where h.user_id = :viewer and e.candidate_id = :candidate",
        {"viewer": viewer, "candidate": candidate_id},
    )


def conversation_ids(rows: Rows, mail_ids: Collection[str]) -> dict[str, str]:
    """The Message-ID by which each mail belongs to a conversation."""
    found = rows.all(
        tuple,
        "select outbox_id, internet_message_id from sent_message_ids where outbox_id in :ids",
        {"ids": [*mail_ids]},
    )
    return dict(found)


def own_accounts(
    rows: Rows, mail_ids: Collection[str], *, viewer: str
) -> dict[str, list[OwnAccount]]:
    """The accounts that have each mail and for which the viewer decides, their own first."""
    found = rows.all(tuple, OWN_ACCOUNTS, {"ids": [*mail_ids], "viewer": viewer})
    return grouped((mail_id, OwnAccount(own_id, name)) for mail_id, own_id, name, _ in found)


def files(rows: Rows, mail_ids: Collection[str]) -> dict[str, list[File]]:
    """The files of each mail without their contents. `content` is None where it was dropped."""
    found = rows.all(tuple, FILES, {"ids": [*mail_ids]})
    return grouped((mail_id, File(*columns)) for mail_id, *columns in found)


def file(rows: Rows, candidate_id: str, mail_id: str, file_id: str, *, viewer: str) -> File:
    """A file with its content, of a mail in this feed that the viewer may see."""
    found = rows.one(
        File,
        "select f.id, f.name, f.content_type, f.size, f.content from outbox_files f "
        "join shown_in_feeds e on e.kind = 'outbox' and e.subject_id = f.outbox_id "
        "where f.outbox_id = :mail and f.id = :file and e.candidate_id = :candidate "
        "and not exists (select 1 from sent_mail_hidden_from h "
        "where h.outbox_id = f.outbox_id and h.user_id = :viewer)",
        {"mail": mail_id, "file": file_id, "candidate": candidate_id, "viewer": viewer},
    )
    if found is None:
        raise NotFound
    return found


def repeated(rows: Rows, mail_ids: Collection[str]) -> set[str]:
    """Those of these mails that were sent again."""
    found = rows.all(
        str, "select again_of from outbox where again_of in :ids", {"ids": [*mail_ids]}
    )
    return set(found)


def deciders(rows: Rows, account_ids: Collection[str]) -> dict[str, set[str]]:
    """The people who decide for each mailbox: enabled, and not limited."""
    found = rows.all(
        tuple,
        "select d.account_id, d.user_id from mailbox_deciders d join people p on p.id = d.user_id "
        "where d.account_id in :ids and p.is_enabled = 1 and p.role <> 'limited'",
        {"ids": [*account_ids]},
    )
    return grouped_sets(found)


def addresses(rows: Rows, account_ids: Collection[str]) -> dict[str, str]:
    """The address of each account."""
    found = rows.all(
        tuple, "select id, address from accounts where id in :ids", {"ids": [*account_ids]}
    )
    return dict(found)


def synced(rows: Rows, account_ids: Collection[str]) -> set[str]:
    """Those of these mailboxes that sync reads: answers and notices are seen there."""
    found = rows.all(
        str,
        "select user_id from syncable_mailboxes where user_id in :ids",
        {"ids": [*account_ids]},
    )
    return set(found)


def synced_addresses(rows: Rows, folded: Collection[str]) -> set[str]:
    """Those of these folded addresses whose mailbox sync reads."""
    found = rows.all(
        str,
        "select distinct f.folded from sending_addresses f "
        "join syncable_mailboxes s on s.user_id = f.account_id where f.folded in :folded",
        {"folded": [*folded]},
    )
    return set(found)


def is_admin(rows: Rows, user_id: str) -> bool:
    sql = "select 1 from people where id = ? and role = 'admin' and is_enabled = 1"
    return rows.value(int, sql, [user_id]) is not None


def bounced(rows: Rows, folded: Collection[str], *, viewer: str) -> list[Recipient]:
    """The latest notice about each of these addresses, unless a later mail to it had none."""
    found = rows.all(
        Recipient,
        "select r.address, r.folded, r.name, r.field, r.candidate_id, r.bounce, r.status, "
        "r.bounced_at from outbox_recipients r where r.folded in :folded and r.bounce is not null "
        "and not exists (select 1 from outbox_recipients n join outbox o on o.id = n.outbox_id "
        "where n.folded = r.folded and n.bounce is null and o.accepted_at > r.bounced_at) "
        "and not exists (select 1 from sent_mail_hidden_from h "
        "where h.outbox_id = r.outbox_id and h.user_id = :viewer) "
        "order by r.bounced_at desc",
        {"folded": [*folded], "viewer": viewer},
    )
    latest: dict[str, Recipient] = {}
    for each in found:
        latest.setdefault(each.folded, each)
    return list(latest.values())


def feeds_of_copies(
    rows: Rows, account_id: str, graph_ids: Collection[str], *, viewer: str
) -> dict[str, list[tuple[str, str]]]:
    """The candidates, id and name, in whose feeds the mail with each of these copies is."""
    found = rows.all(
        tuple,
        "select o.graph_id, c.id, c.name from outbox o join shown_in_feeds e "
        "on e.kind = 'outbox' and e.subject_id = o.id "
        "join candidate_names c on c.id = e.candidate_id "
        "where o.through_id = :account and o.graph_id in :ids "
        "and not exists (select 1 from sent_mail_hidden_from h "
        "where h.outbox_id = o.id and h.user_id = :viewer) order by c.name, c.id",
        {"account": account_id, "ids": [*graph_ids], "viewer": viewer},
    )
    return grouped((graph_id, (candidate_id, name)) for graph_id, candidate_id, name in found)
