"""A reply to a stored message, as the JSON that a client would send."""

from typing import Any

import orjson

from sandbox.database import Row
from sandbox.directory import store as directory
from sandbox.mime.builder import Thread


def thread_of(original: Row) -> Thread:
    item = orjson.loads(original["item"])
    found = {h["name"].lower(): h["value"] for h in orjson.loads(original["headers"])}
    chain = f"{found.get('references', '')} {item['internetMessageId']}".split()
    return Thread(
        (
            ("In-Reply-To", item["internetMessageId"]),
            ("References", " ".join(chain[-20:])),
        )
    )


def reply(owner: Row, original: Row, *, to_all: bool) -> dict[str, Any]:
    """Build the JSON of a reply, to `replyTo` if there is one. `quoted` holds the original."""
    item = orjson.loads(original["item"])
    own = {address.lower() for address in directory.addresses_of(owner)}
    to = item["replyTo"] or ([item["from"]] if item.get("from") else [])
    named = own | {one["emailAddress"]["address"].lower() for one in to}
    others = {
        member: [r for r in item[member] if r["emailAddress"]["address"].lower() not in named]
        for member in ("toRecipients", "ccRecipients")
    }
    subject = item["subject"]
    return {
        "subject": subject if subject.lower().startswith("re:") else f"Re: {subject}",
        "toRecipients": to + (others["toRecipients"] if to_all else []),
        "ccRecipients": others["ccRecipients"] if to_all else [],
        "quoted": _quoted(item, original["text_body"]),
    }


def _quoted(item: dict[str, Any], text: str) -> str:
    """Quote the original below a line, as Outlook does."""
    lines = [
        "________________________________",
        f"From: {_names([item['from']] if item.get('from') else [])}",
        f"Sent: {item['sentDateTime']}",
        f"To: {_names(item['toRecipients'])}",
        f"Subject: {item['subject']}",
    ]
    return "\n".join([*lines, "", text])


def _names(recipients: list[dict[str, Any]]) -> str:
    found = [one["emailAddress"] for one in recipients]
    return "; ".join(f"{one['name']} <{one['address']}>" for one in found)
