"""The marketplace and the organization's Microsoft 365 page."""

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal import clock
from portal.alerts import causes
from portal.calendars import overview as rooms
from portal.directory import settings as user_sync
from portal.email import settings_store
from portal.errors import Invalid
from portal.flash_texts import Flash
from portal.group_calendars import access
from portal.group_calendars import store as group_calendars
from portal.integrations import overview, parts, platforms
from portal.integrations.flash_texts import IntegrationFlash
from portal.interviews.effects import effect_store
from portal.microsoft365 import (
    addresses,
    authorization_store,
    authorizations,
    subscription_teardown,
)
from portal.microsoft365.application import store as application_store
from portal.microsoft365.permissions import Feature
from portal.storage.platforms import Platform
from portal.users import organization_name
from portal.users import store as people
from portal.users.forms import OrganizationForm
from portal.web.access import admin_only
from portal.web.act import act
from portal.web.current import current_user, services
from portal.web.flashes import tell
from portal.web.proof.fresh_sign_in import require_fresh_sign_in
from portal.wording import counted, verb

bp = Blueprint("integrations", __name__)
Answer = Response | tuple[str, int]


@bp.get("/admin")
@bp.get("/admin/integrations")
@admin_only
def administration() -> Response:
    """The first page for administrators, for an address that is shortened by hand."""
    return redirect(url_for("integrations.marketplace"))


@bp.get("/admin/integrations/marketplace")
@admin_only
def marketplace() -> str:
    return _marketplace(OrganizationForm(data={"organization": services.portal_name}))


def _marketplace(form: OrganizationForm) -> str:
    cards = overview.cards(
        services.rows,
        is_configured=services.microsoft365.is_configured,
        expires_soon=services.microsoft365.expires_soon(clock.utc_now()),
    )
    return render_template(
        "integrations/marketplace.html",
        cards=cards,
        pages=_pages(),
        form=form,
        stands=overview.organization(
            services.rows, is_configured=services.microsoft365.is_configured
        ),
    )


@bp.post("/admin/integrations/organization-name")
@admin_only
def name_organization() -> Answer:
    form = OrganizationForm(request.form)
    try:
        form.check()
    except Invalid as refusal:
        return _marketplace(form.refuse(refusal)), 422
    organization_name.change(act(), form.organization.data)
    tell(IntegrationFlash.NAMED.of(name=services.portal_name))
    return redirect(url_for("integrations.marketplace"), 303)


def _pages() -> dict[str, str]:
    """The settings page of each platform that has one."""
    named = {"microsoft-365": "integrations.microsoft_365", "google-workspace": "google.settings"}
    return {
        name: url_for(endpoint)
        for name, endpoint in named.items()
        if endpoint in current_app.view_functions
    }


@bp.get("/admin/integrations/microsoft-365")
@admin_only
def microsoft_365() -> str:
    stands = overview.organization(services.rows, is_configured=services.microsoft365.is_configured)
    now, sync = clock.utc_now(), user_sync.overview(services.rows)
    listed = rooms.overview(services.rows)
    return render_template(
        "integrations/microsoft_365.html",
        stands=stands,
        parts=parts.in_a_line(
            stands,
            sync,
            listed,
            causes.of_admins(causes.findings(services, now=now)),
            mailboxes=settings_store.count_synced(services.rows),
        ),
        consent_link=(
            addresses.consent_link(services.config, services.microsoft365)
            if stands.is_enabled
            else ""
        ),
        application=application_store.application(services.rows),
        settings=services.microsoft365.settings,
        expiry=services.microsoft365.expiry,
        today=now.date(),
        rooms=listed,
        group_calendars=group_calendars.calendars(services.rows),
        calendars_lack=access.lack(services.rows, people.user(services.rows, current_user.id)),
        now=now,
        has_way_back=people.has_local_admin(services.rows),
        is_practice=services.config.test_mode,
        user_sync=sync,
        sends_by_consent=authorization_store.sends_by_consent(services.rows),
        reads_calendars=authorization_store.reads_calendars_by_consent(services.rows),
        interviews=effect_store.coming(services.rows, now=now),
        grants_calendars=authorizations.is_granted(services.rows, Feature.AVAILABILITY),
    )


@bp.post("/admin/integrations/microsoft-365/enablement")
@admin_only
def enable() -> Response:
    platforms.enable(
        act(),
        Platform.MICROSOFT_365,
    )
    tell(IntegrationFlash.ENABLED)
    return redirect(url_for("integrations.microsoft_365"), 303)


@bp.post("/admin/integrations/microsoft-365/disablement")
@admin_only
def disable() -> Response:
    """Stop work at once, then ask Microsoft to end its subscriptions, if it answers."""
    require_fresh_sign_in("Disable Microsoft 365?", back="integrations.microsoft_365")
    opened = subscription_teardown.all_open(services.rows, services.vault, services.microsoft365)
    wiped = platforms.disable_microsoft_365(
        act(),
    )
    services.microsoft365.tokens.forget()
    left = subscription_teardown.close(opened)
    if wiped is None:
        tell(IntegrationFlash.DISABLED_BEFORE)
    else:
        tell(IntegrationFlash.DISABLED)
    interviews = effect_store.coming(services.rows, now=clock.utc_now())
    if interviews:
        tell(_unwatched(interviews))
    if left:
        tell(IntegrationFlash.LEFT_OPEN.of(subscriptions=counted(left, "subscription")))
    return redirect(url_for("integrations.microsoft_365"), 303)


def _unwatched(count: int) -> Flash:
    return IntegrationFlash.NOT_WATCHED.of(
        interviews=counted(count, "interview"),
        stay=verb(count, "stays", "stay"),
        are=verb(count, "is", "are"),
    )
