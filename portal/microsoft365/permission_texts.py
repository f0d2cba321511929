"""The table of permissions: each Graph scope with all its texts. Pure."""

import re
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Permission:
    """One Graph scope with all its texts. Only scopes of the protocol are never missing."""

    scope: str = field(kw_only=False)
    reads: str
    # Empty where nothing is lost without it.
    lost: str
    stores: str
    # What it reads as an application permission, where that reaches further than one person.
    for_all: str = ""
    # A read of one mailbox that proves it, where Exchange grants it without a role in the token.
    proving_read: str = ""
    # The paths that an application reads with it: a success there is a use of the permission.
    opens: str = ""


PERMISSIONS = (
    Permission(
        "openid", reads="Confirms who you are.", lost="", stores="The account at Microsoft of each."
    ),
    Permission("profile", reads="Reads your name.", lost="", stores="The name."),
    Permission("email", reads="Reads your address.", lost="", stores="The address."),
    Permission(
        "offline_access",
        reads="Keeps working while you are away, until you revoke it.",
        lost="",
        stores="The authorization itself, encrypted.",
    ),
    Permission(
        "User.Read",
        reads="Reads your profile and the addresses that belong to your mailbox.",
        lost="Without it, your addresses and aliases cannot be found.",
        stores="The addresses of the person's mailbox.",
    ),
    Permission(
        "Mail.Read",
        reads="Reads your mailbox to find messages exchanged with candidates. "
        "All other mail is never stored.",
        lost="Without it, no mail with candidates is synced.",
        stores="Messages exchanged with candidates, as text, and the names of attachments. "
        "Of all other mail only how much was left out and why, by day.",
        for_all="Opens the mailboxes of those who recruit and have not turned email sync off, and "
        "of limited people who turned it on, to find messages exchanged with candidates. All other "
        "mail is never stored.",
        proving_read="mailFolders/inbox?$select=id",
        opens=r"/users/[^/?]+/(mailFolders|messages(?!/[^/?]+/reply$))",
    ),
    Permission(
        "Mail.Read.Shared",
        reads="Reads each shared mailbox that you chose to read for Portal, to find messages with "
        "candidates. It reaches all that you have Full Access to; Portal opens no other.",
        lost="Without it, no shared mailbox is read by you.",
        stores="Messages exchanged with candidates, as text, and the names of attachments.",
    ),
    Permission(
        "Mail.Send",
        reads="Sends the mail that you write in Portal, from your own mailbox and its addresses.",
        lost="Without it, Portal cannot send mail by this authorization.",
        stores="The mail written in Portal, the attempts to send it, and what became of it.",
        for_all="Sends the mail that members write in Portal, each from their own mailbox or from "
        "a shared mailbox of which they are an owner, and automated mail from the mailbox that an "
        "administrator chose. It reaches every mailbox; Portal sends from no other.",
        opens=r"/users/[^/?]+/(sendMail|messages/[^/?]+/reply)$",
    ),
    Permission(
        "Mail.Send.Shared",
        reads="Sends the mail that you write in Portal from a shared mailbox. It reaches all that "
        "you may send as; Portal sends only from those of which you are an owner in Portal.",
        lost="Without it, you send from no shared mailbox.",
        stores="The mail written in Portal, the attempts to send it, and what became of it.",
    ),
    Permission(
        "User.Read.All",
        reads="Reads the people of your organization: names, addresses, aliases, and "
        "whether they are enabled.",
        lost="Without it, people are not synced from your directory.",
        stores="Name, address, aliases, and whether somebody is left out and why.",
        opens=r"/users(/[^/?]+)?(\?|$)",
    ),
    Permission(
        "GroupMember.Read.All",
        reads="Reads the groups of your organization, their addresses and the people in them.",
        lost="Without it, people cannot be chosen by group, and an address of a group outside "
        "your domains may become a candidate's.",
        stores="Addresses of groups; name of each chosen group, and which people are in it.",
        opens=r"/groups",
    ),
    Permission(
        "MailboxSettings.Read",
        reads="Reads whether a mailbox is a person's or a shared one.",
        lost="Without it, Portal does not notice that a shared mailbox became a person's own.",
        stores="Whether a mailbox is shared.",
        opens=r"/users/[^/?]+/mailboxSettings",
    ),
    Permission(
        "Place.Read.All",
        reads="Reads the list of meeting rooms.",
        lost="Without it, meeting rooms are not found.",
        stores="Name, address, place, size and equipment of rooms.",
        opens=r"/places/",
    ),
    Permission(
        "Calendars.ReadWrite",
        reads="Writes the interviews that you organize into your calendar, and invites people to "
        "them. It reaches all your events; Portal changes none but its own.",
        lost="Without it, you cannot organize an interview on your own calendar.",
        stores="Of each interview the ids of its events, its times, and who was invited and what "
        "they answered.",
        for_all="Writes interviews into the calendars of the members who organize them. It reaches "
        "every calendar; Portal changes no event but its own.",
        # Calls of events without a query write; every read for free times has one.
        opens=r"/users/[^/?]+/(calendar/)?events(/[^/?]+(/cancel)?)?$",
    ),
    Permission(
        "Calendars.Read",
        reads="Reads when you are busy, once you have opened your calendar's page in Portal. "
        "Subjects, places and participants are not read.",
        lost="Without it, nobody sees when a room or a person is free.",
        stores="Times at which a person is busy, while Portal reads their calendar. Of rooms "
        "nothing: when they are busy is shown and not kept.",
        for_all="Reads when rooms are free. If an administrator turns it on, it also reads when "
        "people are busy who opened their calendar's page in Portal. It reaches every calendar; "
        "Portal opens no other.",
        proving_read="calendar?$select=id",
        opens=r"/users/[^/?]+/(calendar|events)",
    ),
    Permission(
        "OnlineMeetings.ReadWrite",
        reads="Makes the Teams meeting of an interview that you organize. It reaches all your "
        "online meetings; Portal changes none but its own.",
        lost="Without it, you cannot organize an interview in Teams.",
        stores="The link to the meeting of each interview.",
    ),
    Permission(
        "Group.ReadWrite.All",
        reads="Opens the group calendars that Portal schedules on, to check them and to keep "
        "interviews on them. It reaches every group that you may open; Portal opens no other.",
        lost="Without it, you cannot schedule on a group calendar.",
        stores="The name and address of each group calendar, and who may schedule on it.",
    ),
)


def permission(scope: str) -> Permission:
    """The texts of one scope; empty ones where Portal does not know it."""
    known = (each for each in PERMISSIONS if each.scope == scope)
    return next(known, Permission(scope, reads="", lost="", stores=""))


def role_opening(path: str) -> str | None:
    """The application permission that a read of this path of Graph uses."""
    opening = (each for each in PERMISSIONS if each.opens and re.match(each.opens, path))
    return next((each.scope for each in opening), None)
