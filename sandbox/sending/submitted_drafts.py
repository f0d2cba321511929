"""Drafts that are sent: their final headers, and their columns in Sent Items."""

import email.utils
from typing import Any

import orjson

from sandbox.database import Row, State
from sandbox.mail import delivery, drafts, extended_properties, store
from sandbox.mime import builder, parser
from sandbox.rights import senders
from sandbox.rights.senders import Writer
from sandbox.sending import distribution, limits
from sandbox.sending.distribution import Outgoing


def send(state: State, owner: Row, row: Row, writer: Writer) -> dict[str, Any]:
    """Deliver a draft, and return the columns that it has in Sent Items."""
    raw = store.raw(state, row)
    found = parser.parse(raw).addresses("from")
    sent = builder.with_headers(
        raw,
        {
            **senders.headers(state, owner, found[0][1] if found else None, writer),
            "Date": email.utils.format_datetime(state.now()),
        },
    )
    mail = Outgoing(sent, extended_properties.stored(row))
    if refusal := limits.check(state, owner, len(mail.require_recipients())):
        raise refusal
    distribution.distribute(state, owner, mail)
    fresh = delivery.content_of(state, owner["id"], sent, state.now())
    before = orjson.loads(row["item"])
    lasting = {name: before[name] for name in drafts.LASTING}
    return {
        "is_draft": 0,
        "raw": fresh.raw,
        "item": orjson.dumps(fresh.item | lasting).decode(),
        "headers": orjson.dumps(fresh.headers).decode(),
        "received_at": fresh.item["receivedDateTime"],
    }
