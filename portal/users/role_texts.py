"""The abilities of each role, in words for each group of routes. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from portal.flash_texts import FlashText
from portal.users.models import Role


@dataclass(frozen=True)
class RouteGroup:
    """A path with all paths below it.

    `is_alone` leaves those below to other groups, and `is_below` the path itself.
    """

    path: str
    text: str
    is_alone: bool = False
    is_below: bool = False

    def has(self, rule: str) -> bool:
        if rule == self.path:
            return not self.is_below
        return not self.is_alone and rule.startswith(f"{self.path}/")


BELOW_MICROSOFT = "/admin/integrations/microsoft-365"
OWN_ACCOUNT = "Connects and revokes their own Microsoft account, and sees its status."
GROUPS = (
    RouteGroup("/settings", "Opens their own settings.", is_alone=True),
    RouteGroup(
        "/settings/personal-info", "Sees their name, address and role, and sets their time zone."
    ),
    RouteGroup(
        "/settings/sign-in", "Sees and ends their own sessions, and changes their local password."
    ),
    RouteGroup(
        "/settings/needs-you",
        "Sees what needs them, and turns the mail about it on or off.",
    ),
    RouteGroup("/settings/microsoft-365", OWN_ACCOUNT),
    RouteGroup(
        "/settings/calendar",
        "Sees which times of their own calendar count as busy, and blocks times that are left out.",
    ),
    RouteGroup(
        "/settings/email",
        "Turns their email sync on or off, chooses aliases, and removes their mail from Portal.",
    ),
    RouteGroup(
        "/settings/email/aliases/<alias_id>/test",
        "Tests whether mail from an alias of their mailbox goes out as it.",
    ),
    RouteGroup(
        "/settings/email/why",
        "Asks why a message of their own mailbox is, or is not, in Portal.",
    ),
    RouteGroup(
        "/settings/email/candidates",
        "Sees which candidates brought mail out of their own mailbox, and hides these "
        "conversations from colleagues.",
    ),
    RouteGroup(
        "/settings/email/earlier-mail",
        "Decides whether earlier mail of new candidates leaves their own mailbox.",
    ),
    RouteGroup(
        "/settings/email/never-sync",
        "Keeps addresses and domains that are never synced from their own mailbox.",
    ),
    RouteGroup("/settings/signatures", "Writes signatures for their own mail."),
    RouteGroup(
        "/settings/templates",
        "Keeps templates of their own, and uses those of the team, which administrators change.",
    ),
    RouteGroup(
        "/settings/mailboxes",
        "Takes the same decisions for shared mailboxes of which they are an owner.",
    ),
    RouteGroup(
        "/settings/mailboxes/<mailbox_account>/applicants",
        "Adds candidates from those who wrote to a shared mailbox of which they are an owner.",
    ),
    RouteGroup(
        "/settings/shared-mailboxes",
        "Reads a shared mailbox of which they are an owner by their own Microsoft account.",
    ),
    RouteGroup("/oauth/microsoft/admin-consent", OWN_ACCOUNT),
    RouteGroup("/signin/confirmation", "Confirms their own identity before an important change."),
    RouteGroup("/signout", "Signs out."),
    RouteGroup(
        "/candidates",
        "Sees all candidates, their feeds, messages and attachments, except conversations that "
        "colleagues hid. "
        "Adds, imports, edits, closes and deletes candidates.",
    ),
    RouteGroup(
        "/candidates/<candidate_id>/write",
        "Writes to candidates from their own addresses, and from shared mailboxes of which they "
        "are an owner.",
    ),
    RouteGroup(
        "/candidates/<candidate_id>/interviews",
        "Schedules interviews, and sees when the people of a panel and rooms are free.",
    ),
    RouteGroup("/candidates/<candidate_id>/export", "Downloads everything about a candidate."),
    RouteGroup(
        "/interviews",
        "Sees the time, place and panel of interviews to which they are invited.",
    ),
    RouteGroup(
        "/interviews/<interview_id>",
        "Sees all interviews, reschedules and cancels them, undoes moves, and changes who "
        "interviews.",
        is_below=True,
    ),
    RouteGroup("/admin", "Opens the pages for administrators.", is_alone=True),
    RouteGroup("/admin/audit-log", "Reads and exports the audit log."),
    RouteGroup("/admin/integrations", "Chooses the platform.", is_alone=True),
    RouteGroup("/admin/integrations/marketplace", "Chooses the platform."),
    RouteGroup("/admin/integrations/organization-name", "Names the organization."),
    RouteGroup("/admin/integrations/google-workspace", "Sets up sign-in with Google."),
    RouteGroup(
        BELOW_MICROSOFT,
        "Enables, connects and disables Microsoft 365 for the organization.",
    ),
    RouteGroup(f"{BELOW_MICROSOFT}/application", "Enters the application and its secret."),
    RouteGroup(f"{BELOW_MICROSOFT}/checks", "Tests every part of the connection."),
    RouteGroup(f"{BELOW_MICROSOFT}/consent-receipt", "Reads and exports the consent receipt."),
    RouteGroup(
        f"{BELOW_MICROSOFT}/group-calendars",
        "Adds and removes group calendars, chooses the default one, and reminds people to connect.",
    ),
    RouteGroup(f"{BELOW_MICROSOFT}/rooms", "Sees meeting rooms and chooses the room sync user."),
    RouteGroup(
        f"{BELOW_MICROSOFT}/user-sync",
        "Chooses whom user sync imports, and who recruits.",
    ),
    RouteGroup("/admin/jobs", "Sees all work and tries failed work again."),
    RouteGroup("/admin/privacy", "Keeps the organization's domains and its “Never sync” list."),
    RouteGroup(
        "/admin/privacy/shared-mailboxes",
        "Adds shared mailboxes, chooses their owners, and removes them.",
    ),
    RouteGroup(
        "/admin/scheduling",
        "Sets the organization's meeting hours, what counts as busy, and who writes interviews.",
    ),
    RouteGroup("/admin/scheduling/kinds", "Adds, changes and retires kinds of interviews."),
    RouteGroup(
        "/admin/sending",
        "Sets up automated mail and its limit, and sees which aliases fell back.",
    ),
    RouteGroup(
        "/admin/users",
        "Invites, enables and disables people, changes roles, and ends sessions.",
    ),
    RouteGroup("/admin/users/roles", "Sees what each role may do."),
)


def group_of(rule: str) -> RouteGroup | None:
    """The group with the longest path that has this route."""
    found = [group for group in GROUPS if group.has(rule)]
    return max(found, key=lambda group: len(group.path), default=None)


def abilities(routes: Iterable[tuple[str, Role]]) -> dict[Role, list[str]]:
    """The texts of each role, in the order of the groups. Roles include the one before."""
    found: dict[Role, set[str]] = {role: set() for role in Role}
    for rule, role in routes:
        group = group_of(rule)
        if group is not None:
            found[role].add(group.text)
    texts = list(dict.fromkeys(group.text for group in GROUPS))
    return {role: [text for text in texts if text in found[role]] for role in Role}


class UserFlash(FlashText):
    """People, their roles, sessions and passwords."""

    FIRST_ADMIN = (
        "You are the first administrator. Connect your platform here; invite people under Users."
    )
    CONFIRMED = "You confirmed that it is you. For ten minutes you can save without being asked."
    SIGNED_OUT = "You are signed out."
    ZONE_CHOSEN = "Times are now in this time zone: {place}."
    ZONE_TAKEN = (
        "Times are in the time zone of your browser: {place}. You can change it under Personal "
        "info."
    )
    SESSION_ENDED = "That session is ended."
    SESSION_OVER = "That session had ended already."
    OTHERS_ENDED = "{sessions} {were} ended."
    NO_OTHERS = "You have no other session."
    SIGN_IN_CHANGED = "Your password is changed. Your other sessions have ended."
    INVITATION_WITHDRAWN = "The invitation is withdrawn; its link no longer works."
    ENABLED = "{name} can sign in."
    DISABLED = "{name} can no longer sign in, and is signed out everywhere."
    ENABLED_SOME = "{people} can sign in now."
    ROLE_CHANGED = "The role of {name} is now {role}."
    MAILBOX_CLOSED = "Their mailbox stays closed until they agree at their next visit."
    SYNC_OFF = "Their email sync is off now, and their mail stays."
    SESSIONS_ENDED = "{name} is signed out everywhere."
    ALL_SESSIONS_ENDED = "Everybody else has to sign in again: {sessions} {are} ended."
