"""A person's Microsoft 365 settings: status, and approval by an administrator."""

from flask import Blueprint, render_template, request, url_for

from portal import clock
from portal.microsoft365 import addresses, authorization_store, authorizations
from portal.microsoft365.next_steps import NextSteps
from portal.microsoft365.permissions import Feature, explained, scopes_needed
from portal.microsoft365.status import in_the_way, standing_of
from portal.web.access import signed_in
from portal.web.current import current_user, services, wired

bp = Blueprint("microsoft365", __name__)
NOTHING_MORE: tuple[tuple[Feature, ...], str] = ((), "departures.connect")
# By the word in the address: the features that a person is the first to need, and where they go on.
FIRST_NEEDED = {
    "group-calendars": ((Feature.GROUP_CALENDARS,), "departures.connect_to_schedule"),
    "calendar": ((Feature.AVAILABILITY,), "departures.connect_calendar"),
    "interviews": ((Feature.SCHEDULING, Feature.MEETINGS), "departures.connect_to_organize"),
    "group-interviews": (
        (Feature.GROUP_CALENDARS, Feature.MEETINGS),
        "departures.connect_to_organize_on_group",
    ),
}
# By the kind of a flow that was not finished: the word of what the person left for.
WORDS_OF_KINDS = {
    "group_calendars": "group-calendars",
    "availability": "calendar",
    "interviews": "interviews",
    "group_interviews": "group-interviews",
}


@bp.get("/settings/microsoft-365")
@signed_in
def settings() -> str:
    now = clock.utc_now()
    standing = standing_of(services.rows, current_user.id, now=now)
    return render_template(
        "microsoft365/settings.html",
        standing=standing,
        sync=wired(NextSteps).sync(services.rows, current_user.id, now),
        approval_for=WORDS_OF_KINDS.get(standing.left_for),
        reads=authorization_store.mailboxes_read_by(services.rows, current_user.id),
        hindrance=in_the_way(services.rows, is_configured=services.microsoft365.is_configured),
        is_practice=services.config.test_mode,
    )


@bp.get("/settings/microsoft-365/approval")
@signed_in
def approval() -> str:
    """The link names every permission in use, and the one that somebody needs first."""
    wanted = authorizations.delegated_features(services.rows)
    first, connect = FIRST_NEEDED.get(request.args.get("for", ""), NOTHING_MORE)
    wanted += first
    return render_template(
        "microsoft365/approval.html",
        approval_link=addresses.approval_link(services.config, services.microsoft365, wanted),
        permissions=explained(scopes_needed(wanted)),
        connect_url=url_for(_connect_to_first() if _is_first_to_schedule(first) else connect),
    )


def _is_first_to_schedule(wanted: tuple[Feature, ...]) -> bool:
    """Whether group calendars are wanted of which Portal does not ask this person yet."""
    needed = authorizations.features_needed(services.rows, current_user.id)
    return Feature.GROUP_CALENDARS in wanted and Feature.GROUP_CALENDARS not in needed


def _connect_to_first() -> str:
    """An administrator connects to add the first calendar. Others connect without it."""
    return "departures.connect_to_add_calendar" if current_user.is_admin else NOTHING_MORE[1]
