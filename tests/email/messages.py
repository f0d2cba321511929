"""Messages in candidates' feeds, stored as one page of a sync stores them."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from portal import clock
from portal.candidates import feed
from portal.storage.rows import Rows
from tests.support.builders import Value, insert

BODY = "Hi Rosa,\n\nshall we say Tuesday?\n\nOn Monday at 9:00, Rosa Ortega wrote:\n> I am free."


@dataclass(frozen=True)
class Message:
    """One message, the candidates it is with, and who brought it (mailbox owner, alias or None).

    `sent_as` is the shared mailbox that its copies belong to.
    """

    id: str
    candidates: tuple[str, ...] = ("rosa",)
    brought: tuple[tuple[str, str | None], ...] = (("priya", None),)
    subject: str = "Portfolio review"
    body: str = BODY
    minutes_ago: int = 0
    recipients: tuple[tuple[str, str], ...] = (("Rosa Ortega", "rosa.ortega@mail.example"),)
    sender: tuple[str, str] = ("Priya Kaur", "priya@northwind.example")
    web_link: str = "https://outlook.office365.com/owa/?ItemID=1"
    attachments: tuple[tuple[str, str, int], ...] = ()
    sent_as: str = ""


def keep(rows: Rows, message: Message, *, now: datetime) -> str:
    """Store a message with its copies and attachments, and add it to its candidates' feeds."""
    sent_at = now - timedelta(minutes=message.minutes_ago)
    insert(rows, "messages", _message_row(message, sent_at))
    for user_id, alias_id in message.brought:
        insert(rows, "message_copies", _copy_row(message, user_id, alias_id, sent_at))
        for attachment in message.attachments:
            insert(rows, "attachments", _attachment_row(message, user_id, attachment))
    happened_at = clock.moment(clock.text(sent_at))
    entries = [(candidate_id, message.id, happened_at) for candidate_id in message.candidates]
    with rows.write():
        feed.add_all(rows, entries, kind="email", now=clock.utc_now())
    return message.id


def _message_row(message: Message, sent_at: datetime) -> dict[str, Value]:
    people = [{"name": n, "address": a, "kind": "to"} for n, a in message.recipients]
    name, address = message.sender
    return {
        "id": message.id,
        "internet_message_id": f"<{message.id}@mail.example>",
        "sender_address": address,
        "sender_name": name,
        "recipients": json.dumps(people),
        "subject": message.subject,
        "body": message.body,
        "is_cut": 0,
        "sent_at": sent_at,
        "created_at": sent_at,
    }


def _copy_row(
    message: Message, user_id: str, alias_id: str | None, received_at: datetime
) -> dict[str, Value]:
    return {
        "mailbox_id": f"mailbox-{user_id}",
        "graph_id": f"{message.id}-{user_id}",
        "message_id": message.id,
        "alias_id": alias_id,
        "folder_id": "inbox",
        "web_link": f"{message.web_link}-{user_id}",
        "received_at": received_at,
        "account_id": message.sent_as or user_id,
    }


def _attachment_row(
    message: Message, user_id: str, attachment: tuple[str, str, int]
) -> dict[str, Value]:
    name, content_type, size = attachment
    return {
        "id": f"{message.id}-{user_id}-{name}",
        "message_id": message.id,
        "mailbox_id": f"mailbox-{user_id}",
        "graph_message_id": f"{message.id}-{user_id}",
        "graph_id": f"graph-{name}",
        "name": name,
        "content_type": content_type,
        "size": size,
    }
