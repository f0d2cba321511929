"""Conversations of a Microsoft 365 group: the mail that its members got by its address.

https://learn.microsoft.com/graph/api/group-list-conversations
"""

import hashlib
from collections.abc import Iterable
from typing import Any

import orjson
from flask import Blueprint, Response

from sandbox import odata
from sandbox.access import needs
from sandbox.database import State, current_state
from sandbox.errors import GraphError
from sandbox.groups.addresses import addresses_of
from sandbox.groups.routes import require_group
from sandbox.mail.conversations import PREFIXES

bp = Blueprint("group_conversations", __name__, url_prefix="/v1.0")
READ = (
    "Group-Conversation.Read.All",
    "Group-Conversation.ReadWrite.All",
    "Group.Read.All",
    "Group.ReadWrite.All",
)
MEMBERS = ("id", "topic", "hasAttachments", "lastDeliveredDateTime", "uniqueSenders", "preview")


@bp.get("/groups/<reference>/conversations")
@needs(delegated=READ, application=READ)
def conversations(reference: str) -> Response:
    """List the conversations of a group, the latest first. Other groups have no mailbox."""
    odata.refuse_unknown_options({"$select", "$filter", "$top", "$skip"})
    group = require_group(reference)
    if "Unified" not in group["groupTypes"]:
        raise GraphError(404, "ErrorInvalidGroup", f"The requested group '{reference}' is invalid.")
    names = odata.selected(MEMBERS, kind="conversation")
    items = odata.filtered(_conversations(group, _mail(current_state(), group)))
    return odata.page(
        [odata.project(item, names or MEMBERS) for item in items],
        context=f"groups('{reference}')/conversations{odata.selection(names)}",
        size=odata.top(default=10, limit=1000),
        mark="$skip",
    )


def _mail(state: State, group: dict[str, Any]) -> list[dict[str, Any]]:
    """List the messages to a group's addresses, the oldest first, each once."""
    rows = [
        row
        for address in addresses_of(group)
        for row in state.rows(
            "select item from messages where instr(lower(item), ?) > 0 and is_draft = 0",
            (orjson.dumps(address).decode(),),
        )
    ]
    found = {}
    for item in (orjson.loads(row["item"]) for row in rows):
        if _is_to(item, group):
            found[item["internetMessageId"]] = item
    return sorted(found.values(), key=lambda item: str(item["receivedDateTime"]))


def _is_to(item: dict[str, Any], group: dict[str, Any]) -> bool:
    named = {
        one["emailAddress"]["address"].lower()
        for member in ("toRecipients", "ccRecipients")
        for one in item[member]
    }
    return bool(named & set(addresses_of(group)))


def _conversations(
    group: dict[str, Any], messages: Iterable[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Join the messages of each topic, as all posts of a conversation have one subject."""
    topics: dict[str, list[dict[str, Any]]] = {}
    for item in messages:
        topics.setdefault(PREFIXES.sub("", item["subject"]), []).append(item)
    found = [_resource(group, topic, posts) for topic, posts in topics.items()]
    return sorted(found, key=lambda one: str(one["lastDeliveredDateTime"]), reverse=True)


def _resource(group: dict[str, Any], topic: str, posts: list[dict[str, Any]]) -> dict[str, Any]:
    names = [post["from"]["emailAddress"]["name"] for post in posts if "from" in post]
    return {
        "id": "AAQkA" + hashlib.sha256(f"{group['id']}/{topic}".encode()).hexdigest(),
        "topic": topic,
        "hasAttachments": any(post["hasAttachments"] for post in posts),
        "lastDeliveredDateTime": posts[-1]["receivedDateTime"],
        "uniqueSenders": list(dict.fromkeys(names)),
        "preview": posts[-1]["bodyPreview"],
    }
