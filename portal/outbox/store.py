"""All SQL for the outbox: mail, recipients, files, attempts, and the mailboxes it goes through."""

from collections.abc import Collection
from dataclasses import fields
from datetime import datetime, timedelta

from portal.errors import NotFound
from portal.outbox.models import (
    AliasProof,
    Attempt,
    File,
    Mail,
    Queued,
    Recipient,
    SendingMailbox,
    State,
)
from portal.storage.claims import Claims, Fence
from portal.storage.groups import grouped
from portal.storage.mapping import mapped
from portal.storage.rows import Rows

# A call ends after 60 seconds, and a late worker must not find its claim taken over before.
LEASE = timedelta(seconds=120)
FENCE = Fence(table="sending_mailboxes", alias="s", lease=LEASE)
CLAIMS = Claims(FENCE)

COLUMNS = tuple(each.name for each in fields(Mail))
ADD = (
    f"insert into outbox ({', '.join(COLUMNS)}) "  # noqa: S608  # the fields of our own dataclass
    f"values ({', '.join('?' for _ in COLUMNS)})"
)
SAVE = (
    f"update outbox set {', '.join(f'{each} = ?' for each in COLUMNS[1:])} "  # noqa: S608  # names of our own columns
    "where id = ? and state = ?"
)


def add(rows: Rows, queued: Queued) -> None:
    """Add a mail with recipients and files. Belongs inside write(), as all changes here."""
    mail = queued.mail
    rows.execute(ADD, [getattr(mail, each) for each in COLUMNS])
    rows.many(
        "insert into outbox_recipients (outbox_id, position, address, folded, name, field, "
        "candidate_id) values (?, ?, ?, ?, ?, ?, ?)",
        [
            (mail.id, place, each.address, each.folded, each.name, each.field, each.candidate_id)
            for place, each in enumerate(queued.recipients)
        ],
    )
    rows.many(
        "insert into outbox_files (id, outbox_id, position, name, content_type, size, content) "
        "values (?, ?, ?, ?, ?, ?, ?)",
        [
            (each.id, mail.id, place, each.name, each.content_type, each.size, each.content)
            for place, each in enumerate(queued.files)
        ],
    )


def mail(rows: Rows, mail_id: str) -> Mail:
    found = rows.one(Mail, "select * from outbox where id = ?", [mail_id])
    if found is None:
        raise NotFound
    return found


def by_form(rows: Rows, form_number: str) -> Mail | None:
    """The mail that a form made before, if it was sent twice."""
    return rows.one(Mail, "select * from outbox where form_number = ?", [form_number])


def by_forms(rows: Rows, form_numbers: Collection[str]) -> list[Mail]:
    """The mails that these forms made."""
    sql = "select * from outbox where form_number in :numbers"
    return rows.all(Mail, sql, {"numbers": [*form_numbers]})


def repeated_by(rows: Rows, mail_id: str) -> Mail | None:
    """The mail that repeats this one."""
    return rows.one(Mail, "select * from outbox where again_of = ?", [mail_id])


def recipients(rows: Rows, mail_ids: Collection[str]) -> dict[str, list[Recipient]]:
    """The recipients of each mail, in the order in which they were written."""
    found = rows.all(
        dict,
        "select outbox_id, address, folded, name, field, candidate_id, bounce, status, bounced_at "
        "from outbox_recipients where outbox_id in :ids order by outbox_id, position",
        {"ids": [*mail_ids]},
    )
    return grouped((row.pop("outbox_id"), mapped(Recipient, row)) for row in found)


def files(rows: Rows, mail_id: str) -> list[File]:
    """The files of a mail with their contents."""
    return rows.all(
        File,
        "select id, name, content_type, size, content from outbox_files where outbox_id = ? "
        "order by position",
        [mail_id],
    )


def attempts(rows: Rows, mail_id: str) -> list[Attempt]:
    return rows.all(
        Attempt,
        "select number, through_id, stage, started_at, ended_at, outcome from outbox_attempts "
        "where outbox_id = ? order by number",
        [mail_id],
    )


def save(rows: Rows, changed: Mail, *, was: State) -> bool:
    """Save a mail if it is still in the state it was read in. False if it has left that state."""
    values = [getattr(changed, each) for each in COLUMNS[1:]]
    return rows.execute(SAVE, [*values, changed.id, was]) == 1


def make_due(rows: Rows, account_id: str, *, at: datetime) -> None:
    """See that a worker takes up a mailbox's mail at this time, or earlier if it is due before."""
    rows.execute(
        "insert into sending_mailboxes (id, due_at) values (:id, :at) on conflict (id) do update "
        "set due_at = case when sending_mailboxes.due_at < :at then sending_mailboxes.due_at "
        "else :at end",
        {"id": account_id, "at": at},
    )


def mailbox(rows: Rows, account_id: str) -> SendingMailbox:
    found = rows.one(
        SendingMailbox,
        "select id, knows_mark, refuses_mark, throttled_until from sending_mailboxes where id = ?",
        [account_id],
    )
    return found or SendingMailbox(account_id)


def proofs(rows: Rows, alias_ids: Collection[str]) -> dict[str, AliasProof]:
    found = rows.all(
        AliasProof, "select * from alias_proofs where alias_id in :ids", {"ids": [*alias_ids]}
    )
    return {each.alias_id: each for each in found}


def save_proof(rows: Rows, proof: AliasProof) -> None:
    rows.execute(
        "insert into alias_proofs (alias_id, outcome, from_seen, sender_seen, is_test, seen_at) "
        "values (?, ?, ?, ?, ?, ?) on conflict (alias_id) do update set "
        "outcome = excluded.outcome, from_seen = excluded.from_seen, "
        "sender_seen = excluded.sender_seen, is_test = excluded.is_test, "
        "seen_at = excluded.seen_at",
        [
            proof.alias_id,
            proof.outcome,
            proof.from_seen,
            proof.sender_seen,
            proof.is_test,
            proof.seen_at,
        ],
    )
