"""Read a person's addresses once a day; include them in email sync or leave them out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from portal.addresses import fold
from portal.audit.act import Act
from portal.audit.actions import Action
from portal.audit.models import Actor
from portal.directory import shared_mailboxes as marks
from portal.directory.purposes import OF_PEOPLE, purpose
from portal.email import mailboxes
from portal.email import settings_store as store
from portal.email import store as mailbox_store
from portal.email.models import Alias, AliasChange
from portal.email.sync_job import SyncJob
from portal.errors import Conflict, Invalid
from portal.graph.errors import PermissionMissing, Refused, Unavailable
from portal.microsoft365 import authorizations
from portal.storage.ids import new_id
from portal.storage.rows import Rows
from portal.users import store as users

MONTH = timedelta(days=30)
FIELDS = "id,displayName,mail,userPrincipalName,proxyAddresses"
DAY = timedelta(days=1)
CONVERTED = "Microsoft says that this is a user's mailbox now, so Portal no longer reads it."


def set_inclusion(act: Act, alias: Alias, *, included: bool, from_now: bool) -> Alias:
    """Include one address or leave it out. Does nothing if unchanged.

    Leaving out keeps existing mail. Including with `from_now` off also searches for earlier
    messages, and so widens an alias that was included from now on.
    """
    with act.rows.write():
        # Read again, since the worker may have taken over new addresses.
        known = store.alias(act.rows, alias.id, owner=alias.user_id)
        changed = _decided(known, included=included, start=act.now if from_now else None)
        if changed != known:
            store.save_alias(act.rows, changed)
            _start_or_drop_search(act.rows, changed, now=act.now)
            _record(
                act,
                changed,
            )
    return changed


def _decided(known: Alias, *, included: bool, start: datetime | None) -> Alias:
    if known.is_primary and not included:
        raise Invalid("Your primary address is always included.", field="on")
    if known.is_gone and included:
        raise Conflict(f"{known.address} is no longer in the directory entry.")
    if not included:
        return replace(known, is_included=False, included_from=None)
    if known.is_included and start is not None:
        start = known.included_from
    return replace(known, is_included=True, included_from=None if known.is_primary else start)


def _start_or_drop_search(rows: Rows, changed: Alias, *, now: datetime) -> None:
    if not changed.is_included:
        store.drop_alias_searches(rows, changed.id)
    elif changed.included_from is None:
        _search(rows, changed, now=now)


def _search(rows: Rows, alias: Alias, *, now: datetime) -> None:
    """Search for earlier mail at an address, also for what members sent as a shared mailbox."""
    store.add_alias_search(rows, alias, now=now)
    mailboxes.read_sent_as(rows, alias.user_id, now=now)


def _record(act: Act, changed: Alias) -> None:
    wording = "with what was there" if changed.included_from is None else "from now on"
    act.record(
        Action.ALIAS_INCLUDED if changed.is_included else Action.ALIAS_LEFT_OUT,
        changed.address,
        new=wording if changed.is_included else None,
    )


def is_reading_due(job: SyncJob) -> bool:
    """Daily, and when somebody or an unknown address asked for it since the last time."""
    read_at, asked_at = job.mailbox.addresses_read_at, job.mailbox.addresses_asked_at
    if read_at is None or job.now() - read_at >= DAY:
        return True
    return asked_at is not None and asked_at >= read_at


def read(job: SyncJob) -> None:
    entry = _entry(job)
    primary = str(entry.get("mail") or entry.get("userPrincipalName") or "")
    if "@" not in primary:
        raise Unavailable("Microsoft's answer does not say whose mailbox this is.")
    proxies = _proxies(job, entry)
    if store.name_of_shared(job.rows, job.mailbox.user_id):
        _follow_shared(job, entry.get("displayName"), primary)
    with job.write() as now:
        last = job.mailbox.addresses_read_at
        refresh(job.rows, job.mailbox.user_id, proxies, primary, now, last_read_at=last)
        mailbox_store.save_addresses_read(job.rows, job.mailbox.id, now=now)


def _follow_shared(job: SyncJob, name: str | None, address: str) -> None:
    """Take the name of a shared mailbox. Stop for good once it is a person's own mailbox.

    A member who reads it may not be told its name: then it keeps the one it has.
    """
    account_id = job.mailbox.user_id
    is_converted = purpose(job.rows, job.graph, job.graph.mailbox_path) in OF_PEOPLE
    with job.write() as now:
        users.save_shared_names(job.rows, account_id, name, address)
        label = store.name_of_shared(job.rows, account_id) or address
        if is_converted:
            _release(Act(job.rows, Actor.system("email sync"), now), account_id, label)
            marks.unmark(job.rows, job.graph.object_id or "", now=now)
    if is_converted:
        raise Refused(CONVERTED)


def _release(act: Act, account_id: str, label: str) -> None:
    """Stop reading a mailbox that a person has now. Belongs inside write()."""
    authorizations.end_reading(act, account_id, label)
    users.release_shared(act.rows, account_id)
    store.set_syncing(act.rows, account_id, is_syncing=False, now=act.now)
    act.record(Action.SHARED_MAILBOX_CONVERTED, label)


def _entry(job: SyncJob) -> dict[str, Any]:
    """The path of the mailbox itself is the person's own entry in the directory.

    Consent to mail alone does not open it, nor does a member's permission to read a shared one:
    then the address that is known here has to do.
    """
    try:
        return job.graph.get(job.graph.mailbox_path, query={"$select": FIELDS})
    except PermissionMissing:
        if job.graph.mailbox_path == "/me":
            raise
        return {"mail": mailbox_store.address_of(job.rows, job.mailbox.user_id)}


def _proxies(job: SyncJob, entry: Mapping[str, Any]) -> list[str]:
    """An answer without the list, or with an empty one, says nothing: no alias is gone.

    A change of licence empties it for a while.
    """
    listed = entry.get("proxyAddresses")
    if isinstance(listed, list) and listed:
        return [str(each) for each in listed]
    known = store.aliases_of(job.rows, job.mailbox.user_id)
    return [f"smtp:{each.address}" for each in known if not each.is_gone]


def refresh(
    rows: Rows,
    user_id: str,
    proxies: Iterable[str],
    primary: str,
    now: datetime,
    *,
    last_read_at: datetime | None = None,
) -> None:
    """Take over the directory's addresses: new ones are off, vanished ones are kept as gone.

    One that returns within 30 days is as it was. A former primary address stays included; a new
    one is included and searched from the last reading on.
    """
    listed = _listed(proxies, primary)
    with rows.write():
        for known in store.aliases_of(rows, user_id):
            address = listed.pop(known.folded, None)
            changed = (
                _seen_again(known, address, now=now, last_read_at=last_read_at)
                if address
                else _gone(known, now=now)
            )
            if changed != known:
                store.save_alias(rows, changed)
            if _has_gap(known, changed):
                _search(rows, changed, now=now)
        for address in listed.values():
            found = _found(user_id, address, now=now, last_read_at=last_read_at)
            store.save_alias(rows, found)
            if found.change is AliasChange.MADE_PRIMARY:
                _search(rows, found, now=now)
            elif found.is_primary:
                mailboxes.read_sent_as(rows, user_id, now=now)


def _has_gap(known: Alias, changed: Alias) -> bool:
    """Whether mail came in while the address was not synced."""
    return changed.is_synced and not known.is_synced


@dataclass(frozen=True)
class _Listed:
    address: str
    folded: str
    is_primary: bool


def _listed(proxies: Iterable[str], primary: str) -> dict[str, _Listed]:
    """Addresses by folded form. `SMTP:` in capitals marks the primary one, `smtp:` the others.

    https://learn.microsoft.com/graph/api/resources/user (proxyAddresses)
    """
    pairs = [proxy.partition(":") for proxy in proxies]
    mail = [(kind, address.strip()) for kind, _, address in pairs if kind.lower() == "smtp"]
    capital = [address for kind, address in mail if kind == "SMTP" and "@" in address]
    first = fold(capital[0] if capital else primary)
    every = {fold(address): address for _, address in mail if "@" in address}
    every.setdefault(first, primary)
    return {
        folded: _Listed(address, folded, is_primary=folded == first)
        for folded, address in every.items()
        if folded
    }


def _seen_again(
    known: Alias, listed: _Listed, *, now: datetime, last_read_at: datetime | None
) -> Alias:
    named = replace(known, address=listed.address, is_primary=listed.is_primary, gone_at=None)
    returns_as_it_was = known.gone_at is None or now - known.gone_at <= MONTH
    if known.is_gone and not returns_as_it_was:
        named = replace(named, is_included=False, included_from=None)
    if listed.is_primary and not known.is_primary:
        start = named.included_from if named.is_included else last_read_at
        primary = replace(named, is_included=True, included_from=start)
        return _changed(primary, AliasChange.MADE_PRIMARY, now)
    if known.is_primary and not listed.is_primary:
        return _changed(named, AliasChange.WAS_PRIMARY, now)
    if known.is_gone:
        change = AliasChange.RETURNED if returns_as_it_was else AliasChange.RETURNED_OFF
        return _changed(named, change, now)
    return named


def _gone(known: Alias, *, now: datetime) -> Alias:
    if known.is_gone:
        return known
    return _changed(replace(known, is_primary=False, gone_at=now), AliasChange.GONE, now)


def _changed(alias: Alias, change: AliasChange, now: datetime) -> Alias:
    return replace(alias, change=change, changed_at=now)


def _found(user_id: str, listed: _Listed, *, now: datetime, last_read_at: datetime | None) -> Alias:
    is_new_primary = listed.is_primary and last_read_at is not None
    return Alias(
        id=new_id(),
        user_id=user_id,
        address=listed.address,
        folded=listed.folded,
        is_primary=listed.is_primary,
        is_included=listed.is_primary,
        included_from=last_read_at if listed.is_primary else None,
        found_at=now,
        gone_at=None,
        seen_in_mail_at=None,
        change=AliasChange.MADE_PRIMARY if is_new_primary else None,
        changed_at=now if is_new_primary else None,
    )
