"""Remove mail that is kept here: a candidate's, an alias's, a mailbox's."""

from datetime import datetime

from sqlite_utils import Database

from portal.audit.log import Actor, record
from portal.candidates import feed
from portal.candidates import store as candidates
from portal.candidates.models import Candidate
from portal.email import forgetting_store as store
from portal.email import settings_store
from portal.email.models import Alias
from portal.errors import Conflict
from portal.storage.database import write


def delete_candidate(db: Database, candidate: Candidate, *, actor: Actor, now: datetime) -> int:
    """With the messages that are in no other candidate's feed; how many those were."""
    with write(db):
        candidates.delete(db, candidate.id)
        count = store.delete_messages_without_entry(db)
        record(
            db,
            actor=actor,
            action="candidate deleted",
            target=candidate.name,
            new=f"{count} messages removed",
            at=now,
        )
    return count


def forget_former_mail(db: Database, candidate_id: str, *, actor: Actor, now: datetime) -> int:
    """What only removed addresses brought; how many messages left the feed."""
    with write(db):
        candidate = candidates.candidate(db, candidate_id)
        former = feed.former_mail(db, candidate)
        feed.remove(db, candidate.id, former)
        store.delete_messages_without_entry(db)
        if former:
            _record(db, actor, candidate.name, len(former), now)
    return len(former)


def forget_alias(db: Database, alias: Alias, *, actor: Actor, now: datetime) -> int:
    """What came only through an alias that is off; copies of others stay."""
    with write(db):
        known = settings_store.alias(db, alias.id, owner=alias.user_id)
        if known.is_primary or known.is_included:
            raise Conflict(f"{alias.address} is included. Turn it off, then remove its mail.")
        store.delete_copies_from_alias(db, alias.id)
        count = _delete_what_nobody_brought(db)
        _record(db, actor, alias.address, count, now)
    return count


def forget_mailbox(db: Database, user_id: str, *, actor: Actor, now: datetime) -> int:
    """What only this person's mailbox brought; sync has to be off, or it would come again."""
    with write(db):
        if settings_store.is_syncing(db, user_id):
            raise Conflict("Email sync is on. Turn it off first, then remove its mail.")
        store.delete_copies_from_person(db, user_id)
        count = _delete_what_nobody_brought(db)
        _record(db, actor, actor.name, count, now)
    return count


def _delete_what_nobody_brought(db: Database) -> int:
    feed.remove_without_copy(db)
    store.delete_attachments_without_copy(db)
    return store.delete_messages_without_entry(db)


def _record(db: Database, actor: Actor, target: str, count: int, now: datetime) -> None:
    record(
        db,
        actor=actor,
        action="synced mail removed",
        target=target,
        new=f"{count} messages removed",
        at=now,
    )
