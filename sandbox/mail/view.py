"""A stored message as one answer shows it: ids in the asked form, body in the asked type."""

import base64
from typing import Any
from urllib.parse import quote

import orjson

from sandbox.database import Row
from sandbox.mail import mime, preferences, resource

DEFAULT_WITHOUT = ("internetMessageHeaders", "uniqueBody")


def message_id(row: Row) -> str:
    name = "immutable_id" if preferences.wants_immutable_ids() else "volatile_id"
    return str(row[name])


def full(row: Row) -> dict[str, Any]:
    """Every member that can be selected."""
    item = orjson.loads(row["item"])
    identity = message_id(row)
    link = f"https://outlook.office365.com/owa/?ItemID={quote(identity, safe='')}"
    shown = {
        "@odata.etag": f'W/"{row["change_key"]}"',
        "id": identity,
        "changeKey": row["change_key"],
        **item,
        "parentFolderId": row["folder_id"],
        "isRead": bool(row["is_read"]),
        "isDraft": bool(row["is_draft"]),
        "webLink": f"{link}&exvsurl=1&viewmodel=ReadMessageItem",
        "internetMessageHeaders": orjson.loads(row["headers"]),
        "uniqueBody": _body(resource.without_quotes(row["text_body"]), None),
    }
    if preferences.wants_text():
        shown["body"] = {"contentType": "text", "content": row["text_body"]}
    return shown


def _body(text: str, page: str | None) -> dict[str, str]:
    if preferences.wants_text():
        return {"contentType": "text", "content": text}
    return {"contentType": "html", "content": page or resource.as_page(text)}


def attachments(row: Row, *, with_content: bool) -> list[dict[str, Any]]:
    """The attachments of a message; ids are made from the message's and their place."""
    found = mime.parse(row["raw"]).attachments
    shown = []
    for number, part in enumerate(found):
        item: dict[str, Any] = {
            "@odata.type": "#microsoft.graph.fileAttachment",
            "@odata.mediaContentType": part.content_type,
            "id": attachment_id(row, number),
            "lastModifiedDateTime": row["received_at"],
            "name": part.name,
            "contentType": part.content_type,
            "size": len(part.content) + 120,  # Exchange counts its own envelope
            "isInline": part.is_inline,
            "contentId": part.content_id,
            "contentLocation": None,
        }
        if with_content:
            item["contentBytes"] = base64.b64encode(part.content).decode()
        shown.append(item)
    return shown


def attachment_id(row: Row, number: int) -> str:
    return f"{message_id(row)}-AAAA{number:04d}"


def attachment_content(row: Row, wanted: str) -> tuple[mime.Attachment, int] | None:
    """The part that an id names, in either form of the message's id."""
    mark = wanted.rpartition("-AAAA")[2]
    found = mime.parse(row["raw"]).attachments
    if not mark.isdigit() or int(mark) >= len(found):
        return None
    return found[int(mark)], int(mark)
