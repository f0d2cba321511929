"""A message of a feed as its page shows it: parts, names, and where it opens in Outlook."""

from collections.abc import Mapping
from dataclasses import dataclass

from portal.candidates.feed import View
from portal.candidates.models import Candidate
from portal.conversations.presentation import Hiding, hiding
from portal.email_feed.models import CopyPlace, EmailEntry, Participant
from portal.email_feed.quoting import MOST_LINKS, Part, parts
from portal.graph.links import opens_in_outlook
from portal.wording import initials

# A feed of long messages would be megabytes. The page of a message shows more of it, and its text
# can be downloaded whole. Escaped, a character has up to five bytes.
SHOWN_LENGTH = 6_000
WHOLE_LENGTH = 40_000
LINKS_IN_FEED = 40
NOTES = {
    CopyPlace.JUNK: "in Junk Email",
    CopyPlace.DELETED: "in Deleted Items",
    CopyPlace.GONE: "deleted in the mailbox",
}


@dataclass(frozen=True)
class ShownMessage:
    """A message with the texts and links of its entry."""

    entry: EmailEntry
    title: str
    sender_name: str
    sent_by: str
    initials: str
    recipients: tuple[str, ...]
    notes: tuple[str, ...]
    parts: tuple[Part, ...]
    is_shortened: bool
    missing_length: int
    outlook_address: str | None
    hiding: Hiding


def shown(
    entry: EmailEntry, view: View, counts: Mapping[str, int], *, is_whole: bool = False
) -> ShownMessage:
    """As this viewer may see it; only what is shown is read for quotes and links.

    `counts` has the size of each conversation that the viewer may hide, by Message-ID.
    """
    candidate = view.candidate
    name = _sender(entry.sender, candidate)
    writer = _writer(entry, candidate)
    length = WHOLE_LENGTH if is_whole else SHOWN_LENGTH
    missing = max(0, len(entry.body) - length)
    most_links = MOST_LINKS if is_whole else LINKS_IN_FEED
    return ShownMessage(
        entry=entry,
        title=entry.subject.strip() or "(no subject)",
        sender_name=name,
        sent_by=writer,
        initials=initials(writer or name or entry.sender.address),
        recipients=tuple(_recipient(each, candidate) for each in entry.recipients),
        notes=tuple(_notes(entry)),
        parts=tuple(parts(entry.body[:length], most_links=most_links)),
        is_shortened=missing > 0 and not is_whole,
        missing_length=missing if is_whole else 0,
        outlook_address=outlook_address(
            entry, viewer=view.viewer_id, on_loopback=view.is_test_mode
        ),
        hiding=hiding(
            entry.hides,
            entry.own_accounts,
            count=counts.get(entry.internet_message_id, 0),
            after=view.after,
            is_whole=is_whole,
        ),
    )


def _sender(sender: Participant, candidate: Candidate) -> str:
    """A name that looks like an address says nothing: the real one stands beside it."""
    if sender.name and "@" not in sender.name:
        return sender.name
    return candidate.name if candidate.has_address(sender.address) else ""


def _writer(entry: EmailEntry, candidate: Candidate) -> str:
    """The person who wrote it in the sender's name. Empty for all other mail."""
    by = entry.sent_by
    return (_sender(by, candidate) or by.address) if by else ""


def _recipient(recipient: Participant, candidate: Candidate) -> str:
    """The candidate by name, the team by the address that was used."""
    return candidate.name if candidate.has_address(recipient.address) else recipient.address


def _notes(entry: EmailEntry) -> list[str]:
    notes = [f"through {entry.through}"] if entry.through else []
    notes += ["synced from alias"] if entry.alias else []
    return [*notes, NOTES[entry.place]] if entry.place in NOTES else notes


def outlook_address(entry: EmailEntry, *, viewer: str, on_loopback: bool) -> str | None:
    """Where the viewer's own copy opens; colleagues' copies do not open for them.

    Only on Microsoft's hosts, or on this machine where the practice tenant runs.
    """
    links = (copy.web_link for copy in entry.copies if copy.user_id == viewer and not copy.is_gone)
    return next((link for link in links if opens_in_outlook(link, on_loopback=on_loopback)), None)
