"""Leaving for Microsoft: to sign in, to accept an invitation, to connect, to consent."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request
from flask import url_for as url
from werkzeug.wrappers import Response as AnyResponse

from portal.clock import utc_now
from portal.errors import Conflict
from portal.flows import departure, single_use
from portal.flows.models import Flow, FlowKind
from portal.flows.single_use import new_flow
from portal.microsoft365 import authorization_store, authorizations, status
from portal.microsoft365 import store as connections
from portal.microsoft365.flash_texts import ConsentFlash
from portal.microsoft365.models import Connection
from portal.microsoft365.permissions import Feature, explained, explained_for_all, scopes_needed
from portal.storage import platforms
from portal.storage.platforms import Platform
from portal.users import invitations, store
from portal.users.models import User
from portal.web import browser_zones
from portal.web.access import admin_only, public, signed_in
from portal.web.current import current_user, services
from portal.web.flashes import tell
from portal.web.limits import limit, limit_departures
from portal.web.proof.fresh_sign_in import (
    CONFIRM,
    confirms_for,
    place_after_proof,
    require_fresh_sign_in,
)
from portal.web.security import session_hash, session_hashes, wished_place

bp = Blueprint("departures", __name__)
SETTINGS = "microsoft365.settings"
INTEGRATION = "integrations.microsoft_365"
COMPOSER = "composer.write"
ADDITION = "group_calendar_additions.new"
CALENDAR = "availability.page"
INTERVIEW = "interview_plan.new"
EMAIL_SETTINGS = "email_settings.settings"
ID = re.compile(r"[A-Za-z0-9_-]{1,40}")
Place = tuple[str, dict[str, Any]]
NOTHING: Mapping[str, Any] = MappingProxyType({})


@bp.post("/signin/microsoft")
@public
def sign_in() -> Response:
    limit_departures()
    browser_zones.note()
    return _signing_in(new_flow(FlowKind.SIGN_IN, wished=wished_place()))


@bp.post("/signin/confirmation/microsoft")
@signed_in
def confirm_identity() -> Response:
    """Microsoft is asked to make sure that it is really this person."""
    limit(f"confirm:{current_user.id}", hits=20, seconds=600)
    user = store.user(services.rows, current_user.id)
    flow = new_flow(FlowKind.CONFIRMATION, user_id=user.id, wished=(place_after_proof(), {}))
    return _signing_in(flow, person=user)


@bp.post("/invitations/<token>")
@public
def accept_invitation(token: str) -> Response:
    limit_departures()
    invitation = invitations.require_open(services.rows, token, utc_now())
    home: Place = ("users.home", {})
    browser_zones.note()
    return _signing_in(new_flow(FlowKind.INVITATION, invitation_id=invitation.id, wished=home))


def _signing_in(flow: Flow, *, person: User | None = None) -> Response:
    """The page before Microsoft, which goes on automatically: nothing has to be decided."""
    _require_sign_in_with_microsoft()
    address = departure.sign_in_address(
        services,
        flow,
        session_hash=session_hash(),
        now=utc_now(),
        login_hint=(person.user_name or person.address) if person else None,
        must_prove=person is not None,
    )
    home: Place = ("users.home", {})
    back: Place = (CONFIRM, confirms_for(flow.wished_endpoint)) if person is not None else home
    response = make_response(_leaving_page(flow, address, back=back))
    response.headers["Refresh"] = f"1; url={address}"
    return response


def _require_sign_in_with_microsoft() -> None:
    if platforms.enabled(services.rows) is not Platform.MICROSOFT_365:
        raise Conflict("Microsoft 365 is not enabled, so nobody signs in with Microsoft.")
    if not services.microsoft365.is_configured:
        raise Conflict(
            "This portal does not know its Microsoft 365 application yet. An administrator enters "
            "it under Integrations or in the settings of the server."
        )


def _leaving_page(flow: Flow, address: str, *, back: Place) -> str:
    is_connecting = flow.kind in departure.FLOWS_TO_CONNECT
    return render_template(
        "flows/leaving.html",
        address=address,
        state=departure.state_in(address) if is_connecting else "",
        permissions=explained(departure.asked_for(services.rows, flow)),
        back=url(back[0], **back[1]),
    )


@bp.post("/settings/microsoft-365/connect")
@signed_in
def connect() -> str | AnyResponse:
    limit(f"connect:{current_user.id}", hits=20, seconds=600)
    hindrance = status.in_the_way(services.rows, is_configured=services.microsoft365.is_configured)
    if hindrance:
        tell(ConsentFlash.HINDERED.of(reason=hindrance))
        return redirect(url(SETTINGS), 303)
    connection = connections.connection_of(services.rows, current_user.id)
    chooses = request.form.get("account") == "other"
    hint = None if chooses else _hint(connection)
    # The person that user sync reads the directory by keeps that permission on reconnecting.
    authorizes = authorization_store.authorized_by(services.rows) == current_user.id
    kind = FlowKind.USER_SYNC if authorizes and current_user.is_admin else FlowKind.CONNECT
    return _connecting(kind, hint=hint, place=(SETTINGS, {}))


@bp.post("/settings/microsoft-365/cancellation")
@signed_in
def cancel() -> AnyResponse:
    """Forget a flow that the person gave up, and show the page where it began."""
    place = single_use.give_up(
        services.rows, state=request.form.get("state", ""), session_hashes=session_hashes()
    )
    endpoint, arguments = place or (SETTINGS, {})
    return redirect(url(endpoint, **arguments), 303)


@bp.post("/admin/integrations/microsoft-365/user-sync/authorization")
@admin_only
def authorize_user_sync() -> str:
    limit(f"connect:{current_user.id}", hits=20, seconds=600)
    if platforms.enabled(services.rows) is not Platform.MICROSOFT_365:
        raise Conflict("Microsoft 365 is not enabled. Enable it first.")
    _require_application()
    connection = connections.connection_of(services.rows, current_user.id)
    return _connecting(FlowKind.USER_SYNC, hint=_hint(connection), place=(INTEGRATION, {}))


@bp.post("/settings/microsoft-365/sending")
@signed_in
def connect_to_send() -> str | AnyResponse:
    """Ask for the right to send when somebody first writes. They come back to the same page."""
    return _connecting_for(FlowKind.SENDING, _place_of_sender())


@bp.post("/settings/microsoft-365/group-calendars")
@signed_in
def connect_to_schedule() -> str | AnyResponse:
    """Ask a member for the right to open group calendars, once one was added."""
    _require_scheduling()
    return _connecting_for(FlowKind.GROUP_CALENDARS, (SETTINGS, {}))


def _require_scheduling() -> None:
    """Refuse to ask a person for a permission that Portal would not use."""
    if Feature.GROUP_CALENDARS in authorizations.features_needed(services.rows, current_user.id):
        return
    _require_colleague()
    raise Conflict("Portal has no group calendar, so it does not ask you for this permission.")


def _require_colleague() -> None:
    if authorization_store.is_limited(services.rows, current_user.id):
        raise Conflict("Limited people do not schedule, so Portal does not ask for this.")


@bp.post("/admin/integrations/microsoft-365/group-calendars/connection")
@admin_only
def connect_to_add_calendar() -> str | AnyResponse:
    """Ask an administrator for the same right, to add a calendar. They come back to add it."""
    return _connecting_for(FlowKind.GROUP_CALENDARS, (ADDITION, {}))


@bp.post("/settings/microsoft-365/calendar")
@signed_in
def connect_calendar() -> str | AnyResponse:
    """Ask for the right to read the person's own calendar. They come back to its page."""
    return _connecting_for(FlowKind.AVAILABILITY, (CALENDAR, {}))


