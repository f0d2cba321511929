"""A person's addresses from their directory entry, read once a day."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from portal.email import aliases, settings_store, store
from portal.email.sync_job import SyncJob
from portal.graph.errors import PermissionMissing, Unavailable

FIELDS = "id,displayName,mail,userPrincipalName,proxyAddresses"
DAY = timedelta(days=1)


def is_due(job: SyncJob) -> bool:
    read_at = job.mailbox.addresses_read_at
    return read_at is None or job.now() - read_at >= DAY


def read(job: SyncJob) -> None:
    entry = _entry(job)
    primary = str(entry.get("mail") or entry.get("userPrincipalName") or "")
    if "@" not in primary:
        raise Unavailable("Microsoft's answer does not say whose mailbox this is.")
    proxies = _proxies(job, entry)
    with job.write() as now:
        aliases.refresh(job.rows, job.mailbox.user_id, proxies, primary, now)
        store.save_addresses_read(job.rows, job.mailbox.id, now=now)


def _entry(job: SyncJob) -> dict[str, Any]:
    """The path of the mailbox itself is the person's own entry in the directory.

    Consent to mail alone does not open it: then the address that is known here has to do.
    """
    try:
        return job.graph.get(job.graph.mailbox_path, query={"$select": FIELDS})
    except PermissionMissing:
        if not job.graph.is_app_only:
            raise
        return {"mail": store.address_of(job.rows, job.mailbox.user_id)}


def _proxies(job: SyncJob, entry: Mapping[str, Any]) -> list[str]:
    """An answer without the list says nothing about aliases: none of them is gone."""
    listed = entry.get("proxyAddresses")
    if isinstance(listed, list):
        return [str(each) for each in listed]
    known = settings_store.aliases_of(job.rows, job.mailbox.user_id)
    return [f"smtp:{each.address}" for each in known if not each.is_gone]
