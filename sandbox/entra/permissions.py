"""Delegated permissions: their descriptions, and which of them need an administrator."""

# For each name, the title and the sentence of the consent page.
EXPLAINED = {
    "openid": ("Sign you in", "Knows who you are."),
    "profile": ("View your basic profile", "Reads your name."),
    "email": ("View your email address", "Reads your primary address."),
    "offline_access": (
        "Maintain access to data you have given it access to",
        "Goes on working while you are away.",
    ),
    "User.Read": ("Sign you in and read your profile", "Reads your name and addresses."),
    "User.ReadWrite": ("Read and update your profile", "Reads and changes your profile."),
    "User.ReadBasic.All": ("Read all users' basic profiles", "Reads everybody's name and address."),
    "User.Read.All": ("Read all users' full profiles", "Reads everybody's profile."),
    "User.ReadWrite.All": ("Read and write all users' full profiles", "Changes all profiles."),
    "Directory.Read.All": ("Read directory data", "Reads people and groups."),
    "Directory.ReadWrite.All": ("Read and write directory data", "Changes people and groups."),
    "Organization.Read.All": ("Read organization information", "Reads the organization's facts."),
    "Mail.ReadBasic": ("Read your basic mail", "Reads your mail, but not its text."),
    "Mail.Read": ("Read your mail", "Reads the mail in your mailbox."),
    "Mail.Read.Shared": ("Read mail you can access", "Reads mail that others share with you."),
    "Mail.ReadWrite": ("Read and write your mail", "Reads, changes and deletes your mail."),
    "Mail.ReadWrite.Shared": ("Read and write mail you can access", "Changes shared mail too."),
    "Mail.Send": ("Send mail as you", "Sends mail in your name."),
    "Mail.Send.Shared": ("Send mail on behalf of others", "Sends mail for others who let you."),
    "MailboxSettings.Read": ("Read your mailbox settings", "Reads your mailbox's settings."),
    "MailboxSettings.ReadWrite": ("Read and write your mailbox settings", "Changes them."),
    "Calendars.Read": ("Read your calendars", "Reads your events."),
    "Calendars.Read.Shared": ("Read calendars you can access", "Reads shared events too."),
    "Calendars.ReadWrite": ("Have full access to your calendars", "Reads and changes events."),
    "Calendars.ReadWrite.Shared": ("Read and write calendars you can access", "Changes events."),
    "OnlineMeetings.ReadWrite": ("Read and create your online meetings", "Makes Teams meetings."),
    "Contacts.Read": ("Read your contacts", "Reads your address book."),
    "Contacts.ReadWrite": ("Have full access to your contacts", "Changes your address book."),
    "Group.Read.All": ("Read all groups", "Reads groups and what they hold."),
    "Group.ReadWrite.All": ("Read and write all groups", "Reads and changes groups."),
    "GroupMember.Read.All": ("Read group memberships", "Reads who is in which group."),
    "Member.Read.Hidden": ("Read hidden memberships", "Reads members that groups hide."),
    "OrgContact.Read.All": ("Read organizational contacts", "Reads the address book's contacts."),
    "Place.Read.All": ("Read all company places", "Reads rooms."),
    "Domain.Read.All": ("Read domains", "Reads the organization's domains."),
    "Application.Read.All": ("Read applications", "Reads applications and their grants."),
    "Calendars.ReadBasic": ("Read basic details of your calendars", "Reads times, not texts."),
}
_SPELLING = {name.lower(): name for name in EXPLAINED}

# People may always grant these for themselves, even where an administrator must approve others.
SELF_GRANTED = frozenset({"User.Read", "openid", "profile", "email", "offline_access"})
# Only an administrator can grant these.
ADMIN_ONLY = frozenset(
    {
        "User.Read.All",
        "User.ReadWrite.All",
        "Directory.Read.All",
        "Directory.ReadWrite.All",
        "Organization.Read.All",
        "Domain.Read.All",
        "Application.Read.All",
        "Calendars.ReadBasic",
        "Group.Read.All",
        "Group.ReadWrite.All",
        "GroupMember.Read.All",
        "Member.Read.Hidden",
        "OrgContact.Read.All",
        "Place.Read.All",
    }
)
# The delegated permissions of Portal's registration: what `.default` means at first.
REGISTERED = frozenset(
    {
        "openid",
        "profile",
        "email",
        "offline_access",
        "User.Read",
        "Mail.Read",
        "Mail.Send",
        "Calendars.Read",
        "Calendars.ReadWrite",
        "OnlineMeetings.ReadWrite",
    }
)
# The application permissions of Portal's registration.
REGISTERED_ROLES = (
    "User.Read.All",
    "Mail.Read",
    "Mail.Send",
    "MailboxSettings.Read",
    "Calendars.Read",
    "Calendars.ReadWrite",
    "Place.Read.All",
    "GroupMember.Read.All",
)


def is_known(name: str) -> bool:
    return name.lower() in _SPELLING


def scope_name(name: str) -> str:
    """Return Microsoft's spelling of a permission, whose case is ignored."""
    return _SPELLING.get(name.lower(), name)
