"""/subscriptions: created after a handshake, renewed, ended."""

import re
import uuid
from http import HTTPStatus
from typing import Any

import orjson
from flask import Blueprint, Response, g, jsonify, request

from sandbox import odata, preferences, quirks
from sandbox.access import needs, require_open_mailbox, require_user
from sandbox.database import Row, State, current_state
from sandbox.errors import ControlRefused, GraphError
from sandbox.mail import folders
from sandbox.subscriptions import notifications, store, validation

bp = Blueprint("subscriptions", __name__)
OF_MAIL = ("Mail.Read", "Mail.ReadBasic", "Mail.ReadBasic.All", "Mail.ReadWrite")
OF_EVENTS = ("Calendars.Read", "Calendars.ReadBasic", "Calendars.ReadWrite")
ANY = (*OF_MAIL, *OF_EVENTS)
PERMISSIONS = {store.MESSAGES: OF_MAIL, store.EVENTS: OF_EVENTS}
RESOURCE = re.compile(
    r"(?i)^/?(?:me|users/(?P<user>[^/]+)|users\('(?P<quoted>[^']+)'\))"
    r"(?:(?:/mailFolders(?:\('(?P<folder>[^']+)'\)|/(?P<plain>[^/]+)))?/messages"
    r"|/(?P<events>events))$"
)
GROUP_EVENTS = re.compile(r"(?i)^/?groups\W[^/]+/(events|calendar)")


@bp.post("/v1.0/subscriptions")
@needs(delegated=ANY, application=ANY)
def create() -> Response:
    state = current_state()
    asked = odata.json_body()
    validation.check(asked)
    match = _resource(asked["resource"])
    what = store.EVENTS if match["events"] else store.MESSAGES
    _require_permission(what)
    owner, folder_id = _owner_and_folder(state, match)
    expires_at = validation.expiry(state, asked["expirationDateTime"])
    _refuse_duplicate(state, asked, owner, (what, folder_id))
    validation.require_handshake(asked["notificationUrl"])
    if asked.get("lifecycleNotificationUrl"):
        validation.require_handshake(asked["lifecycleNotificationUrl"])
    item = _item(asked, expires_at)
    store.save(
        state,
        {
            "id": item["id"],
            "oid": owner["id"],
            "what": what,
            "folder_id": folder_id,
            "item": orjson.dumps(item).decode(),
            "client_state": asked.get("clientState"),
            "expires_at": item["expirationDateTime"],
            "immutable_ids": int(preferences.wants_immutable_ids()),
        },
    )
    context = odata.context_address("subscriptions/$entity")
    shown = item | {"clientState": asked.get("clientState")}
    return odata.answer({"@odata.context": context, **shown}, 201)


def _refuse_duplicate(
    state: State, asked: dict[str, Any], owner: Row, place: tuple[str, str | None]
) -> None:
    """Refuse a second subscription of one application to the same resource and changes."""
    wanted = set(asked["changeType"].lower().split(","))
    target = (owner["id"], *place, g.caller.client_id)
    for row in store.live(state):
        item = orjson.loads(row["item"])
        known = (row["oid"], row["what"], row["folder_id"], item["applicationId"])
        is_same = known == target
        if is_same and set(item["changeType"].lower().split(",")) == wanted:
            raise GraphError(
                409, "ExtensionError", "Subscription with the same resource already exists."
            )


def _resource(resource: str) -> re.Match[str]:
    """Read a resource. Groups have no notifications of their events."""
    match = RESOURCE.match(resource)
    if match is None and GROUP_EVENTS.match(resource):
        raise GraphError(400, "InvalidRequest", f"Resource '{resource}' is not supported.")
    if match is None:
        raise GraphError(
            501, "NotImplemented", f"The resource {resource} is not part of the practice tenant."
        )
    return match


def _require_permission(what: str) -> None:
    if not set(PERMISSIONS[what]) & g.caller.permissions:
        raise GraphError(
            403,
            "ExtensionError",
            "Operation: Create; Exception: [Status Code: Forbidden; Reason: Access is denied.]",
        )


