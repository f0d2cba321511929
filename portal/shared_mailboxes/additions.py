"""Add a shared mailbox as a source of mail, choose its owners, and remove it again."""

from collections.abc import Collection

from portal.audit.act import Act
from portal.audit.actions import Action
from portal.directory import shared_mailboxes as marks
from portal.directory import store as directory_store
from portal.email import mailboxes, settings_store
from portal.errors import Conflict, Invalid, NotFound
from portal.microsoft365 import authorizations
from portal.shared_mailboxes import store
from portal.shared_mailboxes.models import Closed, Entry, KnownBy, Owner, SharedMailbox
from portal.storage.ids import new_id
from portal.storage.rows import Rows
from portal.users import store as users
from portal.users.models import Role, Source, User

NEEDS_OWNER = (
    "Choose at least one owner who recruits and can sign in. Owners decide what Portal reads of "
    "this mailbox."
)
NEEDS_WORD = "Confirm that this is nobody's personal mailbox, since Microsoft does not say so."


def add(act: Act, entry: Entry, *, owners: Collection[str], is_confirmed: bool) -> SharedMailbox:
    """Add a mailbox that was inspected, or one that was removed before. Its sync starts on.

    One that its owners had turned off before it was removed stays off.

    Refuses one without an owner, and one that another administrator has added a moment ago.
    """
    with act.rows.write():
        _require_new(act.rows, entry)
        known_by = entry.known_by or (KnownBy.ADMIN if is_confirmed else None)
        if known_by is None:
            raise Invalid(NEEDS_WORD, field="confirmed")
        known = store.mailbox_with(act.rows, entry.object_id)
        chosen = _owners(act.rows, owners, known)
        account_id = _account(act, entry)
        store.add(act.rows, account_id, known_by=known_by, added_by=act.actor.name, now=act.now)
        store.save_owners(act.rows, account_id, chosen, added_by=act.actor.name, now=act.now)
        is_syncing = not store.mailbox(act.rows, account_id).was_off
        settings_store.set_syncing(act.rows, account_id, is_syncing=is_syncing, now=act.now)
        if is_syncing:
            mailboxes.read_sent_as(act.rows, account_id, now=act.now)
        _mark(act, entry.object_id)
        added = store.mailbox(act.rows, account_id)
        act.record(Action.SHARED_MAILBOX_ADDED, added.label, new=_named(added))
    return added


def _require_new(rows: Rows, entry: Entry) -> None:
    known = store.mailbox_with(rows, entry.object_id)
    if known is not None and known.is_enabled:
        raise Conflict(f"{known.address} is added already, by {known.added_by}.")


def _account(act: Act, entry: Entry) -> str:
    """The account of a mailbox that was removed before, or a new one."""
    known = store.mailbox_with(act.rows, entry.object_id)
    if known is None:
        return _new_account(act, entry)
    users.save_enabled(act.rows, known.account_id, enabled=True)
    users.save_shared_names(act.rows, known.account_id, entry.name, entry.address)
    return known.account_id


def _new_account(act: Act, entry: Entry) -> str:
    account = User(
        id=new_id(),
        tenant_id=entry.tenant_id,
        object_id=entry.object_id,
        address=entry.address,
        display_name=entry.name,
        role=Role.LIMITED,
        source=Source.SHARED_MAILBOX,
        created_at=act.now,
    )
    users.add(act.rows, account)
    return account.id


def _mark(act: Act, object_id: str) -> None:
    """Keep user sync from importing it as a person, also if it reads the entry later."""
    try:
        marks.set_shared(act, object_id, shared=True)
    except NotFound:
        directory_store.save_shared_mailbox(
            act.rows, object_id, marked_by=act.actor.name, now=act.now
        )


def offered_owners(rows: Rows, known: SharedMailbox | None) -> list[Owner]:
    """The people who may be ticked: those who can decide, and present owners who cannot now."""
    silent = [each for each in known.owners if not each.decides] if known else []
    return [*store.possible_owners(rows), *silent]


def _owners(rows: Rows, chosen: Collection[str], known: SharedMailbox | None) -> list[str]:
    """Those of the chosen who may be owners. Refuses a choice in which nobody can decide."""
    found = [each for each in offered_owners(rows, known) if each.user_id in chosen]
    if not any(each.decides for each in found):
        raise Invalid(NEEDS_OWNER, field="owner")
    return [each.user_id for each in found]


def change_owners(act: Act, account_id: str, owners: Collection[str]) -> SharedMailbox:
    """Choose other owners. Nobody reads it by the permission of a former one any more."""
    with act.rows.write():
        before = store.mailbox(act.rows, account_id)
        chosen = _owners(act.rows, owners, before)
        store.save_owners(act.rows, account_id, chosen, added_by=act.actor.name, now=act.now)
        authorizations.end_reading_of_former(act, account_id, before.label)
        after = store.mailbox(act.rows, account_id)
        if after.owners != before.owners:
            act.record(
                Action.SHARED_MAILBOX_OWNERS_CHANGED,
                after.label,
                old=_named(before),
                new=_named(after),
            )
    return after


def _named(mailbox: SharedMailbox) -> str:
    return ", ".join(f"{each.name} <{each.address}>" for each in mailbox.owners)


def remove(act: Act, account_id: str) -> SharedMailbox:
    """Stop reading a mailbox. Its mail, lists and owners stay. Does nothing if repeated."""
    with act.rows.write():
        known = store.mailbox(act.rows, account_id)
        if known.kept_out is not Closed.REMOVED:
            authorizations.end_reading(act, account_id, known.label)
            if known.is_enabled:
                store.save_was_off(act.rows, account_id, was_off=not known.is_syncing)
            users.save_kept_out(act.rows, account_id, Closed.REMOVED)
            settings_store.set_syncing(act.rows, account_id, is_syncing=False, now=act.now)
            act.record(Action.SHARED_MAILBOX_REMOVED, known.label)
    return store.mailbox(act.rows, account_id)
