"""Conditions that hold before a message of a shared mailbox matters. Pure."""

from portal.email_why.chains import up_to_first_no
from portal.email_why.models import EMAIL, Link, Step, passed, say, stopped
from portal.shared_mailboxes.models import SharedMailbox

OPENED = "Portal can open this mailbox"
SYNC_IS_ON = "Email sync is on"
READ_ON = "A member with Full Access presses “Read it as me” on the page about who reads it."
ADD_AGAIN = "An administrator can search for it under Privacy and add it again."
CONVERT_BACK = "Convert it back to a shared mailbox in Exchange. Then an administrator can add it."


def before_asking(
    mailbox: SharedMailbox, *, is_syncing: bool, knows_addresses: bool
) -> tuple[Step, ...]:
    """Check who reads it, and whether it syncs. Ends with the first step that does not hold."""
    return up_to_first_no(
        (
            _opened(mailbox),
            _sync_on(is_syncing=is_syncing, knows_addresses=knows_addresses),
        )
    )


def _opened(mailbox: SharedMailbox) -> Step:
    if not mailbox.is_enabled:
        change = CONVERT_BACK if mailbox.is_converted else ADD_AGAIN
        return stopped(OPENED, say(mailbox.state), change)
    if mailbox.hindrance:
        says = say("{hindrance}", hindrance=mailbox.hindrance)
        return stopped(OPENED, says, READ_ON, _reader_page(mailbox))
    if mailbox.is_read_by_organization:
        return passed(OPENED, say("Your organization's consent opens it."))
    return passed(
        OPENED, say("{name} reads it by their own permission.", name=mailbox.reader_name or "")
    )


def _reader_page(mailbox: SharedMailbox) -> Link:
    arguments = {"account_id": mailbox.account_id}
    return Link("See who reads it", "shared_mailbox_reader.page", arguments)


def _sync_on(*, is_syncing: bool, knows_addresses: bool) -> Step:
    if not is_syncing:
        return stopped(
            SYNC_IS_ON,
            say("It is off, so nothing in this mailbox is read."),
            "Turn on “Sync its email with candidates”.",
            EMAIL,
        )
    if not knows_addresses:
        return stopped(
            SYNC_IS_ON,
            say("It is on, but has only begun: the addresses of this mailbox are not known yet."),
            "Wait a minute. If it stays so, ask an administrator whether a worker is running.",
            EMAIL,
        )
    return passed(SYNC_IS_ON, say("This mailbox is searched."))


def refused(mailbox: SharedMailbox, sentence: str) -> tuple[Step, ...]:
    """Microsoft's refusal of a mailbox that Portal seemed able to open."""
    says = say("{sentence}", sentence=sentence)
    return (stopped(OPENED, says, READ_ON, _reader_page(mailbox)),)