def _owner_and_folder(state: State, match: re.Match[str]) -> tuple[Row, str | None]:
    """Find the owner and folder of a resource. A delegated token may use its own mailbox only."""
    name = match["user"] or match["quoted"] or g.caller.oid
    if name is None:
        raise GraphError(400, "BadRequest", "/me needs a delegated token.")
    owner = require_user(name)
    if g.caller.kind == "person" and owner["id"] != g.caller.oid:
        raise GraphError(
            403,
            "ExtensionError",
            "Operation: Create; Exception: [Status Code: Forbidden; Reason: Access is denied.]",
        )
    _require_mailbox(state, owner)
    reference = match["folder"] or match["plain"]
    if reference is None:
        return owner, None
    folder = folders.by_id(state, owner["id"], reference)
    if folder is None:
        raise GraphError(404, "ResourceNotFound", "The folder was not found.")
    return owner, str(folder["id"])


def _require_mailbox(state: State, owner: Row) -> None:
    """Refuse a closed mailbox with Exchange's own refusal inside that of the subscriptions."""
    if not quirks.WRAPPED_ERRORS.is_on(state):
        return
    try:
        require_open_mailbox(state, owner)
    except GraphError as cause:
        status = HTTPStatus(cause.status).phrase.replace(" ", "")
        inner = f"[Status Code: {status}; Reason: {cause.message}]"
        raise GraphError(403, "ExtensionError", f"Operation: Create; Exception: {inner}") from cause


def _item(asked: dict[str, Any], expires_at: str) -> dict[str, Any]:
    return {
        "id": str(uuid.uuid4()),
        "resource": asked["resource"],
        "applicationId": g.caller.client_id,
        "changeType": asked["changeType"],
        "clientState": None,
        "notificationUrl": asked["notificationUrl"],
        "notificationQueryOptions": None,
        "lifecycleNotificationUrl": asked.get("lifecycleNotificationUrl"),
        "expirationDateTime": expires_at,
        "creatorId": g.caller.oid or g.caller.client_id,
        "includeResourceData": None,
        "latestSupportedTlsVersion": asked.get("latestSupportedTlsVersion") or "v1_2",
        "encryptionCertificate": None,
        "encryptionCertificateId": None,
        "notificationUrlAppId": None,
    }


@bp.get("/v1.0/subscriptions")
@needs(delegated=ANY, application=ANY)
def list_all() -> Response:
    rows = [row for row in store.live(current_state()) if _is_callers(row)]
    items = [orjson.loads(row["item"]) for row in rows]
    return odata.page(items, context="subscriptions", size=100, mark="$skiptoken")


def _is_callers(row: Row) -> bool:
    creator = orjson.loads(row["item"])["creatorId"]
    return bool(creator == (g.caller.oid or g.caller.client_id))


def _own(subscription_id: str) -> Row:
    row = store.one(current_state(), subscription_id)
    if row is None or not _is_callers(row):
        raise GraphError(404, "ResourceNotFound", "The object was not found.")
    return row


@bp.get("/v1.0/subscriptions/<subscription_id>")
@needs(delegated=ANY, application=ANY)
def one(subscription_id: str) -> Response:
    item = orjson.loads(_own(subscription_id)["item"])
    return odata.entity(item, context="subscriptions/$entity")


@bp.patch("/v1.0/subscriptions/<subscription_id>")
@needs(delegated=ANY, application=ANY)
def renew(subscription_id: str) -> Response:
    row = _own(subscription_id)
    state = current_state()
    expires_at = validation.expiry(state, str(odata.json_body().get("expirationDateTime", "")))
    item = orjson.loads(row["item"]) | {"expirationDateTime": expires_at}
    store.renew(state, row, expires_at, item)
    return odata.entity(item, context="subscriptions/$entity")


@bp.post("/v1.0/subscriptions/<subscription_id>/reauthorize")
@needs(delegated=ANY, application=ANY)
def reauthorize(subscription_id: str) -> Response:
    _own(subscription_id)
    return Response(status=204)


@bp.delete("/v1.0/subscriptions/<subscription_id>")
@needs(delegated=ANY, application=ANY)
def end(subscription_id: str) -> Response:
    store.end(current_state(), _own(subscription_id)["id"])
    return Response(status=204)


@bp.post("/_sandbox/subscriptions/<subscription_id>/lifecycle")
def lifecycle(subscription_id: str) -> Response:
    """Control: send a lifecycle event now."""
    state = current_state()
    row = store.one(state, subscription_id)
    if row is None:
        raise ControlRefused(f"There is no subscription {subscription_id}.", 404)
    event = (request.get_json(force=True, silent=True) or {}).get("lifecycleEvent")
    if event not in notifications.EVENTS:
        raise ControlRefused(f"lifecycleEvent is one of {', '.join(notifications.EVENTS)}.")
    notifications.lifecycle(state, row, event)
    return jsonify(ok=True)
