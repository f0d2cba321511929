"""Search one mailbox for the copy of a mail: by our mark, or by subject and recipients."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.parser import BytesHeaderParser
from typing import Any

from portal import clock
from portal.addresses import fold
from portal.graph.client import GraphClient
from portal.graph.errors import Gone, TooLarge
from portal.graph.links import kept_link, segment
from portal.graph.paging import list_page
from portal.outbox import requests
from portal.outbox.models import Mail

SELECT = (
    "id,subject,from,sender,toRecipients,ccRecipients,internetMessageId,webLink,isDraft,"
    "receivedDateTime"
)
FOLDERS = ("sentitems", "outbox", "drafts")
# Our clock and Exchange's may differ.
BEFORE = timedelta(minutes=2)
MOST = "50"
MOST_PAGES = 4
LONGEST = 8 * 1024 * 1024


@dataclass(frozen=True)
class Copy:
    """A message of the mailbox that is our mail. `is_draft`: it has not left yet."""

    graph_id: str
    internet_message_id: str
    web_link: str
    from_address: str
    sender_address: str
    recipients: frozenset[str]
    is_draft: bool


def by_mark(graph: GraphClient, mail: Mail) -> list[Copy]:
    """The copies that carry our property."""
    query = {"$filter": requests.by_mark(mail.id), "$select": SELECT, "$top": MOST}
    return [_copy(each) for each in list_page(graph.get("messages", query=query)).items]


def received(graph: GraphClient, message_id: str) -> list[Copy]:
    """The messages with this Message-ID that are not sent ones."""
    sent = graph.get("mailFolders/sentitems", query={"$select": "id"}).get("id")
    quoted = message_id.replace("'", "''")
    query = {
        "$filter": f"internetMessageId eq '{quoted}'",
        "$select": f"{SELECT},parentFolderId",
        "$top": MOST,
    }
    found = list_page(graph.get("messages", query=query)).items
    arrived = [each for each in found if each.get("parentFolderId") != sent]
    return [each for each in map(_copy, arrived) if not each.is_draft]


def by_content(
    graph: GraphClient, mail: Mail, recipients: frozenset[str], *, since: datetime
) -> list[Copy]:
    """The copies with our header, or the only message that could be one and has no header.

    A reply may go to further recipients, so only a message without our header needs the same.
    """
    likely = [each for each in _recent(graph, since) if _has_subject(each, mail.subject)]
    marks = {str(each["id"]): _mark(graph, str(each["id"])) for each in likely}
    ours = [each for each in likely if marks[str(each["id"])] == mail.id]
    alike = [each for each in likely if _recipients(each) == recipients]
    bare = [each for each in alike if not marks[str(each["id"])]]
    if not ours and len(bare) == 1:
        ours = bare
    return [_copy(each) for each in ours]


def _recent(graph: GraphClient, since: datetime) -> Iterator[dict[str, Any]]:
    """The messages that reached Sent Items, Outbox and Drafts since then, the newest first."""
    query = {
        "$filter": f"receivedDateTime ge {clock.text(since)}",
        "$orderby": "receivedDateTime desc",
        "$select": SELECT,
        "$top": MOST,
    }
    for folder in FOLDERS:
        page = list_page(graph.get(f"mailFolders/{folder}/messages", query=query))
        yield from page.items
        for _ in range(MOST_PAGES - 1):
            if page.is_last:
                break
            page = list_page(graph.page(page.next_cursor))
            yield from page.items


def _has_subject(message: Mapping[str, Any], subject: str) -> bool:
    return _plain(str(message.get("subject") or "")) == _plain(subject)


def _plain(subject: str) -> str:
    return re.sub(r"\s+", " ", subject).strip().casefold()


def _mark(graph: GraphClient, graph_id: str) -> str:
    """Our header of a message. Empty without one, and for a message that was moved since."""
    try:
        raw = graph.download(f"messages/{segment(graph_id)}/$value", limit=LONGEST)
    except (Gone, TooLarge):
        return ""
    return str(BytesHeaderParser().parsebytes(raw).get(requests.HEADER, "")).strip()


def _copy(message: Mapping[str, Any]) -> Copy:
    return Copy(
        graph_id=str(message["id"]),
        internet_message_id=str(message.get("internetMessageId") or ""),
        web_link=kept_link(message.get("webLink")),
        from_address=_address(message.get("from")),
        sender_address=_address(message.get("sender")),
        recipients=_recipients(message),
        is_draft=bool(message.get("isDraft")),
    )


def _recipients(message: Mapping[str, Any]) -> frozenset[str]:
    listed = [*(message.get("toRecipients") or ()), *(message.get("ccRecipients") or ())]
    return frozenset(fold(each) for each in map(_address, listed) if each)


def _address(found: Any) -> str:
    named = found.get("emailAddress") if isinstance(found, dict) else None
    return str(named.get("address") or "") if isinstance(named, dict) else ""
