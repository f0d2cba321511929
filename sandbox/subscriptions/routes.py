"""/subscriptions: created after a handshake, renewed, ended."""

import re
import secrets
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import orjson
import requests
from flask import Blueprint, Response, g, jsonify, request

from sandbox import odata, preferences
from sandbox.access import needs, require_user
from sandbox.database import Row, State, current_state
from sandbox.errors import ControlRefused, GraphError, not_implemented
from sandbox.mail import folders
from sandbox.subscriptions import notifications, store

bp = Blueprint("subscriptions", __name__)
ANY = ("Mail.Read", "Mail.ReadBasic", "Mail.ReadBasic.All", "Mail.ReadWrite")
REFUSED = "Notification endpoint must respond with 200 OK to validation request."
MAX_SPAN = timedelta(minutes=10080)
MIN_SPAN = timedelta(minutes=45)
RESOURCE = re.compile(
    r"(?i)^/?(?:me|users/(?P<user>[^/]+)|users\('(?P<quoted>[^']+)'\))"
    r"(?:/mailFolders(?:\('(?P<folder>[^']+)'\)|/(?P<plain>[^/]+)))?/messages$"
)


@bp.post("/v1.0/subscriptions")
@needs(delegated=ANY, application=ANY)
def create() -> Response:
    state = current_state()
    asked = odata.json_body()
    _check(asked)
    owner, folder_id = _owner_and_folder(state, asked["resource"])
    expires_at = _expiry(state, asked["expirationDateTime"])
    _refuse_duplicate(state, asked, owner, folder_id)
    _validate_endpoint(asked["notificationUrl"])
    if asked.get("lifecycleNotificationUrl"):
        _validate_endpoint(asked["lifecycleNotificationUrl"])
    item = _item(asked, expires_at)
    store.save(
        state,
        {
            "id": item["id"],
            "oid": owner["id"],
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
    state: State, asked: dict[str, Any], owner: Row, folder_id: str | None
) -> None:
    """Refuse a second subscription of one application to the same resource and changes."""
    wanted = set(asked["changeType"].lower().split(","))
    for row in store.live(state):
        item = orjson.loads(row["item"])
        is_same = (row["oid"], row["folder_id"]) == (owner["id"], folder_id) and item[
            "applicationId"
        ] == g.caller.client_id
        if is_same and set(item["changeType"].lower().split(",")) == wanted:
            raise GraphError(
                409, "ExtensionError", "Subscription with the same resource already exists."
            )


def _owner_and_folder(state: State, resource: str) -> tuple[Row, str | None]:
    """Find the owner and folder of a resource. A delegated token may use its own mailbox only."""
    match = RESOURCE.match(resource)
    if match is None:
        raise GraphError(
            501, "NotImplemented", f"The resource {resource} is not part of the practice tenant."
        )
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
    reference = match["folder"] or match["plain"]
    if reference is None:
        return owner, None
    folder = folders.by_id(state, owner["id"], reference)
    if folder is None:
        raise GraphError(404, "ResourceNotFound", "The folder was not found.")
    return owner, str(folder["id"])


def _check(asked: dict[str, Any]) -> None:
    needed = ("changeType", "notificationUrl", "expirationDateTime", "resource")
    for name in (*needed, "clientState", "lifecycleNotificationUrl"):
        if name in needed and not asked.get(name):
            raise GraphError(400, "InvalidRequest", f"Missing required property {name}.")
        if not isinstance(asked.get(name) or "", str):
            raise GraphError(400, "InvalidRequest", f"{name} must be a string.")
    if asked.get("includeResourceData"):
        raise not_implemented("includeResourceData of a subscription")
    if set(asked["changeType"].lower().split(",")) - {"created", "updated", "deleted"}:
        raise GraphError(400, "InvalidRequest", "changeType has an unknown value.")
    if len(asked.get("clientState") or "") > 128:
        raise GraphError(400, "InvalidRequest", "clientState is longer than 128 characters.")
    for name in ("notificationUrl", "lifecycleNotificationUrl"):
        if asked.get(name) and not is_local(asked[name]):
            raise GraphError(
                400,
                "InvalidRequest",
                f"{name} is not on this computer, and the practice tenant calls nobody else.",
            )


def is_local(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    is_plain = not any(character <= " " or character == "\\" for character in address)
    own = ("localhost", "127.0.0.1", "::1")
    return is_plain and parts.scheme in ("http", "https") and parts.hostname in own


def _validate_endpoint(address: str) -> None:
    """Require the token back as text/plain within ten seconds."""
    token = f"Validation: Testing client application reachability {secrets.token_urlsafe(24)}"
    try:
        with requests.Session() as session:
            session.trust_env = False
            answer = session.post(
                address,
                params={"validationToken": token},
                headers={"Content-Type": "text/plain; charset=utf-8"},
                timeout=notifications.HANDSHAKE_SECONDS,
                verify=False,  # loopback only
                allow_redirects=False,
            )
        problem = None if _echoes(answer, token) else REFUSED
    except requests.RequestException:
        problem = "The operation has timed out."
    if problem:
        raise GraphError(
            400, "ValidationError", f"Subscription validation request failed. {problem}"
        )


def _echoes(answer: requests.Response, token: str) -> bool:
    is_plain = answer.headers.get("Content-Type", "").startswith("text/plain")
    return answer.status_code == 200 and answer.text == token and is_plain


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


def _expiry(state: State, text: str) -> str:
    """Read an expiry. It is raised to 45 minutes, and refused beyond 10,080."""
    try:
        remove_sent = datetime.fromisoformat(text)
        wanted = (
            remove_sent.replace(tzinfo=UTC)
            if remove_sent.tzinfo is None
            else remove_sent.astimezone(UTC)
        )
    except (ValueError, TypeError, OverflowError) as error:
        raise GraphError(400, "InvalidRequest", "expirationDateTime is no date.") from error
    if wanted <= state.now():
        raise GraphError(
            400, "InvalidRequest", "Subscription expiration date must be in the future."
        )
    if wanted > state.now() + MAX_SPAN + timedelta(minutes=1):
        raise GraphError(
            400,
            "InvalidRequest",
            "Subscription expiration can only be 10080 minutes in the future.",
        )
    return max(wanted, state.now() + MIN_SPAN).strftime("%Y-%m-%dT%H:%M:%S.0000000Z")


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
    expires_at = _expiry(state, str(odata.json_body().get("expirationDateTime", "")))
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
