"""All SQL that removes sent mail. Nothing of it is shown."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from itertools import groupby

from portal.storage.rows import Rows

TESTS_KEPT = timedelta(days=30)
END = """
update outbox set state = 'withdrawn', ended_at = :now, failure = :failure,
    may_have_gone = case when state = 'waiting' then 0 else 1 end
where state in ('waiting', 'sending', 'unknown', 'asks')
"""


def end_of_candidate(rows: Rows, candidate_id: str, *, failure: str, now: datetime) -> None:
    """End mail to a candidate that is not final. Belongs inside write(), as all here."""
    rows.execute(
        f"{END} and candidate_id = :candidate",
        {"candidate": candidate_id, "failure": failure, "now": now},
    )


def end(rows: Rows, mail_ids: Collection[str], *, failure: str, now: datetime) -> None:
    rows.execute(f"{END} and id in :ids", {"ids": [*mail_ids], "failure": failure, "now": now})


def only_in_feed_of(rows: Rows, candidate_id: str) -> list[str]:
    """The mail that is in this candidate's feed and in no other."""
    return rows.all(
        str,
        "select e.subject_id from shown_in_feeds e where e.kind = 'outbox' "
        "and e.candidate_id = :candidate and not exists (select 1 from shown_in_feeds o "
        "where o.kind = 'outbox' and o.subject_id = e.subject_id "
        "and o.candidate_id <> e.candidate_id)",
        {"candidate": candidate_id},
    )


def in_no_feed(rows: Rows, mail_ids: Collection[str]) -> list[str]:
    return rows.all(
        str,
        "select id from outbox where id in :ids and not exists (select 1 from shown_in_feeds e "
        "where e.kind = 'outbox' and e.subject_id = outbox.id)",
        {"ids": [*mail_ids]},
    )


def count_without_copy(rows: Rows, mail_ids: Collection[str]) -> int:
    """How many of these mails sync has not kept."""
    found = rows.value(
        int,
        "select count(*) from outbox where id in :ids and message_id is null",
        {"ids": [*mail_ids]},
    )
    return found or 0


def empty(rows: Rows, mail_ids: Collection[str]) -> None:
    """Delete texts, recipients, files, and the ids of the copy."""
    ids = {"ids": [*mail_ids]}
    rows.execute("delete from outbox_recipients where outbox_id in :ids", ids)
    rows.execute("delete from outbox_files where outbox_id in :ids", ids)
    rows.execute(
        "update outbox set subject = '', text = '', signature = '', web_link = '', "
        "graph_id = null, internet_message_id = null, message_id = null, "
        "answers_message_id = null where id in :ids",
        ids,
    )


def delete_final(rows: Rows, mail_ids: Collection[str]) -> None:
    """Delete mail that went out or was refused. Mail that the removal ended stays, empty."""
    rows.execute(
        "delete from outbox where id in :ids and state in ('accepted', 'seen', 'refused')",
        {"ids": [*mail_ids]},
    )


def delete_old_tests(rows: Rows, *, now: datetime) -> int:
    """Delete tests of aliases that ended long ago. The latest of an alias says what came of it."""
    return rows.execute(
        "delete from outbox where kind = 'alias_test' "
        "and coalesce(ended_at, failed_at) < :before "
        "and state in ('accepted', 'seen', 'refused', 'withdrawn') "
        "and (exists (select 1 from outbox n where n.kind = 'alias_test' "
        "and n.alias_id = outbox.alias_id and n.id > outbox.id) "
        "or not exists (select 1 from sending_addresses f where f.alias_id = outbox.alias_id))",
        {"before": now - TESTS_KEPT},
    )


def written_to(rows: Rows, candidate_id: str) -> Iterator[tuple[str, list[str]]]:
    """Each mail of a candidate's feed with its recipients."""
    found = rows.all(
        tuple,
        "select r.outbox_id, r.address from outbox_recipients r join shown_in_feeds e "
        "on e.kind = 'outbox' and e.subject_id = r.outbox_id where e.candidate_id = ? "
        "order by r.outbox_id, r.position",
        [candidate_id],
    )
    return _by_mail(found)


def sent_from(rows: Rows, account_id: str | None) -> Iterator[tuple[str, list[str]]]:
    """Each mail of a mailbox, or of any, with its recipients."""
    found = rows.all(
        tuple,
        "select r.outbox_id, r.address from outbox_recipients r join outbox o "
        "on o.id = r.outbox_id where :account = '' or o.account_id = :account "
        "or o.through_id = :account or o.is_no_reply = 1 and o.author_id = :account "
        "order by r.outbox_id, r.position",
        {"account": account_id or ""},
    )
    return _by_mail(found)


def _by_mail(found: list[tuple[str, str]]) -> Iterator[tuple[str, list[str]]]:
    for mail_id, several in groupby(found, key=lambda each: each[0]):
        yield mail_id, [address for _, address in several]
