"""Notices of non-delivery: their report on each recipient, and the mail they are about. Pure."""

import base64
import binascii
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from email import message_from_string
from email.message import Message
from email.parser import HeaderParser
from itertools import islice

from portal.addresses import fold
from portal.outbox.models import Bounce, Recipient
from portal.outbox.sync.store import Handed

MOST_BYTES = 1_000_000
# The parser of Python takes time in the square of these, and fails at deep nesting.
MOST_LINES = 10_000
MOST_NESTED = 50
LONGEST_TYPE = 4_000
MOST_PARTS = 100
MOST_RECIPIENTS = 500
DEEPEST = 5
SENDERS = ("postmaster@", "mailer-daemon@", "microsoftexchange329e")
MARK = "x-portal-message"
STATUS_REPORT = "message/delivery-status"
RETURNED = ("message/rfc822", "text/rfc822-headers")
# RFC 6533 has the same parts for addresses outside ASCII.
# https://www.rfc-editor.org/rfc/rfc6533
INTERNATIONAL = {
    b"message/global-delivery-status": b"message/delivery-status",
    b"message/global-headers": b"text/rfc822-headers",
}
TYPE = re.compile(r"^content-type:[^\n]*(?:\n[ \t][^\n]*)*", re.IGNORECASE | re.MULTILINE)
NESTING = re.compile(r"content-type:\s*(?:multipart|message)/", re.IGNORECASE)
BLOCK_END = re.compile(r"\r?\n\s*\r?\n")
MESSAGE_ID = re.compile(r"<[^<>\s]{1,900}>")
STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
ACTIONS = {"failed": Bounce.FAILED, "delayed": Bounce.DELAYED}
# A later notice may replace these: a failure is final.
WEIGHT = {Bounce.UNCLEAR: 1, Bounce.DELAYED: 2, Bounce.FAILED: 3}


@dataclass(frozen=True)
class Told:
    """The statement of a report about one recipient. `others` are further forms of the address."""

    address: str
    action: str
    status: str
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class Notice:
    """A notice, with the names of the mail in order of their worth. No text of it is kept.

    `is_report` says that it has a report of delivery. `text` is for the address of a notice that
    has none, and is never stored.
    """

    is_report: bool
    told: tuple[Told, ...]
    marks: tuple[str, ...]
    message_ids: tuple[str, ...]
    answered_ids: tuple[str, ...]
    text: str = ""


def is_from_a_server(sender: str) -> bool:
    """Whether mail from this address may be a notice: servers write them, some without sender."""
    folded = fold(sender)
    return not folded or folded.startswith(SENDERS)


def notice(content: bytes) -> Notice:
    """Read a message as a notice. One that is none of it names no mail."""
    for written, known in INTERNATIONAL.items():
        content = re.sub(re.escape(written), known, content, flags=re.IGNORECASE)
    whole = _parsed(content[:MOST_BYTES].decode("utf-8", "replace"))
    parts = list(_parts(whole))
    reports = [each for each in parts if each.get_content_type() == STATUS_REPORT]
    returned = [found for each in parts if (found := _returned(each)) is not None]
    blocks = [block for each in reports for block in _blocks(each)]
    return Notice(
        is_report=bool(reports),
        told=tuple(islice((each for block in blocks for each in _told(block)), MOST_RECIPIENTS)),
        marks=tuple(_values([*returned], MARK)),
        message_ids=tuple(
            each
            for found in (
                *_values([whole, *blocks], "x-original-message-id"),
                *_values(returned, "message-id"),
            )
            for each in MESSAGE_ID.findall(found)
        ),
        answered_ids=tuple(
            each for found in _values([whole], "in-reply-to") for each in MESSAGE_ID.findall(found)
        ),
        text="" if reports else " ".join(_texts(parts)).lower(),
    )


