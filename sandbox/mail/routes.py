"""Folders and messages below /me and /users/{id}: what is read."""

import re
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import quote

from flask import Blueprint, Response

from sandbox import odata, preferences
from sandbox.access import mailbox_of, needs
from sandbox.database import Row, current_state
from sandbox.errors import GraphFault, not_built
from sandbox.mail import (
    delta,
    folder_delta,
    folder_resource,
    folders,
    message_list,
    message_view,
    store,
)

bp = Blueprint("mail", __name__, url_prefix="/v1.0")
Rule = TypeVar("Rule", bound=Callable[..., Any])

READ = ("Mail.Read", "Mail.ReadBasic", "Mail.ReadWrite")
READ_APP = ("Mail.Read", "Mail.ReadBasic.All", "Mail.ReadWrite")
READ_BODIES = ("Mail.Read", "Mail.ReadWrite")
LIST_OPTIONS = {
    "$select", "$filter", "$top", "$skip", "$orderby", "$search", "$expand", "$count",
    "$skiptoken",
}  # fmt: skip
DELTA_OPTIONS = {
    "$select", "$filter", "$top", "$orderby", "changetype", "$skiptoken", "$deltatoken",
}  # fmt: skip


def below_mailbox(*paths: str, methods: tuple[str, ...] = ("GET",)) -> Callable[[Rule], Rule]:
    """The same view under /me and /users/{id}; `user` is None for the first."""

    def decorate(function: Rule) -> Rule:
        for path in paths:
            bp.add_url_rule(
                f"/me/{path}", view_func=function, methods=methods, defaults={"user": None}
            )
            bp.add_url_rule(f"/users/<user>/{path}", view_func=function, methods=methods)
        return function

    return decorate


def folder_of(owner: Row, reference: str) -> Row:
    folder = folders.by_id(current_state(), owner["id"], reference)
    if folder is None:
        raise not_found()
    return folder


def message_of(owner: Row, message_id: str) -> Row:
    row = store.message(current_state(), owner["id"], message_id)
    if row is None:
        raise not_found()
    return row


def not_found() -> GraphFault:
    return GraphFault(404, "ErrorItemNotFound", "The specified object was not found in the store.")


def where(owner: Row) -> str:
    return f"users('{owner['id']}')"


def key(name: str) -> str:
    """A key within a context address."""
    return f"('{quote(name, safe='')}')"


@below_mailbox("mailFolders")
@needs(delegated=READ, application=READ_APP)
def list_folders(user: str | None) -> Response:
    odata.refuse_unknown_options(
        {"$select", "$top", "$skip", "$filter", "$count", "includehiddenfolders"}
    )
    owner = mailbox_of(user)
    root = folders.folder_id(owner["id"], "msgfolderroot")
    return _folder_page(owner, root, f"{where(owner)}/mailFolders")


@below_mailbox("mailFolders/<folder_id>/childFolders")
@needs(delegated=READ, application=READ_APP)
def list_child_folders(user: str | None, folder_id: str) -> Response:
    odata.refuse_unknown_options(
        {"$select", "$top", "$skip", "$filter", "$count", "includehiddenfolders"}
    )
    owner = mailbox_of(user)
    parent = folder_of(owner, folder_id)
    context = f"{where(owner)}/mailFolders{key(folder_id)}/childFolders"
    return _folder_page(owner, parent["id"], context)


def _folder_page(owner: Row, parent_id: str, context: str) -> Response:
    state = current_state()
    with_hidden = (odata.option("includehiddenfolders") or "").lower() == "true"
    found = folders.children(state, owner["id"], parent_id, with_hidden=with_hidden)
    items = odata.filtered(folder_resource.shown(state, folder) for folder in found)
    names = odata.selected(folder_resource.MEMBERS, kind="mailFolder")
    return odata.page(
        [odata.project(item, names or folder_resource.MEMBERS) for item in items],
        context=context + odata.of(names),
        size=odata.top(default=10, most=1000),
        mark="$skip",
    )


@below_mailbox("mailFolders/delta", "mailFolders/delta()")
@needs(delegated=READ, application=READ_APP)
def changes_of_folders(user: str | None) -> Response:
    odata.refuse_unknown_options({"$select", "$deltatoken", "$skiptoken", "$top"})
    owner = mailbox_of(user)
    answer = odata.answer(folder_delta.page(current_state(), owner["id"]))
    answer.headers.update(preferences.applied())
    return answer


