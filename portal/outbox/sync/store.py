"""All SQL with which the outbox and sync find the same message. Nothing of it is shown."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from portal.addresses import fold
from portal.outbox.models import Mail, Recipient
from portal.storage.rows import Rows


@dataclass(frozen=True)
class Kept:
    """A message that sync kept; `recipients` is JSON."""

    id: str
    internet_message_id: str
    sender_address: str
    recipients: str
    subject: str
    sent_at: datetime


@dataclass(frozen=True)
class Handed:
    """A mail that was handed over, by the names that a notice may have for it."""

    id: str
    internet_message_id: str | None


def by_copies(rows: Rows, account_id: str, graph_ids: Collection[str]) -> list[Mail]:
    """The mail whose copies these messages of the mailbox are."""
    return rows.all(
        Mail,
        "select * from outbox where through_id = :account and graph_id in :ids",
        {"account": account_id, "ids": [*graph_ids]},
    )


def by_message_ids(rows: Rows, message_ids: Collection[str]) -> list[Mail]:
    """The mail that has the Message-ID of one of these kept messages, by our ids."""
    return rows.all(
        Mail,
        "select distinct o.* from kept_message_ids k join outbox o "
        "on o.internet_message_id = k.internet_message_id where k.message_id in :ids",
        {"ids": [*message_ids]},
    )


def kept(rows: Rows, message_ids: Collection[str]) -> list[Kept]:
    """These messages by our ids."""
    return rows.all(
        Kept,
        "select m.id, k.internet_message_id, m.sender_address, m.recipients, m.subject, m.sent_at "
        "from kept_messages m join kept_message_ids k on k.message_id = m.id where m.id in :ids",
        {"ids": [*message_ids]},
    )


def kept_with(rows: Rows, internet_message_id: str) -> list[Kept]:
    """Every message that was kept with this Message-ID."""
    return rows.all(
        Kept,
        "select m.id, k.internet_message_id, m.sender_address, m.recipients, m.subject, m.sent_at "
        "from kept_message_ids k join kept_messages m on m.id = k.message_id "
        "where k.internet_message_id = ? order by m.id",
        [internet_message_id],
    )


def message_of_copy(rows: Rows, account_id: str, graph_id: str) -> str | None:
    """Our id of the message whose copy lies in this mailbox, if sync kept it."""
    return rows.value(
        str,
        "select message_id from copies_in_mailboxes where user_id = ? and graph_id = ?",
        [account_id, graph_id],
    )


def save_message(rows: Rows, mail_id: str, message_id: str) -> None:
    """Belongs inside write(), as all changes of the outbox."""
    rows.execute("update outbox set message_id = ? where id = ?", [message_id, mail_id])


def feeds_of(rows: Rows, message_ids: Collection[str]) -> list[str]:
    """The candidates in whose feeds these messages stand as received ones."""
    return rows.all(
        str,
        "select distinct candidate_id from shown_in_feeds "
        "where kind = 'email' and subject_id in :ids",
        {"ids": [*message_ids]},
    )


def handed_since(rows: Rows, account_id: str, since: datetime) -> list[Handed]:
    """The mail that was handed over through this mailbox, or in its name, since that time.

    What the email domain took is in the name of the mailbox to which its From address belongs.
    """
    return rows.all(
        Handed,
        "select o.id, o.internet_message_id from outbox o where o.handed_at >= :since "
        "and (o.through_id = :account or o.account_id = :account "
        "or o.route = 'smtp' and o.from_address in :own) order by o.handed_at desc, o.id",
        {
            "account": account_id,
            "since": since,
            "own": _own_addresses(rows, account_id, since),
        },
    )


def _own_addresses(rows: Rows, account_id: str, since: datetime) -> list[str]:
    """The From addresses of mail to the email domain that belong to this mailbox."""
    used = rows.all(
        str,
        "select distinct from_address from outbox where route = 'smtp' and handed_at >= ?",
        [since],
    )
    own = rows.all(str, "select folded from sending_addresses where account_id = ?", [account_id])
    return [each for each in used if fold(each) in own]


def save_bounce(rows: Rows, mail_id: str, recipient: Recipient) -> None:
    """Save the report of a notice on one recipient. The state of the mail stays."""
    rows.execute(
        "update outbox_recipients set bounce = ?, status = ?, bounced_at = ? "
        "where outbox_id = ? and folded = ?",
        [recipient.bounce, recipient.status, recipient.bounced_at, mail_id, recipient.folded],
    )