def _parsed(text: str) -> Message:
    """A message with its parts. One that no server would write is empty: anybody can send it."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n", MOST_LINES)
    read = "\n".join(lines[:MOST_LINES])
    types = [each[0] for each in TYPE.finditer(read)]
    is_nested = sum(1 for each in types if NESTING.match(each)) > MOST_NESTED
    if is_nested or any(len(each) > LONGEST_TYPE for each in types):
        return Message()
    return message_from_string(read)


def _parts(message: Message, depth: int = 0) -> Iterator[Message]:
    """The parts of a message itself, and none of the messages that it encloses."""
    payload = message.get_payload()
    if message.get_content_maintype() != "multipart" or not isinstance(payload, list):
        yield message
    elif depth < DEEPEST:
        for part in payload[:MOST_PARTS]:
            if isinstance(part, Message):
                yield from _parts(part, depth + 1)


def _returned(part: Message) -> Message | None:
    """The headers of the returned mail."""
    kind = part.get_content_type()
    if kind not in RETURNED and kind != "message/global":
        return None
    payload = part.get_payload()
    if isinstance(payload, list):
        return payload[0] if payload and isinstance(payload[0], Message) else None
    return HeaderParser().parsestr(_decoded(part))


def _blocks(report: Message) -> list[Message]:
    """The blocks of fields of a report, whose body may be encoded as a whole."""
    payload = report.get_payload()
    if not isinstance(payload, list):
        return _read_blocks(_decoded(report))
    if _encoding(report) == "base64":
        written = "".join(str(each.get_payload()) for each in payload if isinstance(each, Message))
        try:
            text = base64.b64decode(written).decode("utf-8", "replace")
        except (binascii.Error, ValueError):
            return []
        return _read_blocks(text)
    return [each for each in payload if isinstance(each, Message)]


def _read_blocks(text: str) -> list[Message]:
    blocks = BLOCK_END.split(text, MOST_RECIPIENTS)[:MOST_RECIPIENTS]
    return [HeaderParser().parsestr(each) for each in blocks if each.strip()]


def _decoded(part: Message) -> str:
    written = part.get_payload()
    if isinstance(written, str) and _encoding(part) not in ("base64", "quoted-printable"):
        return written
    payload = part.get_payload(decode=True)
    return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""


def _encoding(part: Message) -> str:
    return str(part.get("content-transfer-encoding", "")).strip().lower()


def _told(block: Message) -> Iterator[Told]:
    """The statements of one block, which usually is about one recipient."""
    finals = _all(block, "final-recipient")
    originals = _all(block, "original-recipient")
    actions, statuses = _all(block, "action"), _all(block, "status")
    if not finals or not actions:
        return
    for place, final in enumerate(finals):
        action = actions[place] if place < len(actions) else actions[-1]
        status = statuses[place] if place < len(statuses) else (statuses or [""])[-1]
        code = STATUS.search(status)
        others = originals if len(finals) == 1 else originals[place : place + 1]
        yield Told(
            _address(final),
            action.split()[0].lower().rstrip(";,") if action.split() else "",
            code[0] if code else "",
            tuple(_address(each) for each in others),
        )


def _address(field: str) -> str:
    """The address of a field such as `rfc822; ada@mail.example`."""
    written = field.rpartition(";")[2].strip()
    return written.strip("<>").strip()


def _all(message: Message, name: str) -> list[str]:
    return [str(each).strip() for each in message.get_all(name, [])]


def _values(messages: Iterable[Message], name: str) -> Iterator[str]:
    for message in messages:
        yield from _all(message, name)


def _texts(parts: Iterable[Message]) -> Iterator[str]:
    for part in parts:
        if part.get_content_maintype() == "text":
            yield _decoded(part)


def judged(found: Notice, recipients: Collection[Recipient]) -> Iterator[Recipient]:
    """The recipients of a mail about whom a notice says something new.

    The action decides, never the status: some servers write 5.0.0 for a delay.
    """
    for recipient in recipients:
        bounce, status = _judgement(found, recipient)
        known = WEIGHT[recipient.bounce] if recipient.bounce else 0
        if bounce is not None and WEIGHT[bounce] > known:
            yield Recipient(
                recipient.address,
                recipient.folded,
                recipient.name,
                recipient.field,
                recipient.candidate_id,
                bounce,
                status or None,
            )


def _judgement(found: Notice, recipient: Recipient) -> tuple[Bounce | None, str]:
    if not found.is_report:
        return (Bounce.UNCLEAR if _is_named(recipient.folded, found.text) else None), ""
    fitting = [
        each
        for each in found.told
        if recipient.folded in {fold(one) for one in (each.address, *each.others)}
    ]
    said = [(ACTIONS[each.action], each.status) for each in fitting if each.action in ACTIONS]
    return max(said, key=lambda each: WEIGHT[each[0]], default=(None, ""))


def _is_named(address: str, text: str) -> bool:
    """Whether an address stands in a text, and not as the end or beginning of another."""
    return bool(re.search(rf"(?<![\w.+-]){re.escape(address)}(?![\w-]|\.\w)", text))


def named(found: Notice, mails: Collection[Handed]) -> Handed | None:
    """The mail that a notice is about: by our mark, else by its Message-ID, else as an answer."""
    by_id = {each.id: each for each in mails}
    by_message_id = {each.internet_message_id: each for each in mails if each.internet_message_id}
    if found.marks:
        return next((by_id[each] for each in found.marks if each in by_id), None)
    ids = (*found.message_ids, *found.answered_ids)
    return next((by_message_id[each] for each in ids if each in by_message_id), None)
