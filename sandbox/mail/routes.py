"""Messages below /me and /users/{id}: lists, single messages, delta."""

import re
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, Response

from sandbox import odata, preferences
from sandbox.access import mailbox_of, needs
from sandbox.database import Row, current_state
from sandbox.errors import GraphError, item_not_found, not_implemented
from sandbox.mail import delta, extended_properties, message_list, message_view, store
from sandbox.mail.lookup import require_folder, require_message
from sandbox.mailbox_paths import below_mailbox, key, where

bp = Blueprint("mail", __name__, url_prefix="/v1.0")

READ = ("Mail.Read", "Mail.ReadBasic", "Mail.ReadWrite")
READ_APP = ("Mail.Read", "Mail.ReadBasic.All", "Mail.ReadWrite")
READ_BODIES = ("Mail.Read", "Mail.ReadWrite")
ATTACHMENTS = re.compile(r"(?i)attachments(?:\(\$select=([\w,./\s]+)\))?")
LIST_OPTIONS = {
    "$select", "$filter", "$top", "$skip", "$orderby", "$search", "$expand", "$count",
    "$skiptoken",
}  # fmt: skip  # one to a line says no more
DELTA_OPTIONS = {
    "$select", "$filter", "$top", "$orderby", "changetype", "$skiptoken", "$deltatoken",
}  # fmt: skip  # one to a line says no more


@below_mailbox(
    bp,
    "mailFolders/<folder_id>/messages/delta",
    "mailFolders/<folder_id>/messages/delta()",
)
@needs(delegated=READ, application=READ_APP)
def message_delta(user: str | None, folder_id: str) -> Response:
    odata.refuse_unknown_options(DELTA_OPTIONS)
    owner = mailbox_of(user)
    page = delta.messages(current_state(), require_folder(owner, folder_id))
    answer = odata.answer(page)
    answer.headers.update(preferences.applied())
    return answer


@below_mailbox(bp, "messages")
@needs(delegated=READ, application=READ_APP)
def list_messages(user: str | None) -> Response:
    owner = mailbox_of(user)
    return _message_page(owner, None, f"{where(owner)}/messages")


@below_mailbox(bp, "mailFolders/<folder_id>/messages")
@needs(delegated=READ, application=READ_APP)
def list_folder_messages(user: str | None, folder_id: str) -> Response:
    owner = mailbox_of(user)
    folder = require_folder(owner, folder_id)
    context = f"{where(owner)}/mailFolders{key(folder_id)}/messages"
    return _message_page(owner, folder["id"], context)


def _message_page(owner: Row, folder_id: str | None, context: str) -> Response:
    odata.refuse_unknown_options(LIST_OPTIONS)
    names = message_view.selected()
    expanded = _expansion()
    size = odata.top(default=10, limit=1000)
    rows, start, total, mark = message_list.page_rows(owner, folder_id, size)
    answer = odata.partial_page(
        [_listed(row, names, expanded) for row in rows],
        context=context + odata.selection(expanded.with_selection(names)),
        start=start,
        total=total,
        mark=mark,
    )
    answer.headers.update(preferences.applied())
    return answer


@dataclass(frozen=True)
class Expansion:
    """The members of attachments that $expand selects, and the ids of extended properties."""

    attachments: tuple[str, ...] = ()
    properties: frozenset[str] = frozenset()

    def with_selection(self, names: tuple[str, ...] | None) -> tuple[str, ...]:
        """Write the selection of an answer's context, expanded members included."""
        is_whole = self.attachments == message_view.ATTACHMENT_MEMBERS
        inner = "" if is_whole else ",".join(self.attachments)
        return (*(names or ()), *([f"attachments({inner})"] if self.attachments else []))


def _expansion() -> Expansion:
    found = Expansion()
    for part in odata.parts_of(odata.option("$expand") or ""):
        match, ids = ATTACHMENTS.fullmatch(part), extended_properties.expanded(part)
        if match is None and ids is None:
            raise not_implemented(f"$expand={part}")
        if not message_view.may_read_bodies():
            raise GraphError(
                403, "ErrorAccessDenied", "Access is denied. Check credentials and try again."
            )
        if match is not None:
            names = message_view.selected_of_attachments(match[1] or "")
            found = replace(found, attachments=names or message_view.ATTACHMENT_MEMBERS)
        else:
            found = replace(found, properties=ids or frozenset())
    return found


def _listed(row: Row, names: tuple[str, ...] | None, expanded: Expansion) -> dict[str, Any]:
    item = message_view.shown(row, names)
    if expanded.attachments:
        item["attachments"] = message_view.attachments(row, expanded.attachments)
    if expanded.properties:
        # A message that has none of them has no such member.
        found = extended_properties.shown(current_state(), row, expanded.properties)
        if found:
            item[extended_properties.MEMBER] = found
    return item


@below_mailbox(bp, "messages/<message_id>", "mailFolders/<folder_id>/messages/<message_id>")
@needs(delegated=READ, application=READ_APP)
def one_message(user: str | None, message_id: str, folder_id: str | None = None) -> Response:
    odata.refuse_unknown_options({"$select", "$expand"})
    owner = mailbox_of(user)
    names, expanded = message_view.selected(), _expansion()
    row = require_message(owner, message_id)
    if folder_id and require_folder(owner, folder_id)["id"] != row["folder_id"]:
        raise item_not_found()
    item = _listed(row, names, expanded)
    context = f"{where(owner)}/messages{odata.selection(expanded.with_selection(names))}/$entity"
    answer = odata.entity(item, context=context)
    answer.headers.update(preferences.applied())
    return answer


@below_mailbox(bp, "messages/<message_id>/$value")
@needs(delegated=READ_BODIES, application=READ_BODIES)
def message_source(user: str | None, message_id: str) -> Response:
    row = require_message(mailbox_of(user), message_id)
    return Response(store.raw(current_state(), row), content_type="text/plain")