@below_mailbox("mailFolders/<folder_id>")
@needs(delegated=READ, application=READ_APP)
def one_folder(user: str | None, folder_id: str) -> Response:
    odata.refuse_unknown_options({"$select"})
    owner = mailbox_of(user)
    item = folder_resource.shown(current_state(), folder_of(owner, folder_id))
    names = odata.selected(folder_resource.MEMBERS, kind="mailFolder")
    context = f"{where(owner)}/mailFolders{odata.of(names)}/$entity"
    return odata.entity(odata.project(item, names or folder_resource.MEMBERS), context=context)


@below_mailbox(
    "mailFolders/<folder_id>/messages/delta",
    "mailFolders/<folder_id>/messages/delta()",
)
@needs(delegated=READ, application=READ_APP)
def message_delta(user: str | None, folder_id: str) -> Response:
    odata.refuse_unknown_options(DELTA_OPTIONS)
    owner = mailbox_of(user)
    page = delta.messages(current_state(), folder_of(owner, folder_id))
    answer = odata.answer(page)
    answer.headers.update(preferences.applied())
    return answer


@below_mailbox("messages")
@needs(delegated=READ, application=READ_APP)
def list_messages(user: str | None) -> Response:
    owner = mailbox_of(user)
    return _message_page(owner, None, f"{where(owner)}/messages")


@below_mailbox("mailFolders/<folder_id>/messages")
@needs(delegated=READ, application=READ_APP)
def list_folder_messages(user: str | None, folder_id: str) -> Response:
    owner = mailbox_of(user)
    folder = folder_of(owner, folder_id)
    context = f"{where(owner)}/mailFolders{key(folder_id)}/messages"
    return _message_page(owner, folder["id"], context)


def _message_page(owner: Row, folder_id: str | None, context: str) -> Response:
    odata.refuse_unknown_options(LIST_OPTIONS)
    names = message_view.selected()
    expanded = expansion()
    size = odata.top(default=10, most=1000)
    rows, start, total, mark = message_list.wanted(owner, folder_id, size)
    answer = odata.part(
        [_listed(row, names, expanded) for row in rows],
        context=context + odata.of(_with(names, expanded)),
        start=start,
        total=total,
        mark=mark,
    )
    answer.headers.update(preferences.applied())
    return answer


def expansion() -> tuple[str, ...] | None:
    """The selected members of $expand=attachments, all when none is named; None without it."""
    text = odata.option("$expand")
    if not text:
        return None
    match = re.fullmatch(r"(?i)attachments(?:\(\$select=([\w,\s]+)\))?", text.strip())
    if match is None:
        raise not_built(f"$expand={text}")
    if not message_view.may_read_bodies():
        raise GraphFault(
            403, "ErrorAccessDenied", "Access is denied. Check credentials and try again."
        )
    names = odata.selected(message_view.ATTACHMENT_MEMBERS, kind="attachment", text=match[1] or "")
    return names or message_view.ATTACHMENT_MEMBERS


def _with(names: tuple[str, ...] | None, expanded: tuple[str, ...] | None) -> tuple[str, ...]:
    """What the context of an answer names in parentheses."""
    inner = "" if expanded in (None, message_view.ATTACHMENT_MEMBERS) else ",".join(expanded or ())
    return (*(names or ()), *([f"attachments({inner})"] if expanded else []))


def _listed(
    row: Row, names: tuple[str, ...] | None, expanded: tuple[str, ...] | None
) -> dict[str, Any]:
    item = message_view.shown(row, names)
    if expanded:
        item["attachments"] = message_view.attachments(row, expanded)
    return item


@below_mailbox("messages/<message_id>", "mailFolders/<folder_id>/messages/<message_id>")
@needs(delegated=READ, application=READ_APP)
def one_message(user: str | None, message_id: str, folder_id: str | None = None) -> Response:
    odata.refuse_unknown_options({"$select", "$expand"})
    owner = mailbox_of(user)
    names, expanded = message_view.selected(), expansion()
    row = message_of(owner, message_id)
    if folder_id and folder_of(owner, folder_id)["id"] != row["folder_id"]:
        raise not_found()
    item = _listed(row, names, expanded)
    context = f"{where(owner)}/messages{odata.of(_with(names, expanded))}/$entity"
    answer = odata.entity(item, context=context)
    answer.headers.update(preferences.applied())
    return answer


@below_mailbox("messages/<message_id>/$value")
@needs(delegated=READ_BODIES, application=READ_BODIES)
def message_source(user: str | None, message_id: str) -> Response:
    row = message_of(mailbox_of(user), message_id)
    return Response(store.raw(current_state(), row), content_type="text/plain")
