"""Remove stored messages: a candidate's, an alias's, a mailbox's."""

from datetime import datetime

from portal.audit.actions import Action
from portal.audit.log import Actor, record
from portal.candidates import feed
from portal.candidates import store as candidates
from portal.candidates.addresses import base
from portal.candidates.models import Candidate
from portal.email import removal_store as store
from portal.email import settings_store
from portal.email.models import FEED_KIND, Alias
from portal.errors import Conflict
from portal.storage.rows import Rows


def delete_candidate(rows: Rows, candidate: Candidate, *, actor: Actor, now: datetime) -> int:
    """Delete a candidate with the messages of no other feed; how many messages that were."""
    with rows.write():
        candidates.delete(rows, candidate.id)
        count = store.delete_messages_without_entry(rows)
        record(
            rows,
            actor=actor,
            action=Action.CANDIDATE_DELETED,
            target=candidate.name,
            new=f"{count} messages removed",
            at=now,
        )
    return count


def former_mail(rows: Rows, candidate: Candidate) -> list[str]:
    """Messages in the feed that only addresses brought which were removed since."""
    own = {base(address) for address in candidate.addresses}
    return [
        message_id
        for message_id, addresses in store.correspondents(rows, candidate.id)
        if own.isdisjoint(map(base, addresses))
    ]


def remove_former_mail(rows: Rows, candidate_id: str, *, actor: Actor, now: datetime) -> int:
    """Remove messages that only former addresses brought; how many left the feed."""
    with rows.write():
        candidate = candidates.candidate(rows, candidate_id)
        former = former_mail(rows, candidate)
        feed.remove(rows, candidate.id, former, kind=FEED_KIND)
        store.delete_messages_without_entry(rows)
        if former:
            _record(rows, actor, candidate.name, len(former), now)
    return len(former)


def remove_alias_mail(rows: Rows, alias: Alias, *, actor: Actor, now: datetime) -> int:
    """Remove messages that came only through an alias that is off. Copies of others stay."""
    with rows.write():
        known = settings_store.alias(rows, alias.id, owner=alias.user_id)
        if known.is_primary or known.is_included:
            raise Conflict(f"{alias.address} is included. Turn it off, then remove its mail.")
        store.delete_copies_from_alias(rows, alias.id)
        count = _delete_without_copy(rows)
        _record(rows, actor, alias.address, count, now)
    return count


def remove_mailbox_mail(rows: Rows, user_id: str, *, actor: Actor, now: datetime) -> int:
    """Remove what only this mailbox brought. Sync has to be off, or it would bring it again."""
    with rows.write():
        if settings_store.is_syncing(rows, user_id):
            raise Conflict("Email sync is on. Turn it off first, then remove its mail.")
        store.delete_copies_from_person(rows, user_id)
        count = _delete_without_copy(rows)
        _record(rows, actor, actor.name, count, now)
    return count


def _delete_without_copy(rows: Rows) -> int:
    feed.remove_everywhere(rows, store.messages_without_copy(rows), kind=FEED_KIND)
    store.delete_attachments_without_copy(rows)
    return store.delete_messages_without_entry(rows)


def _record(rows: Rows, actor: Actor, target: str, count: int, now: datetime) -> None:
    record(
        rows,
        actor=actor,
        action=Action.SYNCED_MAIL_REMOVED,
        target=target,
        new=f"{count} messages removed",
        at=now,
    )
