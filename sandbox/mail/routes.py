"""Folders and messages below /me and /users/{id}: what is read."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Blueprint, Response

from sandbox import odata
from sandbox.access import mailbox_of, needs
from sandbox.database import Row, current_state
from sandbox.errors import GraphFault
from sandbox.mail import delta, folder_view, folders, preferences, search, store, view

bp = Blueprint("mail", __name__, url_prefix="/v1.0")
Rule = TypeVar("Rule", bound=Callable[..., Any])

READ = ("Mail.Read", "Mail.ReadBasic", "Mail.ReadWrite")
READ_APP = ("Mail.Read", "Mail.ReadBasic.All", "Mail.ReadWrite")
READ_BODIES = ("Mail.Read", "Mail.ReadWrite")
LIST_OPTIONS = {
    "$select", "$filter", "$top", "$skip", "$orderby", "$search", "$expand", "$count",
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
    odata.refuse_unknown_options({"$select", "$top", "$skip", "includehiddenfolders"})
    owner = mailbox_of(user)
    parent = folder_of(owner, folder_id)
    context = f"{where(owner)}/mailFolders('{folder_id}')/childFolders"
    return _folder_page(owner, parent["id"], context)


def _folder_page(owner: Row, parent_id: str, context: str) -> Response:
    state = current_state()
    with_hidden = (odata.option("includehiddenfolders") or "").lower() == "true"
    found = folders.children(state, owner["id"], parent_id, with_hidden=with_hidden)
    items = odata.filtered(folder_view.shown(state, folder) for folder in found)
    sample = folder_view.shown(state, found[0]) if found else {"id": ""}
    names = odata.selected(sample, kind="mailFolder") if found else None
    shown = [odata.project(item, names or tuple(sample)) for item in items]
    return odata.page(
        shown,
        context=context + odata.of(names),
        size=odata.top(default=10, most=1000),
        mark="$skip",
    )


@below_mailbox("mailFolders/delta", "mailFolders/delta()", "mailFolders/microsoft.graph.delta()")
@needs(delegated=READ, application=READ_APP)
def folder_delta(user: str | None) -> Response:
    odata.refuse_unknown_options({"$select", "$deltatoken", "$skiptoken", "$top"})
    owner = mailbox_of(user)
    return odata.answer(delta.folder_list(current_state(), owner["id"]))


@below_mailbox("mailFolders/<folder_id>")
@needs(delegated=READ, application=READ_APP)
def one_folder(user: str | None, folder_id: str) -> Response:
    odata.refuse_unknown_options({"$select"})
    owner = mailbox_of(user)
    item = folder_view.shown(current_state(), folder_of(owner, folder_id))
    names = odata.selected(item, kind="mailFolder")
    context = f"{where(owner)}/mailFolders{odata.of(names)}/$entity"
    return odata.entity(odata.project(item, names or tuple(item)), context=context)


@below_mailbox(
    "mailFolders/<folder_id>/messages/delta",
    "mailFolders/<folder_id>/messages/delta()",
    "mailFolders/<folder_id>/messages/microsoft.graph.delta()",
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
    context = f"{where(owner)}/mailFolders('{folder_id}')/messages"
    return _message_page(owner, folder["id"], context)


def _message_page(owner: Row, folder_id: str | None, context: str) -> Response:
    odata.refuse_unknown_options(LIST_OPTIONS)
    _refuse_combinations()
    rows = store.of_mailbox(current_state(), owner["id"], folder_id)
    query = odata.option("$search")
    if query:
        rows = search.found(rows, query)
    items = _ordered(odata.filtered([_listed(row) for row in rows]))
    names = _selected(items)
    shown = [project(item, names) for item in items]
    answer = odata.page(
        shown,
        context=context + odata.of(names),
        size=odata.top(default=10, most=1000),
        mark="$skip",
    )
    answer.headers.update(preferences.applied())
    return answer


def _listed(row: Row) -> dict[str, Any]:
    item = view.full(row)
    if "attachments" in (odata.option("$expand") or ""):
        item["attachments"] = view.attachments(row, with_content=False)
    return item


def _refuse_combinations() -> None:
    """$search stands alone, and $orderby starts with what $filter names."""
    if odata.option("$search") and (odata.option("$filter") or odata.option("$orderby")):
        raise GraphFault(
            400,
            "SearchWithFilter",
            "The query parameter '$search' is not supported with '$filter' or '$orderby'.",
        )
    filter_text, order = odata.option("$filter"), odata.option("$orderby")
    if filter_text and order:
        first = order.split(",")[0].split()[0]
        if not filter_text.strip().lower().startswith(first.lower()):
            raise GraphFault(
                400,
                "InefficientFilter",
                "The restriction or sort order is too complex for this operation.",
            )


def _ordered(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    order = odata.option("$orderby")
    if not order:
        return items
    for part in reversed(order.split(",")):
        name, _, direction = part.strip().partition(" ")
        items = sorted(
            items,
            key=lambda item: str(odata.value_at(item, name) or "").lower(),
            reverse=direction.strip().lower() == "desc",
        )
    return items


def _selected(items: list[dict[str, Any]]) -> tuple[str, ...] | None:
    if items:
        return odata.selected(items[0], kind="message")
    return tuple((odata.option("$select") or "").split(",")) if odata.option("$select") else None


def project(item: dict[str, Any], names: tuple[str, ...] | None) -> dict[str, Any]:
    """The selected members; without a selection all but the costly ones."""
    if names:
        return odata.project(item, (*names, "attachments"))
    return {k: v for k, v in item.items() if k not in view.DEFAULT_WITHOUT}


@below_mailbox("messages/<message_id>", "mailFolders/<folder_id>/messages/<message_id>")
@needs(delegated=READ, application=READ_APP)
def one_message(user: str | None, message_id: str, **_folder: str) -> Response:
    odata.refuse_unknown_options({"$select", "$expand"})
    owner = mailbox_of(user)
    item = _listed(message_of(owner, message_id))
    names = odata.selected(item, kind="message")
    context = f"{where(owner)}/messages{odata.of(names)}/$entity"
    answer = odata.entity(project(item, names), context=context)
    answer.headers.update(preferences.applied())
    return answer


@below_mailbox("messages/<message_id>/$value")
@needs(delegated=READ_BODIES, application=READ_BODIES)
def message_source(user: str | None, message_id: str) -> Response:
    row = message_of(mailbox_of(user), message_id)
    return Response(row["raw"], content_type="text/plain")


@below_mailbox("messages/<message_id>/attachments")
@needs(delegated=READ_BODIES, application=READ_BODIES)
def list_attachments(user: str | None, message_id: str) -> Response:
    odata.refuse_unknown_options({"$select", "$top", "$skip", "$count"})
    owner = mailbox_of(user)
    items = view.attachments(message_of(owner, message_id), with_content=True)
    names = odata.selected(items[0], kind="attachment") if items else None
    shown = [odata.project(item, names or tuple(item)) for item in items]
    context = f"{where(owner)}/messages('{message_id}')/attachments{odata.of(names)}"
    return odata.page(shown, context=context, size=odata.top(default=10, most=100), mark="$skip")


@below_mailbox("messages/<message_id>/attachments/<attachment_id>")
@needs(delegated=READ_BODIES, application=READ_BODIES)
def one_attachment(user: str | None, message_id: str, attachment_id: str) -> Response:
    odata.refuse_unknown_options({"$select", "$expand"})
    owner = mailbox_of(user)
    row = message_of(owner, message_id)
    found = view.attachment_content(row, attachment_id)
    if found is None:
        raise not_found()
    item = view.attachments(row, with_content=True)[found[1]]
    names = odata.selected(item, kind="attachment")
    context = f"{where(owner)}/messages('{message_id}')/attachments/$entity"
    return odata.entity(odata.project(item, names or tuple(item)), context=context)


@below_mailbox("messages/<message_id>/attachments/<attachment_id>/$value")
@needs(delegated=READ_BODIES, application=READ_BODIES)
def attachment_bytes(user: str | None, message_id: str, attachment_id: str) -> Response:
    found = view.attachment_content(message_of(mailbox_of(user), message_id), attachment_id)
    if found is None:
        raise not_found()
    return Response(found[0].content, content_type=found[0].content_type)
