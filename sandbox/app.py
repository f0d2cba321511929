"""The Flask app of the practice tenant, put together from its parts."""

from pathlib import Path

from flask import Flask

from sandbox import (
    admin_center,
    batch,
    control,
    errors,
    faults,
    graph_headers,
    outlook,
    seed,
    throttling,
    throttling_control,
)
from sandbox.admin_center import mailboxes
from sandbox.calendars import change_routes as event_changes
from sandbox.calendars import control as calendars_control
from sandbox.calendars import event_routes, group_routes, zone_routes
from sandbox.calendars import routes as calendars
from sandbox.calendars import store as calendar_store
from sandbox.calendars import versions as event_versions
from sandbox.calendars.delta import rounds
from sandbox.calendars.delta import routes as calendar_delta
from sandbox.database import State
from sandbox.directory import control as directory_control
from sandbox.directory import organization
from sandbox.directory import routes as directory
from sandbox.directory import store as people
from sandbox.entra import (
    admin_consent,
    applications,
    portal_link,
    service_principals,
    token_endpoint,
)
from sandbox.entra import control as entra_control
from sandbox.entra import routes as entra
from sandbox.entra import store as entra_store
from sandbox.graph_paths import NormalizePaths
from sandbox.groups import control as groups_control
from sandbox.groups import conversations as group_conversations
from sandbox.groups import member_routes, memberships, teams
from sandbox.groups import routes as groups
from sandbox.groups import store as group_store
from sandbox.mail import attachment_routes, change_routes, draft_routes, folder_routes, settings
from sandbox.mail import routes as mail
from sandbox.mail import store as mail_store
from sandbox.meetings import control as meetings_control
from sandbox.meetings import drift, history, online_meetings
from sandbox.meetings import later as later_in_meetings
from sandbox.meetings import routes as online_meeting_routes
from sandbox.meetings import store as meeting_mail
from sandbox.outlook import calendar as outlook_calendar
from sandbox.outlook import control as outlook_control
from sandbox.outlook import invitations as outlook_invitations
from sandbox.outlook import meetings as outlook_meetings
from sandbox.places import control as places_control
from sandbox.places import routes as places
from sandbox.places import store as place_store
from sandbox.rights import control as rights_control
from sandbox.rights import store as rights_store
from sandbox.sending import bounces, later, ledger, limits, switches
from sandbox.sending import control as sending_control
from sandbox.sending import routes as send_routes
from sandbox.subscriptions import notifications
from sandbox.subscriptions import routes as subscriptions
from sandbox.subscriptions import store as subscription_store

SCHEMAS = (
    people.SCHEMA,
    entra_store.SCHEMA,
    applications.SCHEMA,
    mail_store.SCHEMA,
    subscription_store.SCHEMA,
    place_store.SCHEMA,
    group_store.SCHEMA,
    calendar_store.SCHEMA,
    event_versions.SCHEMA,
    rounds.SCHEMA,
    rights_store.SCHEMA,
    ledger.SCHEMA,
    switches.SCHEMA,
    limits.SCHEMA,
    later.SCHEMA,
    bounces.SCHEMA,
    meeting_mail.SCHEMA,
    history.SCHEMA,
    later_in_meetings.SCHEMA,
    online_meetings.SCHEMA,
    faults.SCHEMA,
)
BLUEPRINTS = (
    entra.bp,
    admin_consent.bp,
    token_endpoint.bp,
    directory.bp,
    organization.bp,
    groups.bp,
    member_routes.bp,
    memberships.bp,
    teams.bp,
    group_conversations.bp,
    service_principals.bp,
    mail.bp,
    folder_routes.bp,
    attachment_routes.bp,
    change_routes.bp,
    draft_routes.bp,
    send_routes.bp,
    settings.bp,
    calendars.bp,
    event_routes.bp,
    event_changes.bp,
    calendar_delta.bp,
    group_routes.bp,
    zone_routes.bp,
    batch.bp,
    subscriptions.bp,
    control.bp,
    throttling_control.bp,
    entra_control.bp,
    directory_control.bp,
    groups_control.bp,
    places.bp,
    places_control.bp,
    calendars_control.bp,
    meetings_control.bp,
    online_meeting_routes.bp,
    rights_control.bp,
    sending_control.bp,
    outlook.bp,
    outlook_calendar.bp,
    outlook_meetings.bp,
    outlook_invitations.bp,
    outlook_control.bp,
    admin_center.bp,
    mailboxes.bp,
)


def open_state(path: Path | None, *, base_url: str) -> State:
    """Open the state, in memory without a path. A new one is seeded."""
    state = State(path, base_url=base_url)
    state.install_schemas(SCHEMAS)
    seed.populate(state)
    return state


def create_sandbox(state: State) -> Flask:
    """Make the app and start the thread that sends notifications."""
    app = Flask("sandbox", static_url_path="/_static")
    app.extensions["sandbox"] = state
    # One key for each run is enough: a restart signs people out of the practice tenant.
    app.secret_key = state.setting("id") + "-practice"
    app.config["SESSION_COOKIE_NAME"] = "sandbox_session"
    app.config["SESSION_COOKIE_SAMESITE"] = "Lax"
    app.url_map.merge_slashes = False
    errors.install(app)
    portal_link.install(app)
    throttling.install(app)
    faults.install(app)
    graph_headers.install(app)
    later.install(app)
    later_in_meetings.install(app)
    drift.install(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.wsgi_app = NormalizePaths(app.wsgi_app)  # type: ignore[method-assign]  # as Flask documents it
    state.notifier = notifications.Notifier(state)
    state.notifier.start()
    return app