@bp.post("/settings/microsoft-365/interviews")
@signed_in
def connect_to_organize(kept: Mapping[str, Any] = NOTHING) -> str | AnyResponse:
    """Ask for what an organizer needs on their own calendar, when they first schedule.

    They come back to the form with the fields `kept`.
    """
    _require_colleague()
    return _connecting_for(FlowKind.INTERVIEWS, _place_of_scheduler(kept))


@bp.post("/settings/microsoft-365/group-interviews")
@signed_in
def connect_to_organize_on_group(kept: Mapping[str, Any] = NOTHING) -> str | AnyResponse:
    """Ask for what an organizer needs on a group calendar, Teams meetings included."""
    _require_scheduling()
    return _connecting_for(FlowKind.GROUP_INTERVIEWS, _place_of_scheduler(kept))


@bp.post("/settings/microsoft-365/without-scheduling")
@signed_in
def connect_without_scheduling() -> str | AnyResponse:
    """Connect where nobody has approved group calendars yet: mail does not have to wait."""
    return _connecting_for(FlowKind.WITHOUT_SCHEDULING, (SETTINGS, {}))


def _connecting_for(kind: FlowKind, place: Place) -> str | AnyResponse:
    limit(f"connect:{current_user.id}", hits=20, seconds=600)
    hindrance = status.in_the_way(services.rows, is_configured=services.microsoft365.is_configured)
    if hindrance:
        tell(ConsentFlash.HINDERED.of(reason=hindrance))
        return redirect(url(place[0], **place[1]), 303)
    connection = connections.connection_of(services.rows, current_user.id)
    return _connecting(kind, hint=_hint(connection), place=place)


