"""Seal every secret again with the first key. Safe to kill anywhere and run again."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from portal.audit import unreadable_secrets
from portal.audit.act import Act
from portal.audit.actions import Action
from portal.audit.models import Actor
from portal.microsoft365 import connections
from portal.microsoft365 import store as microsoft365
from portal.services import Services, renew_check
from portal.storage.rows import Rows
from portal.storage.sealed import Sealed
from portal.upkeep.declarations import SEALED
from portal.vault import Unreadable, Vault
from portal.wording import number

Tell = Callable[[], None]
# The second round finds values of programs that had not seen the new key yet.
MOST_ROUNDS = 5


@dataclass(frozen=True)
class Rotation:
    """How many values were sealed again, and whose authorization no key opened."""

    count: int
    lapsed: tuple[str, ...]


def rotate(services: Services, *, now: datetime, tell: Tell = lambda: None) -> Rotation:
    """Rotate in rounds until a round finds nothing to do. Calls `tell` after each row."""
    count, lapsed = 0, list[str]()
    for _ in range(MOST_ROUNDS):
        renewed, unreadable = _round(services, now, tell)
        count, lapsed = count + renewed, lapsed + unreadable
        if not renewed and not unreadable:
            break
    with services.rows.write():
        # From now on Portal starts without the old keys.
        renew_check(services.rows, services.vault)
        Act(services.rows, Actor.system("console"), now).record(
            Action.TOKEN_KEYS_ROTATED,
            "stored secrets",
            result="failed" if lapsed else "ok",
            new=f"{number(count)} sealed anew",
        )
    services.rows.forget_log()
    return Rotation(count, tuple(lapsed))


def _round(services: Services, now: datetime, tell: Tell) -> tuple[int, list[str]]:
    count, lapsed = 0, []
    for sealed in SEALED:
        for key in sealed.keys(services.rows):
            try:
                with services.rows.write():
                    count += _renew(services.rows, services.vault, sealed, key)
            except Unreadable as failed:
                # The entry that the vault made was rolled back with the row.
                unreadable_secrets.note(services.rows, failed)
                lapsed.append(_give_up(services.rows, sealed, key, now))
            tell()
    return count, lapsed


def _renew(rows: Rows, vault: Vault, sealed: Sealed, key: str) -> int:
    """Seal a row again. Also opens values of the first key, since they must be readable too."""
    count = 0
    for where, value in sealed.values(rows, key):
        plain = vault.open(value, where=where)
        if not vault.is_sealed_with_first(value):
            sealed.save(rows, where, vault.seal(plain, where=where))
            count += 1
    return count


def _give_up(rows: Rows, sealed: Sealed, key: str, now: datetime) -> str:
    """Wipe a row that no key opens, and go on with the others."""
    connection = microsoft365.connection(rows, key) if sealed is microsoft365.SEALED else None
    if connection is None:
        with rows.write():
            sealed.delete(rows, key)
        return sealed.lost
    connections.lapse(rows, connection, failure=connections.UNREADABLE, now=now)
    return connection.address
