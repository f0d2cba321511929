"""Mail folders below /me and /users/{id}."""

from flask import Blueprint, Response

from sandbox import odata, preferences
from sandbox.access import mailbox_of, needs
from sandbox.database import Row, current_state
from sandbox.errors import GraphError, not_implemented
from sandbox.mail import folder_delta, folder_resource, folders
from sandbox.mail.lookup import require_folder
from sandbox.mailbox_paths import below_mailbox, key, where

bp = Blueprint("mail_folders", __name__, url_prefix="/v1.0")

READ = ("Mail.Read", "Mail.ReadBasic", "Mail.ReadWrite")
READ_APP = ("Mail.Read", "Mail.ReadBasic.All", "Mail.ReadWrite")

WRITE = ("Mail.ReadWrite",)


@below_mailbox(bp, "mailFolders")
@needs(delegated=READ, application=READ_APP)
def list_folders(user: str | None) -> Response:
    odata.refuse_unknown_options(
        {"$select", "$top", "$skip", "$filter", "$count", "$expand", "includehiddenfolders"}
    )
    owner = mailbox_of(user)
    root = folders.folder_id(owner["id"], "msgfolderroot")
    return _folder_page(owner, root, f"{where(owner)}/mailFolders")


@below_mailbox(bp, "mailFolders/<folder_id>/childFolders")
@needs(delegated=READ, application=READ_APP)
def list_child_folders(user: str | None, folder_id: str) -> Response:
    odata.refuse_unknown_options(
        {"$select", "$top", "$skip", "$filter", "$count", "$expand", "includehiddenfolders"}
    )
    owner = mailbox_of(user)
    parent = require_folder(owner, folder_id)
    context = f"{where(owner)}/mailFolders{key(folder_id)}/childFolders"
    return _folder_page(owner, parent["id"], context)


def _folder_page(owner: Row, parent_id: str, context: str) -> Response:
    state = current_state()
    with_hidden = (odata.option("includehiddenfolders") or "").lower() == "true"
    found = folders.children(state, owner["id"], parent_id, with_hidden=with_hidden)
    items = odata.filtered(folder_resource.shown(state, folder) for folder in found)
    names = odata.selected(folder_resource.MEMBERS, kind="mailFolder")
    return odata.page(
        _with_children(
            [odata.project(item, names or folder_resource.MEMBERS) for item in items], owner
        ),
        context=context + odata.selection(names),
        size=odata.top(default=10, limit=1000),
        mark="$skip",
    )


def _with_children(items: list[odata.Item], owner: Row) -> list[odata.Item]:
    """Add what $expand=childFolders asks for."""
    text = (odata.option("$expand") or "").lower()
    if not text:
        return items
    if text != "childfolders":
        raise not_implemented(f"$expand={text}")
    state = current_state()
    return [
        item
        | {
            "childFolders": [
                folder_resource.shown(state, child)
                for child in folders.children(state, owner["id"], item["id"], with_hidden=False)
            ]
        }
        for item in items
    ]


@below_mailbox(bp, "mailFolders", "mailFolders/<folder_id>/childFolders", methods=("POST",))
@needs(delegated=WRITE, application=WRITE)
def create_folder(user: str | None, folder_id: str = "msgfolderroot") -> Response:
    owner, state = mailbox_of(user), current_state()
    parent = require_folder(owner, folder_id)
    name = str(odata.json_body().get("displayName") or "").strip()
    if not name:
        raise GraphError(400, "ErrorInvalidRequest", "displayName is missing.")
    present = folders.children(state, owner["id"], parent["id"], with_hidden=True)
    if name.lower() in {one["name"].lower() for one in present}:
        raise GraphError(
            409, "ErrorFolderExists", "A folder with the specified name already exists."
        )
    with state.write():
        row = folders.create(state, owner["id"], parent["id"], name)
    context = odata.context_address(f"{where(owner)}/mailFolders/$entity")
    return odata.answer({"@odata.context": context, **folder_resource.shown(state, row)}, 201)


@below_mailbox(bp, "mailFolders/<folder_id>", methods=("DELETE",))
@needs(delegated=WRITE, application=WRITE)
def delete_folder(user: str | None, folder_id: str) -> Response:
    owner, state = mailbox_of(user), current_state()
    folder = require_folder(owner, folder_id)
    if folder["well_known"]:
        raise GraphError(
            400, "ErrorDeleteDistinguishedFolder", "Distinguished folders cannot be deleted."
        )
    with state.write():
        folders.remove(state, folder)
    return Response(status=204)


@below_mailbox(bp, "mailFolders/delta", "mailFolders/delta()")
@needs(delegated=READ, application=READ_APP)
def changes_of_folders(user: str | None) -> Response:
    odata.refuse_unknown_options({"$select", "$deltatoken", "$skiptoken", "$top"})
    owner = mailbox_of(user)
    answer = odata.answer(folder_delta.page(current_state(), owner["id"]))
    answer.headers.update(preferences.applied())
    return answer


@below_mailbox(bp, "mailFolders/<folder_id>")
@needs(delegated=READ, application=READ_APP)
def one_folder(user: str | None, folder_id: str) -> Response:
    odata.refuse_unknown_options({"$select"})
    owner = mailbox_of(user)
    item = folder_resource.shown(current_state(), require_folder(owner, folder_id))
    names = odata.selected(folder_resource.MEMBERS, kind="mailFolder")
    context = f"{where(owner)}/mailFolders{odata.selection(names)}/$entity"
    return odata.entity(odata.project(item, names or folder_resource.MEMBERS), context=context)
