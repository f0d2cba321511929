"""create_app(): wires the parts together. No route, no rule."""

from flask import Flask

from portal import cli, clock
from portal.alerts.routes import bp as alerts
from portal.alerts.routes import note_opening
from portal.audit.routes import bp as audit
from portal.availability.hours_routes import bp as meeting_hours
from portal.availability.policy_routes import bp as policy
from portal.availability.routes import bp as availability
from portal.calendars.routes import bp as calendars
from portal.candidates.feed import Feeds
from portal.candidates.import_routes import bp as imports
from portal.candidates.routes import bp as candidates
from portal.composer.routes import bp as composer
from portal.composer.routes import kept_form
from portal.composer.signature_routes import bp as signatures
from portal.composer.template_routes import bp as mail_templates
from portal.config import ROOT, Config, read_environment
from portal.diagnostics.routes import bp as diagnostics
from portal.directory.choice_routes import bp as choice
from portal.directory.routes import bp as directory
from portal.directory.settings import import_now
from portal.email.routes import bp as email
from portal.email_feed.kind import CORRESPONDENCE, EMAIL
from portal.email_feed.routes import bp as email_feed
from portal.email_settings.alias_test_routes import bp as alias_tests
from portal.email_settings.first_sync import sync_now
from portal.email_settings.routes import bp as email_settings
from portal.email_settings.sync_end_routes import bp as sync_end
from portal.email_why.routes import bp as email_why
from portal.flows.consent import CONSENT
from portal.flows.departure_routes import bp as departures
from portal.flows.microsoft import MICROSOFT
from portal.flows.routes import bp as flows
from portal.google.routes import bp as google
from portal.google.sign_in import GOOGLE
from portal.google.sign_in_routes import bp as google_sign_in
from portal.group_calendars.addition_routes import bp as group_calendar_additions
from portal.group_calendars.roster.routes import bp as calendar_roster
from portal.group_calendars.routes import bp as group_calendars
from portal.integrations import overview as integrations_overview
from portal.integrations.receipt_routes import bp as receipt
from portal.integrations.routes import bp as integrations
from portal.interviews.changes.home_routes import bp as interview_homes
from portal.interviews.changes.panel_routes import bp as interview_panels
from portal.interviews.changes.place_routes import bp as interview_places
from portal.interviews.changes.routes import bp as interview_changes
from portal.interviews.effects.calendar_routes import bp as calendar_interviews
from portal.interviews.effects.candidates import APPOINTMENTS
from portal.interviews.effects.departure_routes import bp as departing_people
from portal.interviews.findings.routes import bp as interview_findings
from portal.interviews.kinds.routes import bp as interview_kinds
from portal.interviews.lists import list_store
from portal.interviews.lists.feed import COMING_UP, INTERVIEW
from portal.interviews.lists.routes import bp as interviews
from portal.interviews.outside.entries import INTERVIEW_MOVE
from portal.interviews.outside.routes import bp as interview_moves
from portal.interviews.plan.move_routes import bp as interview_reschedule
from portal.interviews.plan.routes import bp as interview_plan
from portal.interviews.rooms.room_routes import bp as interview_rooms
from portal.interviews.told.routes import bp as interview_times
from portal.interviews.watch.routes import bp as interview_watch
from portal.microsoft365.application.routes import bp as application
from portal.microsoft365.consent_routes import bp as consent
from portal.microsoft365.next_steps import NextSteps
from portal.microsoft365.routes import bp as microsoft365
from portal.outbox.feed.kind import SENT
from portal.outbox.feed.routes import bp as outbox
from portal.privacy_settings.brought_routes import bp as brought
from portal.privacy_settings.earlier_mail_routes import bp as earlier_mail
from portal.privacy_settings.routes import bp as privacy_settings
from portal.sending_settings.routes import bp as sending_settings
from portal.services import Services, build_services
from portal.shared_mailboxes import ownership
from portal.shared_mailboxes import store as shared_mailbox_store
from portal.shared_mailboxes.account_routes import add_shared_paths
from portal.shared_mailboxes.applicant_routes import bp as applicants
from portal.shared_mailboxes.reader_routes import bp as shared_mailbox_reader
from portal.shared_mailboxes.routes import bp as shared_mailboxes
from portal.subscriptions.routes import bp as webhooks
from portal.suggested_addresses.routes import bp as suggested_addresses
from portal.users import sign_in
from portal.users.own_sign_in_routes import bp as own_sign_in
from portal.users.people_routes import bp as people
from portal.users.personal_routes import bp as personal
from portal.users.role_routes import bp as roles
from portal.users.routes import bp as users
from portal.web.access import require_markers
from portal.web.compression.static_files import add_static_files
from portal.web.current import current_user
from portal.web.errors import turn_errors_into_pages
from portal.web.security import KEPT_FORMS, login_of, protect
from portal.web.templating import PlainGlobals, prepare_templates
from portal.worker import store as jobs
from portal.worker.due import KINDS
from portal.worker.routes import bp as worker
from portal.worker.wakes import WAKES

