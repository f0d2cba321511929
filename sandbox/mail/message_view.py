"""A stored message in an answer: ids and body in the form that the client prefers."""

import base64
from collections.abc import Collection, Sequence
from typing import Any
from urllib.parse import quote

import orjson
from flask import g

from sandbox import odata, preferences, quirks
from sandbox.database import Row, State, current_state
from sandbox.errors import GraphError
from sandbox.mail import folders, message_resource, store
from sandbox.mime import parser
from sandbox.rights import access as rights

# Every selectable member. The last two come only if selected.
MEMBERS = (
    "id", "createdDateTime", "lastModifiedDateTime", "changeKey", "categories",
    "receivedDateTime", "sentDateTime", "hasAttachments", "internetMessageId", "subject",
    "bodyPreview", "importance", "parentFolderId", "conversationId", "conversationIndex",
    "isDeliveryReceiptRequested", "isReadReceiptRequested", "isRead", "isDraft", "webLink",
    "inferenceClassification", "body", "sender", "from", "toRecipients", "ccRecipients",
    "bccRecipients", "replyTo", "flag", "internetMessageHeaders", "uniqueBody",
)  # fmt: skip  # one to a line says no more
BODIES = ("body", "bodyPreview", "uniqueBody")
FILE_MEMBERS = ("contentId", "contentLocation", "contentBytes")
ATTACHMENT_MEMBERS = (
    "id", "lastModifiedDateTime", "name", "contentType", "size", "isInline", *FILE_MEMBERS,
)  # fmt: skip  # one to a line says no more
# Members of files are named with their type: a plain attachment has none of them.
CAST = "microsoft.graph.fileAttachment/"
SELECTABLE = (
    *(name for name in ATTACHMENT_MEMBERS if name not in FILE_MEMBERS),
    *(CAST + name for name in FILE_MEMBERS),
)


def selected(text: str | None = None) -> tuple[str, ...] | None:
    """Read $select. Bodies need more than Mail.ReadBasic."""
    names = odata.selected(MEMBERS, kind="message", text=text)
    if names and set(names) & set(BODIES) and not may_read_bodies():
        raise GraphError(
            403, "ErrorAccessDenied", "Access is denied. Check credentials and try again."
        )
    return names


def selected_of_attachments(text: str | None = None) -> tuple[str, ...] | None:
    """Read $select of attachments."""
    names = odata.selected(SELECTABLE, kind="attachment", text=text)
    return tuple(name.removeprefix(CAST) for name in names) if names else None


def may_read_bodies() -> bool:
    granted = rights.covers_own(g.caller.permissions)
    return bool(granted & {"mail.read", "mail.readwrite", "mail.send"})


def message_id(row: Row) -> str:
    name = "immutable_id" if preferences.wants_immutable_ids() else "volatile_id"
    return str(row[name])


def shown(row: Row, names: Collection[str] | None) -> dict[str, Any]:
    """Show the selected members. Without $select, the costly ones are left out."""
    item = full(row, names or ())
    if names:
        return odata.project(item, names)
    return item


def full(row: Row, names: Collection[str] = ()) -> dict[str, Any]:
    """Build all members, and the costly ones that are named."""
    item = orjson.loads(row["item"])
    identity = message_id(row)
    made = {
        "@odata.etag": f'W/"{row["change_key"]}"',
        "id": identity,
        "changeKey": row["change_key"],
        **item,
        "parentFolderId": row["folder_id"],
        "isRead": bool(row["is_read"]),
        "isDraft": bool(row["is_draft"]),
        "webLink": _web_link(row, identity),
    }
    if "internetMessageHeaders" in names and not _is_without_headers(row):
        made["internetMessageHeaders"] = orjson.loads(row["headers"])
    if "uniqueBody" in names:
        made["uniqueBody"] = _body(message_resource.without_quotes(row["text_body"]))
    if preferences.wants_text():
        made["body"] = _body(row["text_body"])
    if not may_read_bodies():
        return {name: value for name, value in made.items() if name not in BODIES}
    return made


def _web_link(row: Row, identity: str) -> str:
    """Link to Outlook: Microsoft's, or with the switch `linksHere` the tenant's own page."""
    state = current_state()
    if state.setting("linksHere"):
        message = quote(row["immutable_id"], safe="")
        return f"{state.base_url}/outlook/{row['oid']}?message={message}"
    item = quote(identity, safe="")
    return f"https://outlook.office365.com/owa/?ItemID={item}&exvsurl=1&viewmodel=ReadMessageItem"


def _is_without_headers(row: Row) -> bool:
    is_sent = row["folder_id"] == folders.folder_id(row["oid"], "sentitems")
    return is_sent and not quirks.SENT_WITH_HEADERS.is_on(current_state())


def _body(text: str) -> dict[str, str]:
    if preferences.wants_text():
        return {"contentType": "text", "content": message_resource.with_crlf(text)}
    return {"contentType": "html", "content": message_resource.as_page(text)}


def attachments(row: Row, names: Sequence[str] | None = None) -> list[dict[str, Any]]:
    """List a message's attachments. An id is the message's id with a number."""
    found = parser.parse(store.raw(current_state(), row)).attachments
    items = [attachment(row, number, part) for number, part in enumerate(found)]
    return [odata.project(item, names) if names else item for item in items]


def attachment(row: Row, number: int, part: parser.Attachment) -> dict[str, Any]:
    """Show an attachment: a file with its content, or a message without it."""
    common = {
        "id": f"{message_id(row)}-AAAA{number:04d}",
        "lastModifiedDateTime": row["received_at"],
        "name": part.name,
        "contentType": None if part.is_message else part.content_type,
        "size": len(part.content) + 120,  # Exchange counts its own envelope
        "isInline": is_inline(part, current_state()),
    }
    if part.link and quirks.REFERENCE_ATTACHMENTS.is_on(current_state()):
        return {
            "@odata.type": "#microsoft.graph.referenceAttachment",
            **common,
            "contentType": None,
        }
    if part.is_message:
        return {"@odata.type": "#microsoft.graph.itemAttachment", **common}
    return {
        "@odata.type": "#microsoft.graph.fileAttachment",
        "@odata.mediaContentType": part.content_type,
        **common,
        "contentId": part.content_id,
        "contentLocation": None,
        "contentBytes": base64.b64encode(part.content).decode(),
    }


def is_inline(part: parser.Attachment, state: State) -> bool:
    return part.is_inline or (part.is_sent_inline and quirks.INLINE_FILES.is_on(state))


def attachment_named(row: Row, wanted: str) -> tuple[int, parser.Attachment] | None:
    """Find an attachment by id, in either form of the message's id."""
    mark = wanted.rpartition("-AAAA")[2]
    found = parser.parse(store.raw(current_state(), row)).attachments
    is_number = mark.isascii() and mark.isdigit()
    return (int(mark), found[int(mark)]) if is_number and int(mark) < len(found) else None
