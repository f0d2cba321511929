"""Sending: the copy in Sent Items, the copies of colleagues, and what leaves for outside."""

import base64
import email.message
import email.policy
import email.utils
from typing import Any

import orjson

from sandbox.database import Row, State
from sandbox.directory import store as directory
from sandbox.errors import GraphFault
from sandbox.mail import delivery, folders, mime, resource, store


def send(
    state: State, sender: Row, raw: bytes, *, save: bool = True, recipients: list[str]
) -> Row | None:
    """Deliver to each recipient once; the sender's own copy, which alone keeps Bcc."""
    own = None
    with state.write():
        if save:
            own = _keep(state, sender, raw)
    without_bcc = _without_bcc(raw)
    for address in dict.fromkeys(recipient.lower() for recipient in recipients):
        owner = directory.owner_of(state, address)
        if owner:
            delivery.deliver(state, owner["upn"], without_bcc)
        else:
            _leave(state, address, without_bcc)
    if own:
        delivery.announce(state, sender["id"], "created", own)
    return own


def _keep(state: State, sender: Row, raw: bytes) -> Row:
    place = folders.by_id(state, sender["id"], "sentitems")
    parsed = mime.parse(raw)
    item = resource.message(
        parsed, received_at=state.now(), is_draft=False, rewrite=delivery.rewriting(state)
    )
    return store.save_message(
        state,
        oid=sender["id"],
        folder_id=place["id"] if place else "",
        item=item,
        text=parsed.text,
        headers=resource.headers(parsed),
        raw=raw,
    )


def _leave(state: State, address: str, raw: bytes) -> None:
    parsed = mime.parse(raw)
    item = resource.message(
        parsed, received_at=state.now(), is_draft=False, rewrite=delivery.rewriting(state)
    )
    store.save_outside(state, address, item, parsed.text)


def _without_bcc(raw: bytes) -> bytes:
    head, separator, body = raw.partition(b"\r\n\r\n")
    lines: list[bytes] = []
    for line in head.split(b"\r\n"):
        if line[:1] in b" \t" and lines and lines[-1] == b"":
            continue
        lines.append(b"" if line.lower().startswith(b"bcc:") else line)
    return b"\r\n".join(line for line in lines if line) + separator + body


def sender_address(state: State, sender: Row, wanted: str | None) -> str:
    """The address that a message may bear: one's own; another's is refused as Exchange does."""
    own = directory.addresses_of(sender)
    if not wanted:
        return own[0]
    for address in own:
        if address.lower() == wanted.lower():
            return delivery.rewriting(state)(address)
    raise GraphFault(
        403,
        "ErrorSendAsDenied",
        "The user account which was used to submit this request does not have the right to send"
        " mail on behalf of the specified sending account.",
    )


def raw_of(state: State, sender: Row, message: dict[str, Any]) -> bytes:
    """Graph's JSON as the message that leaves."""
    letter = email.message.EmailMessage(policy=email.policy.SMTP)
    wanted = (message.get("from") or {}).get("emailAddress", {}).get("address")
    address = sender_address(state, sender, wanted)
    letter["From"] = email.utils.formataddr((sender["display_name"], address))
    for name, member in (("To", "toRecipients"), ("Cc", "ccRecipients"), ("Bcc", "bccRecipients")):
        found = [formatted(recipient) for recipient in message.get(member) or ()]
        if found:
            letter[name] = ", ".join(found)
    replies = [formatted(recipient) for recipient in message.get("replyTo") or ()]
    if replies:
        letter["Reply-To"] = ", ".join(replies)
    letter["Subject"] = mime.one_line(message.get("subject") or "")
    letter["Date"] = email.utils.format_datetime(state.now())
    letter["Message-ID"] = message.get("internetMessageId") or email.utils.make_msgid(
        domain=address.partition("@")[2]
    )
    for header in message.get("internetMessageHeaders") or ():
        if not header["name"].lower().startswith("x-") and not header.get("isOurs"):
            raise GraphFault(
                400,
                "InvalidInternetMessageHeader",
                f"The internet message header name '{header['name']}' should start with 'x-' or"
                " 'X-'.",
            )
        letter[header["name"]] = mime.one_line(header["value"])
    _fill(letter, message)
    return letter.as_bytes()


def _fill(letter: email.message.EmailMessage, message: dict[str, Any]) -> None:
    body = message.get("body") or {}
    content = mime.clean(body.get("content") or "")
    if str(body.get("contentType", "text")).lower() == "html":
        letter.set_content(mime.text_of(content))
        letter.add_alternative(content, subtype="html")
    else:
        letter.set_content(content)
    for attachment in message.get("attachments") or ():
        kind = str(attachment.get("contentType") or "application/octet-stream")
        main, _, sub = kind.partition("/")
        letter.add_attachment(
            base64.b64decode(attachment.get("contentBytes") or ""),
            maintype=main,
            subtype=sub or "octet-stream",
            filename=attachment.get("name") or "attachment",
        )


def formatted(recipient: dict[str, Any]) -> str:
    address = recipient.get("emailAddress") or {}
    return email.utils.formataddr((address.get("name") or "", address.get("address") or ""))


def recipients_of(raw: bytes) -> list[str]:
    """Every address in To, Cc and Bcc."""
    parsed = mime.parse(raw)
    names = ("to", "cc", "bcc")
    return [address for name in names for _, address in parsed.addresses(name)]


def reply_draft(owner: Row, original: Row, *, to_all: bool) -> dict[str, Any]:
    """The JSON of a reply: to replyTo where there is one, with the thread's headers."""
    item = orjson.loads(original["item"])
    own = {address.lower() for address in directory.addresses_of(owner)}
    to = item["replyTo"] or ([item["from"]] if item.get("from") else [])
    if to_all:
        others = [
            r for r in item["toRecipients"] if r["emailAddress"]["address"].lower() not in own
        ]
        to = to + others
    headers = {h["name"].lower(): h["value"] for h in orjson.loads(original["headers"])}
    references = f"{headers.get('references', '')} {item['internetMessageId']}".split()
    subject = item["subject"]
    quoted = "\n".join(f"> {line}" for line in original["text_body"].splitlines())
    return {
        "subject": subject if subject.lower().startswith("re:") else f"Re: {subject}",
        "toRecipients": to,
        "ccRecipients": item["ccRecipients"] if to_all else [],
        "internetMessageHeaders": [
            {"name": "In-Reply-To", "value": item["internetMessageId"], "isOurs": True},
            {"name": "References", "value": " ".join(references[-20:]), "isOurs": True},
        ],
        "quoted": f"On {item['sentDateTime']}, {_name(item)} wrote:\n{quoted}",
    }


def _name(item: dict[str, Any]) -> str:
    sender = (item.get("from") or {}).get("emailAddress", {})
    return str(sender.get("name") or sender.get("address") or "somebody")
