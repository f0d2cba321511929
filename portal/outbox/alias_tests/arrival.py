"""Search the mailbox of an alias for the test mail that arrived in it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from portal import clock
from portal.errors import PortalError
from portal.graph.errors import MailboxFenced, PermissionMissing, Throttled
from portal.microsoft365.clients import Microsoft365
from portal.outbox import access, copies
from portal.outbox.alias_tests import results
from portal.outbox.copies import Copy
from portal.outbox.feed.texts import CANNOT_BE_CHECKED
from portal.outbox.models import Mail, State
from portal.outbox.work import Work
from portal.storage.rows import Rows

SECONDS = (5, 15, 60, 120, 300, 600)
AFTER_THROTTLED = timedelta(seconds=30)


def look(work: Work, mail: Mail) -> None:
    """Search once for the copy that arrived: the address in its From is the result."""
    now = clock.utc_now()
    try:
        found = _search(work.rows, work.microsoft365, mail)
    except Throttled as error:
        wait = max(timedelta(seconds=error.retry_after or 0), AFTER_THROTTLED)
        changed = _missed(mail, error, now=now)
        due_at = max(changed.due_at, now + wait)
        results.keep(work, replace(changed, due_at=due_at), was=State.SEEN)
    except PortalError as error:
        results.keep(work, _missed(mail, error, now=now), was=State.SEEN)
    else:
        changed = _arrived(mail, found, now=now) if found else _missed(mail, None, now=now)
        results.keep(work, changed, was=State.SEEN)


def _search(rows: Rows, microsoft365: Microsoft365, mail: Mail) -> Sequence[Copy]:
    """The mail in every folder but Sent Items. It is asked for by its Message-ID alone.

    A mail that went through its author's own mailbox still arrives in that of the alias.
    """
    if not mail.internet_message_id:
        return ()
    account_id = mail.account_id or mail.through_id or ""
    fenced: PortalError | None = None
    for client in access.clients_to_look(rows, microsoft365, mail.author_id, account_id):
        try:
            return copies.received(client(), mail.internet_message_id)
        except MailboxFenced as refusal:
            fenced = refusal
    raise fenced or PermissionMissing(CANNOT_BE_CHECKED)


def _arrived(mail: Mail, found: Sequence[Copy], *, now: datetime) -> Mail:
    copy = found[0]
    return replace(
        mail,
        from_seen=copy.from_address,
        sender_seen=copy.sender_address or copy.from_address,
        copies_found=len(found),
        failure=None,
        failed_at=None,
        ended_at=now,
    )


def _missed(mail: Mail, error: PortalError | None, *, now: datetime) -> Mail:
    """The test after a search without a copy. A failed last search proves nothing."""
    base = mail.accepted_at or mail.seen_at or now
    missed = replace(
        mail,
        copies_found=0,
        failure=str(error) if error else None,
        failed_at=now if error else None,
    )
    if now >= base + results.ARRIVES_WITHIN:
        return replace(missed, ended_at=now)
    after = (base + timedelta(seconds=each) for each in SECONDS)
    return replace(missed, due_at=next(each for each in after if each > now))
