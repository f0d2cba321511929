"""Whether Microsoft tells when a person signed in, as the last sign-in here showed."""

import json
from dataclasses import dataclass
from datetime import datetime

from portal import clock
from portal.storage import settings
from portal.storage.rows import Rows

KEY = "time-of-sign-in"


@dataclass(frozen=True)
class TimeTold:
    """The showing of the last sign-in by this application."""

    is_told: bool
    at: datetime


def note(rows: Rows, *, client_id: str, is_told: bool, now: datetime) -> None:
    """Belongs inside write()."""
    known = {"client_id": client_id, "is_told": is_told, "at": clock.text(now)}
    settings.save_setting(rows, KEY, json.dumps(known))


def last(rows: Rows, *, client_id: str) -> TimeTold | None:
    """None before anybody signed in by this application: another one's tells nothing of it."""
    kept = settings.setting(rows, KEY)
    known = json.loads(kept) if kept else {}
    if known.get("client_id") != client_id:
        return None
    return TimeTold(bool(known["is_told"]), clock.moment(known["at"]))