def _place_of_sender() -> Place:
    """The page whose button was pressed: the composer with its draft, or that of an alias."""
    if candidate_id := _id("candidate_id"):
        draft = {name: _id(name) for name in ("answers", "repeats")}
        return COMPOSER, {"candidate_id": candidate_id, **draft}
    if account_id := _id("account_of_alias"):
        shared = {} if account_id == current_user.id else {"mailbox_account": account_id}
        return EMAIL_SETTINGS, {**shared, "_anchor": "aliases"}
    return SETTINGS, {}


def _place_of_scheduler(kept: Mapping[str, Any]) -> Place:
    """The interview that the person was about to schedule, or their settings."""
    if candidate_id := _id("candidate_id"):
        return INTERVIEW, {**kept, "candidate_id": candidate_id}
    return SETTINGS, {}


def _id(field: str) -> str | None:
    """An id that the form names, or None for anything else in its place."""
    written = request.form.get(field, "")
    return written if ID.fullmatch(written) else None


def _hint(connection: Connection | None) -> str:
    """The user name at Microsoft, which need not be the address."""
    known = connection.address if connection else current_user.address
    return current_user.user_name or known


def _require_application() -> None:
    if not services.microsoft365.is_configured:
        raise Conflict("The application is not entered yet. Enter it under Application first.")


def _connecting(kind: FlowKind, *, hint: str | None, place: Place) -> str:
    """The page that names what is asked for; the person comes back to `place`."""
    flow = new_flow(kind, user_id=current_user.id, wished=place)
    address = departure.sign_in_address(
        services, flow, session_hash=session_hash(), now=utc_now(), login_hint=hint
    )
    return _leaving_page(flow, address, back=place)


@bp.post("/admin/integrations/microsoft-365/consent")
@admin_only
def ask_consent() -> str:
    require_fresh_sign_in("Ask Microsoft for your organization's consent?", back=INTEGRATION)
    limit(f"consent:{current_user.id}", hits=20, seconds=600)
    if platforms.enabled(services.rows) is not Platform.MICROSOFT_365:
        raise Conflict("Microsoft 365 is not enabled. Enable it first, then connect it.")
    _require_application()
    flow = new_flow(FlowKind.CONSENT, user_id=current_user.id)
    address = departure.consent_address(services, flow, session_hash=session_hash(), now=utc_now())
    return render_template(
        "flows/leaving_to_consent.html",
        address=address,
        permissions=explained_for_all(authorizations.roles_asked(services.rows)),
        delegated=scopes_needed(authorizations.delegated_features(services.rows)),
        mailboxes=authorization_store.count_mailboxes_to_open(services.rows),
        back=url(INTEGRATION),
    )
