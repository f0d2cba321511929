"""Sentences of the Email page about a sync. Pure."""

from portal.email.models import Alias, AliasChange, LeftOut, Reason, Stage
from portal.wording import counted

REASONS = {
    Reason.KEPT: "It is with a candidate, at an address of yours that is included",
    Reason.NO_CANDIDATE: "Nobody on the message is a candidate",
    Reason.ALIAS_OFF: "It went through an alias of yours that is off",
    Reason.ALIAS_BEFORE_START: "It is older than your choice for that alias",
    Reason.NOT_ADDRESSED: "You or the candidate are not in From, To or Cc",
    Reason.INSIDE: "The only candidate on it has an address of your organization",
    Reason.CLOSED: "The candidate was closed before it arrived",
    Reason.WAITS_FOR_OWNER: "It is earlier mail, and waits for your decision",
    Reason.LEFT_BY_OWNER: "It is earlier mail, and you decided that it stays in your mailbox",
    Reason.LEFT_BY_SHARED: "It was sent as a shared mailbox, whose owners leave it out",
    Reason.NEVER_SYNC: "It carries an address that is never synced from your mailbox",
    Reason.FOLDER_LEFT_OUT: "It lies in Drafts, Deleted Items or Junk Email",
    Reason.VANISHED: "It was deleted before its text could be fetched",
    Reason.UNREADABLE: "Microsoft could not hand over its text",
}
# Where a sentence about one's own mailbox is not true of a shared one.
SHARED_REASONS = {
    Reason.KEPT: "It is with a candidate, at an address of this mailbox that is included",
    Reason.ALIAS_OFF: "It went through an alias of this mailbox that is off",
    Reason.NOT_ADDRESSED: "This mailbox or the candidate is not in From, To or Cc",
    Reason.WAITS_FOR_OWNER: "It is earlier mail, and waits for the decision of an owner",
    Reason.LEFT_BY_OWNER: "It is earlier mail, and an owner decided that it stays in this mailbox",
    Reason.NEVER_SYNC: "It carries an address that is never synced from this mailbox",
}
THROTTLED = "Microsoft slows the sync down"
FOLDERS_LEFT_OUT = (
    "Portal never syncs Drafts, Deleted Items, Junk Email and Outbox, or the folders inside them."
)
SEARCH_AGAIN = (
    "Remove the address from the candidate and add it again: the mailbox is then searched for it "
    "once more."
)
NAME_RELAY = (
    "If it came from a job board or the like, an administrator names its domain under Privacy. Or "
    "add the address in From to the candidate."
)
# What would bring such a message here, or keep it out.
CHANGES = {
    Reason.KEPT: "Turn off email sync, or the alias that brings it, and later ones stay out.",
    Reason.NO_CANDIDATE: "Add the person as a candidate, or this address to a candidate. Portal "
    "then searches for past emails with them.",
    Reason.ALIAS_OFF: "Turn the alias on, and choose “New and past email”.",
    Reason.ALIAS_BEFORE_START: "Choose “New and past email” for that alias.",
    Reason.NOT_ADDRESSED: "Nothing for messages that were sent: you and the candidate must both "
    "stand in From, To or Cc. If you were written to at an address of yours that is not listed, "
    "choose “Look for new addresses”.",
    Reason.INSIDE: "Nothing: addresses of your organization are never candidates.",
    Reason.CLOSED: "Reopen the candidate. Mail that arrived in between is then searched for.",
    Reason.WAITS_FOR_OWNER: "Choose “Sync” under Earlier mail.",
    Reason.LEFT_BY_OWNER: "Choose “Sync” under Earlier mail.",
    Reason.LEFT_BY_SHARED: "Ask an owner of the shared mailbox. Its email sync, addresses, Never "
    "sync list and earlier mail decide.",
    Reason.NEVER_SYNC: "Remove the entry from your list or from your organization's, under Never "
    "sync. Earlier mail that it kept out is then searched for.",
    Reason.FOLDER_LEFT_OUT: "Move it to another folder in Outlook, and it is looked at there.",
    Reason.VANISHED: f"Nothing while it is deleted. If you restored it: {SEARCH_AGAIN}",
    Reason.UNREADABLE: SEARCH_AGAIN,
}
SHARED_CHANGES = {
    Reason.NOT_ADDRESSED: "Nothing for messages that were sent: this mailbox and the candidate "
    "must both stand in From, To or Cc. If it was written to at an address that is not listed, "
    "choose “Look for new addresses”.",
    Reason.NEVER_SYNC: "Remove the entry from the list of this mailbox or from your "
    "organization's, under Never sync. Earlier mail that it kept out is then searched for.",
}
ALIAS_CHANGES = {
    AliasChange.MADE_PRIMARY: "It became the primary address, and is synced from the last time on "
    "that the addresses were read.",
    AliasChange.WAS_PRIMARY: "It was the primary address before and stays synced until it is "
    "turned off.",
    AliasChange.GONE: "It left the directory entry. If it comes back within 30 days, it comes "
    "back as it was.",
    AliasChange.RETURNED: "It was away from the directory entry and came back as it was. Mail of "
    "the time between is searched for if it is on.",
    AliasChange.RETURNED_OFF: "It came back after more than 30 days, and so it is off.",
}
STAGES = {
    Stage.WAITING: "Waiting for its turn",
    Stage.ADDRESSES: "Reading the addresses",
    Stage.FOLDERS: "Reading the list of folders",
    Stage.HEADERS: "Looking through the messages",
    Stage.FOLLOWING: "Looking through the messages",
}


def reason(left_out: LeftOut, *, is_shared: bool = False) -> str:
    found = REASONS[left_out.reason]
    return SHARED_REASONS.get(left_out.reason, found) if is_shared else found


def change(left_out: LeftOut, *, is_shared: bool = False) -> str:
    found = CHANGES[left_out.reason]
    return SHARED_CHANGES.get(left_out.reason, found) if is_shared else found


def closed(*, is_shared: bool) -> str:
    return f"Portal may not open {'this' if is_shared else 'your'} mailbox"


def failed(*, is_shared: bool) -> str:
    return f"The last look at {'this' if is_shared else 'your'} mailbox failed"


def stage(of: Stage) -> str:
    return STAGES[of]


def time_left(seconds: int | None) -> str:
    """`about 4 minutes left`; nothing precise, since it is an estimate."""
    if seconds is None:
        return "working out how long it takes"
    if seconds < 60:
        return "less than a minute left"
    if seconds < 90 * 60:
        return f"about {counted(round(seconds / 60), 'minute')} left"
    return f"about {counted(round(seconds / 3600), 'hour')} left"


def alias_change(alias: Alias) -> str:
    """The sentence about what the directory did to an address last."""
    return ALIAS_CHANGES[alias.change] if alias.change else ""
