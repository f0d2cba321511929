"""Remove stored messages: a candidate's, an alias's, a mailbox's."""

from collections.abc import Callable

from portal.addresses import fold, stands_for
from portal.audit.act import Act
from portal.audit.actions import Action
from portal.audit.models import CANDIDATE, AuditedCandidate
from portal.candidates import feed
from portal.candidates import store as candidates
from portal.candidates.models import Candidate
from portal.email import removal_store as store
from portal.email import settings_store
from portal.email.models import FEED_KIND, Alias
from portal.errors import Conflict
from portal.outbox import removal as sent_mail
from portal.privacy import insiders
from portal.privacy.models import Entry, never_sync
from portal.storage.rows import Rows
from portal.wording import counted


def delete_candidate(
    act: Act, candidate: Candidate, *, first: Callable[[Act, str], object] | None = None
) -> int:
    """Delete a candidate with the messages of no other feed; how many messages that were.

    `first` is what another subject does with the candidate's id in the same transaction.
    """
    with act.rows.write():
        if first is not None:
            first(act, candidate.id)
        count = sent_mail.forget_candidate(act.rows, candidate.id, now=act.now)
        candidates.delete(act.rows, candidate.id)
        count += store.delete_messages_without_entry(act.rows)
        act.record(
            Action.CANDIDATE_DELETED,
            CANDIDATE,
            candidate=AuditedCandidate(candidate.id),
            new=f"{counted(count, 'message')} removed",
        )
    return count


def former_mail(rows: Rows, candidate: Candidate) -> list[str]:
    """Messages in the feed of removed addresses, or of addresses that became the organization's.

    Received ones by our ids, and sent ones by theirs.
    """
    inside = set(insiders.among(rows, candidate.addresses))
    own = {fold(address) for address in candidate.addresses if address not in inside}
    received = [
        message_id
        for message_id, addresses in store.correspondents(rows, candidate.id)
        if own.isdisjoint(form for address in addresses for form in stands_for(address))
    ]
    return [*received, *sent_mail.former_mail(rows, candidate, own)]


def remove_former_mail(act: Act, candidate_id: str) -> int:
    """Remove messages that only former addresses brought; how many left the feed."""
    with act.rows.write():
        candidate = candidates.candidate(act.rows, candidate_id)
        former = former_mail(act.rows, candidate)
        feed.remove(act.rows, candidate.id, former, kind=FEED_KIND)
        sent_mail.leave_feed(act.rows, candidate.id, former, now=act.now)
        store.delete_messages_without_entry(act.rows)
        if former:
            _record(act, CANDIDATE, len(former), candidate=AuditedCandidate(candidate_id))
    return len(former)


def mail_on_list(rows: Rows, entry: Entry) -> list[str]:
    """Messages with an address of an entry: from its owner's mailbox, or from any.

    Received ones by our ids, and sent ones by theirs. A sent one is named once.
    """
    return [*_received_on_list(rows, entry), *sent_mail.mail_on_list(rows, entry)]


def _received_on_list(rows: Rows, entry: Entry) -> list[str]:
    listed = never_sync([entry])
    return [
        message_id
        for message_id, addresses in store.messages_of(rows, entry.user_id)
        if listed.first_of(addresses)
    ]


def remove_mail_on_list(act: Act, entry: Entry) -> int:
    """Remove the messages with an address of an entry. An owner's entry spares others' copies."""
    with act.rows.write():
        sent = sent_mail.mail_on_list(act.rows, entry)
        received = _received_on_list(act.rows, entry)
        count = sent_mail.remove(act.rows, sent, now=act.now)
        store.delete_copies(act.rows, received, owner=entry.user_id)
        count += _delete_without_copy(act.rows)
        _record(
            act,
            _owner_name(act, entry.user_id) if entry.user_id else entry.without_name,
            count,
        )
    return count


def remove_alias_mail(act: Act, alias: Alias) -> int:
    """Remove messages that came only through an alias that is off. Copies of others stay."""
    with act.rows.write():
        known = settings_store.alias(act.rows, alias.id, owner=alias.user_id)
        if known.is_primary or known.is_synced:
            raise Conflict(f"{alias.address} is included. Turn it off, then remove its mail.")
        store.delete_copies_from_alias(act.rows, alias.id)
        count = _delete_without_copy(act.rows)
        _record(
            act,
            alias.address,
            count,
        )
    return count


def remove_mailbox_mail(act: Act, user_id: str) -> int:
    """Remove what only this mailbox brought. Sync has to be off, or it would bring it again."""
    with act.rows.write():
        if settings_store.is_syncing(act.rows, user_id):
            raise Conflict("Email sync is on. Turn it off first, then remove its mail.")
        store.delete_copies_from_person(act.rows, user_id)
        count = _delete_without_copy(act.rows)
        _record(
            act,
            _owner_name(act, user_id),
            count,
        )
    return count


def _owner_name(act: Act, user_id: str) -> str:
    """The name of a shared mailbox, or else of the person who does it."""
    return settings_store.name_of_shared(act.rows, user_id) or act.actor.name


def _delete_without_copy(rows: Rows) -> int:
    feed.remove_everywhere(rows, store.messages_without_copy(rows), kind=FEED_KIND)
    store.delete_attachments_without_copy(rows)
    return store.delete_messages_without_entry(rows)


def _record(
    act: Act, target: str, count: int, *, candidate: AuditedCandidate | None = None
) -> None:
    act.record(
        Action.SYNCED_MAIL_REMOVED,
        target,
        candidate=candidate,
        new=f"{counted(count, 'message')} removed",
    )
