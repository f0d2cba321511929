"""The tenant's own record of delivered mail: one row for each recipient of a sent message."""

import dataclasses
from dataclasses import dataclass

from sandbox.database import Row, State
from sandbox.mail import delivery, message_resource
from sandbox.mail.store import MessageContent

SCHEMA = """
    create table if not exists deliveries (
        id integer primary key,
        at text not null,
        recipient text not null,
        mailbox text,
        fate text not null,
        sent_from text not null,
        sender text not null,
        subject text not null,
        mark text not null,
        internet_message_id text not null,
        in_reply_to text not null,
        text_body text not null
    )
"""
# The header by which Portal knows its own mail.
MARK = "x-portal-message"
DELIVERED = "delivered"


@dataclass(frozen=True)
class Delivery:
    """A message at one recipient. `mailbox` is the colleague's, and None outside the tenant."""

    id: int
    at: str
    recipient: str
    mailbox: str | None
    fate: str
    sent_from: str
    sender: str
    subject: str
    mark: str
    internet_message_id: str
    in_reply_to: str
    text_body: str


def record(
    state: State, raw: bytes, recipient: str, *, mailbox: Row | None = None, fate: str = DELIVERED
) -> None:
    """Record that a message reached an address, or what happened to it instead."""
    content = delivery.content_of(state, mailbox["id"] if mailbox else "outside", raw, state.now())
    item, headers = content.item, _headers(content)
    columns = {
        "at": message_resource.stamp(state.now()),
        "recipient": recipient,
        "mailbox": mailbox["upn"] if mailbox else None,
        "fate": fate,
        "sent_from": _address(item.get("from")),
        "sender": _address(item.get("sender")),
        "subject": item["subject"],
        "mark": headers.get(MARK, ""),
        "internet_message_id": item["internetMessageId"],
        "in_reply_to": headers.get("in-reply-to", ""),
        "text_body": content.text,
    }
    marks = ", ".join(f":{name}" for name in columns)
    state.execute(f"insert into deliveries ({', '.join(columns)}) values ({marks})", columns)


def _headers(content: MessageContent) -> dict[str, str]:
    return {one["name"].lower(): one["value"] for one in content.headers}


def _address(recipient: Row | None) -> str:
    return str(recipient["emailAddress"]["address"]) if recipient else ""


def deliveries(state: State) -> list[Delivery]:
    """List all rows in the order of sending."""
    names = ", ".join(field.name for field in dataclasses.fields(Delivery))
    return [Delivery(**row) for row in state.rows(f"select {names} from deliveries order by id")]


def outside(state: State) -> list[Row]:
    """List mail that reached people outside the tenant, the newest first."""
    return state.rows(
        "select * from deliveries where mailbox is null and fate = ? order by id desc limit 100",
        (DELIVERED,),
    )


def forget(state: State) -> None:
    state.execute("delete from deliveries")
