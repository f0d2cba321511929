"""Quirks: what Microsoft's services do and their documentation does not say. Each is a switch.

All are off in a new tenant. `POST /_sandbox/quirks` turns them on and off.
"""

from dataclasses import dataclass

from sandbox.database import State

SETTING = "quirks"


@dataclass(frozen=True)
class Quirk:
    """One switch: its name, and what the tenant does while it is on."""

    name: str
    effect: str

    def is_on(self, state: State) -> bool:
        return self.name in turned_on(state)


PRINCIPAL_NAMES = Quirk(
    "principalNames",
    "A member's userPrincipalName is not their mail, and only it names them in addresses.",
)
SEVERAL_LICENSES = Quirk(
    "severalLicenses",
    "Members have several licenses and plans. Some plans name Exchange and bring no mailbox.",
)
ORGANIZATION_PERMISSION = Quirk(
    "organizationPermission",
    "An application reads /organization with Organization.Read.All or Directory.Read.All alone.",
)
RBAC_SCOPE = Quirk(
    "rbacScope",
    "Exchange keeps its own grants: tokens carry no role for mailboxes, and calls work.",
)
WRAPPED_ERRORS = Quirk(
    "wrappedErrors",
    "Subscription calls answer ExtensionError, and mailboxes UnknownError, with the cause inside.",
)
LIFECYCLE_AS_SENT = Quirk(
    "lifecycleAsSent",
    "Lifecycle notifications name organizationId instead of tenantId, with an empty resource.",
)
MOVED_BACK = Quirk(
    "movedBack",
    "With immutable ids, a message moved away and back between two deltas is only removed.",
)
REPEATS = Quirk(
    "repeats",
    "A delta page tells of a message twice, and of a returned one as removed before it.",
)
EMPTY_PAGES = Quirk("emptyPages", "A delta round begins with an empty page.")
EVENT_MESSAGES = Quirk(
    "eventMessages",
    "Meeting messages and receipts that arrive are eventMessages.",
)
REFERENCE_ATTACHMENTS = Quirk(
    "referenceAttachments",
    "A message/external-body part is a referenceAttachment, whose $value is refused with 405.",
)
INLINE_FILES = Quirk(
    "inlineFiles",
    "Every file sent as inline is inline, and hasAttachments is false for a message of those.",
)
SENT_WITH_HEADERS = Quirk(
    "sentWithHeaders", "Copies in Sent Items show internetMessageHeaders, as they twice did."
)
STRICT_SEARCH = Quirk(
    "strictSearch",
    "$search finds whole words unless * ends them, and refuses marks outside of quotes.",
)
NESTED_PURPOSE = Quirk(
    "nestedPurpose", "In mailboxSettings, userPurpose is an object that holds the value."
)
ALL_DAY_AT_MIDNIGHT = Quirk(
    "allDayAtMidnight", "All-day events begin at 00:00 in the zone that is asked for."
)
DECLINED_STAY = Quirk("declinedStay", "A declined meeting stays in the calendar.")
DELETED_ANSWER = Quirk("deletedAnswer", "A deleted event still answers by its id.")
GROUP_ADDS_WRITER = Quirk(
    "groupAddsWriter", "A group's event has the group and its writer among its attendees."
)
UNRELIABLE_DRAFT = Quirk(
    "unreliableDraft",
    "isDraft is false after a change that is not sent, and true after a sent one.",
)
ETAGS_DRIFT = Quirk(
    "etagsDrift", "Each day, events get another etag and lastModifiedDateTime without a change."
)
OWNERS_CANNOT_WRITE = Quirk(
    "ownersCannotWrite", "An owner of a group who is no member cannot write in its calendar."
)
GROUP_FACTS_FOR_PEOPLE = Quirk(
    "groupFactsForPeople", "An application reads nothing of what Exchange keeps of a group."
)

QUIRKS = (
    PRINCIPAL_NAMES,
    SEVERAL_LICENSES,
    ORGANIZATION_PERMISSION,
    RBAC_SCOPE,
    WRAPPED_ERRORS,
    LIFECYCLE_AS_SENT,
    MOVED_BACK,
    REPEATS,
    EMPTY_PAGES,
    EVENT_MESSAGES,
    REFERENCE_ATTACHMENTS,
    INLINE_FILES,
    SENT_WITH_HEADERS,
    STRICT_SEARCH,
    NESTED_PURPOSE,
    ALL_DAY_AT_MIDNIGHT,
    DECLINED_STAY,
    DELETED_ANSWER,
    GROUP_ADDS_WRITER,
    UNRELIABLE_DRAFT,
    ETAGS_DRIFT,
    OWNERS_CANNOT_WRITE,
    GROUP_FACTS_FOR_PEOPLE,
)
NAMES = tuple(quirk.name for quirk in QUIRKS)


def turned_on(state: State) -> list[str]:
    return list(state.setting(SETTING) or ())


def turn(state: State, switches: dict[str, bool]) -> None:
    """Turn the named quirks on or off, and leave the others. Unknown names are refused."""
    unknown = set(switches) - set(NAMES)
    if unknown:
        raise ValueError(f"Not a quirk: {', '.join(sorted(unknown))}.")
    present = set(turned_on(state))
    kept = [name for name in NAMES if switches.get(name, name in present)]
    state.set_setting(SETTING, kept)
