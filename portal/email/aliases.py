"""Find a person's addresses; include them in email sync or leave them out."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlite_utils import Database

from portal.candidates.addresses import fold
from portal.email import settings_store as store
from portal.email.models import Alias
from portal.storage.database import write
from portal.storage.ids import new_id


def refresh(
    db: Database, user_id: str, proxies: Iterable[str], primary: str, now: datetime
) -> None:
    """Take over what the directory says: new addresses are off, vanished ones are kept as gone.

    One that comes back comes back off. Nothing is turned on here but the primary address.
    """
    listed = _listed(proxies, primary)
    with write(db):
        for known in store.aliases_of(db, user_id):
            address = listed.pop(known.folded, None)
            changed = _seen_again(known, address) if address else _gone(known, now=now)
            if changed != known:
                store.save_alias(db, changed)
        for address in listed.values():
            store.save_alias(db, _found(user_id, address, now=now))


@dataclass(frozen=True)
class _Listed:
    address: str
    folded: str
    is_primary: bool


def _listed(proxies: Iterable[str], primary: str) -> dict[str, _Listed]:
    """By folded address. `SMTP:` in capitals marks the primary one, `smtp:` the others.

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