BLUEPRINTS = (
    *(users, own_sign_in, personal, people, roles, directory, choice, candidates, imports, email),
    *(email_settings, alias_tests, sync_end, email_feed, email_why),
    *(privacy_settings, brought, earlier_mail, shared_mailboxes, shared_mailbox_reader),
    applicants,
    *(outbox, composer, signatures, mail_templates),
    suggested_addresses,
    *(sending_settings, alerts),
    interviews,
    *(audit, microsoft365, consent, application, integrations, receipt),
    *(flows, departures, calendars, group_calendars, group_calendar_additions),
    calendar_roster,
    *(availability, meeting_hours, policy),
    *(interview_changes, interview_panels, interview_homes, interview_places, interview_watch),
    *(interview_rooms, interview_moves),
    *(interview_plan, interview_reschedule),
    *(interview_findings, interview_times),
    *(interview_kinds, departing_people, calendar_interviews),
    *(google, google_sign_in),
    *(diagnostics, worker, webhooks),
)
# What a candidate's feed shows: a line for each kind of entry.
FEEDS = Feeds(
    kinds=(EMAIL, SENT, INTERVIEW, INTERVIEW_MOVE),
    correspondence=CORRESPONDENCE,
    coming=COMING_UP,
    appointments=APPOINTMENTS,
)
# Forms with a long text, which comes back filled in when the session has ended.
FORMS_THAT_COME_BACK = {"composer.submit": kept_form}
# The pages of a connection and of consent lead on to these.
NEXT_STEPS = NextSteps(sync=sync_now, people=import_now)
# What each sign-in service and kind of flow does on the return.
ROUND_TRIPS = (MICROSOFT, CONSENT, GOOGLE)


def create_app(config: Config | None = None) -> Flask:
    """Create the application. Refuses to start if a setting, a key or a marker is missing."""
    config = config or Config.from_environment(read_environment())
    services = build_services(config)
    app = Flask(
        "portal",
        root_path=str(ROOT / "portal"),
        template_folder=str(ROOT / "templates"),
        static_folder=None,
        instance_path=str(config.instance),
    )
    app.jinja_environment = PlainGlobals  # before anything asks for templates
    app.extensions["portal"] = services
    app.extensions["wakes"] = WAKES
    app.extensions[Feeds.__name__] = FEEDS
    app.extensions["round_trips"] = ROUND_TRIPS
    app.extensions[NextSteps.__name__] = NEXT_STEPS
    app.extensions[KEPT_FORMS] = FORMS_THAT_COME_BACK
    protect(app, config)
    turn_errors_into_pages(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    add_shared_paths(app)
    app.after_request(note_opening)
    _know_people(app, services)
    cli.add_commands(app)
    add_static_files(app, ROOT / "static")
    require_markers(app)
    return app


def create_console() -> Flask:
    """Create an app without a portal: only a restore works, other commands refuse."""
    app = Flask("portal", static_folder=None)
    cli.add_commands(app)
    return app


def _know_people(app: Flask, services: Services) -> None:
    login_of(app).user_loader(lambda id: sign_in.active_user(services.rows, id))
    prepare_templates(
        app,
        services.config,
        portal_name=lambda: services.portal_name,
        paths_needing_attention=lambda: _paths_needing_attention(services),
        recruiting_paths=lambda: _recruiting_paths(services),
        failures=lambda: {"/admin/jobs": jobs.failed_count(services.rows, KINDS)},
    )


def _recruiting_paths(services: Services) -> set[str]:
    """The places of recruiting that a person may open: for limited people, their interviews."""
    if current_user.is_member:
        return {"/candidates", "/interviews"}
    return {"/interviews"} if list_store.is_invited(services.rows, current_user.id) else set()


def _paths_needing_attention(services: Services) -> set[str]:
    own = sign_in.paths_needing_attention(services.rows, current_user.id)
    own |= ownership.paths_needing_attention(services.rows, current_user.id)
    if not current_user.is_admin:
        return own
    if shared_mailbox_store.undecided(services.rows):
        own |= {"/admin/privacy"}
    return own | integrations_overview.paths_needing_attention(
        services.rows,
        is_configured=services.microsoft365.is_configured,
        expires_soon=services.microsoft365.expires_soon(clock.utc_now()),
    )
