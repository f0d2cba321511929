"""Read a person's addresses once a day; include them in email sync or leave them out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from portal.addresses import fold
from portal.audit.act import Act
from portal.audit.actions import Action
from portal.email import settings_store as store
from portal.email import store as mailbox_store
from portal.email.models import Alias
from portal.email.sync_job import SyncJob
from portal.errors import Conflict, Invalid
from portal.graph.errors import PermissionMissing, Unavailable
from portal.storage.ids import new_id
from portal.storage.rows import Rows

MONTH = timedelta(days=30)
FIELDS = "id,displayName,mail,userPrincipalName,proxyAddresses"
DAY = timedelta(days=1)


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
        raise Conflict(f"{known.address} is no longer in your directory entry.")
    if not included:
        return replace(known, is_included=False, included_from=None)
    if known.is_included and start is not None:
        start = known.included_from
    return replace(known, is_included=True, included_from=None if known.is_primary else start)


def _start_or_drop_search(rows: Rows, changed: Alias, *, now: datetime) -> None:
    if not changed.is_included:
        store.drop_alias_searches(rows, changed.id)
    elif changed.included_from is None:
        store.add_alias_search(rows, changed, now=now)


def _record(act: Act, changed: Alias) -> None:
    wording = "with what was there" if changed.included_from is None else "from now on"
    act.record(
        Action.ALIAS_INCLUDED if changed.is_included else Action.ALIAS_LEFT_OUT,
        changed.address,
        new=wording if changed.is_included else None,
    )


def what_it_would_bring(rows: Rows, alias: Alias, *, now: datetime) -> int:
    """Count messages of the last 30 days left out because this alias is off."""
    return store.count_held_back(rows, alias, since=now - MONTH)


def is_reading_due(job: SyncJob) -> bool:
    read_at = job.mailbox.addresses_read_at
    return read_at is None or job.now() - read_at >= DAY


def read(job: SyncJob) -> None:
    entry = _entry(job)
    primary = str(entry.get("mail") or entry.get("userPrincipalName") or "")
    if "@" not in primary:
        raise Unavailable("Microsoft's answer does not say whose mailbox this is.")
    proxies = _proxies(job, entry)
    with job.write() as now:
        refresh(job.rows, job.mailbox.user_id, proxies, primary, now)
        mailbox_store.save_addresses_read(job.rows, job.mailbox.id, now=now)


def _entry(job: SyncJob) -> dict[str, Any]:
    """The path of the mailbox itself is the person's own entry in the directory.

    Consent to mail alone does not open it: then the address that is known here has to do.
    """
    try:
        return job.graph.get(job.graph.mailbox_path, query={"$select": FIELDS})
    except PermissionMissing:
        if not job.graph.is_app_only:
            raise
        return {"mail": mailbox_store.address_of(job.rows, job.mailbox.user_id)}


def _proxies(job: SyncJob, entry: Mapping[str, Any]) -> list[str]:
    """An answer without the list says nothing about aliases: none of them is gone."""
    listed = entry.get("proxyAddresses")
    if isinstance(listed, list):
        return [str(each) for each in listed]
    known = store.aliases_of(job.rows, job.mailbox.user_id)
    return [f"smtp:{each.address}" for each in known if not each.is_gone]


def refresh(rows: Rows, user_id: str, proxies: Iterable[str], primary: str, now: datetime) -> None:
    """Take over the directory's addresses: new ones are off, vanished ones are kept as gone.

    One that returns is off. Only the primary address is turned on.
    """
    listed = _listed(proxies, primary)
    with rows.write():
        for known in store.aliases_of(rows, user_id):
            address = listed.pop(known.folded, None)
            changed = _seen_again(known, address) if address else _gone(known, now=now)
            if changed != known:
                store.save_alias(rows, changed)
        for address in listed.values():
            store.save_alias(rows, _found(user_id, address, now=now))


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


def _seen_again(known: Alias, listed: _Listed) -> Alias:
    named = replace(known, address=listed.address, is_primary=listed.is_primary, gone_at=None)
    if listed.is_primary:
        return named if known.is_primary else replace(named, is_included=True, included_from=None)
    if known.is_gone or known.is_primary:
        return replace(named, is_included=False, included_from=None)
    return named


def _gone(known: Alias, *, now: datetime) -> Alias:
    return replace(
        known,
        is_primary=False,
        is_included=False,
        included_from=None,
        gone_at=known.gone_at or now,
    )


def _found(user_id: str, listed: _Listed, *, now: datetime) -> Alias:
    return Alias(
        id=new_id(),
        user_id=user_id,
        address=listed.address,
        folded=listed.folded,
        is_primary=listed.is_primary,
        is_included=listed.is_primary,
        included_from=None,
        found_at=now,
        gone_at=None,
        seen_in_mail_at=None,
    )
