"""Switches of sending: behaviour of Exchange with sent mail, for the tenant or one mailbox.

All are as Microsoft documents in a new tenant. A mailbox's own switches come before the tenant's.
"""

import dataclasses
import re
from dataclasses import dataclass
from typing import Any

import orjson

from sandbox.database import State

SCHEMA = """
    create table if not exists sending_switches (
        mailbox text primary key,
        value text not null
    )
"""
EVERY_MAILBOX = ""


@dataclass(frozen=True)
class Switches:
    """The switches that hold for mail sent at one mailbox. Times are in seconds."""

    keeps_copy: bool = True
    copy_delay: float = 0
    copy_waits_in: str = ""
    properties_refused: int = 0
    properties_reach_colleagues: bool = False
    reply_drops: tuple[str, ...] = ()
    reply_adds_recipients: bool = False
    ignores_from: bool = False
    per_minute: int = 0
    retry_after: float = 0
    sends_throttled: bool = False
    recipients_per_day: int = 0
    limit_status: int = 429
    is_full: bool = False

    def as_json(self) -> dict[str, Any]:
        return {_camel(name): value for name, value in dataclasses.asdict(self).items()}


def _camel(name: str) -> str:
    return re.sub(r"_(\w)", lambda found: found[1].upper(), name)


FIELDS = {_camel(field.name): field for field in dataclasses.fields(Switches)}
CHOICES: dict[str, tuple[Any, ...]] = {
    "copyWaitsIn": ("", "outbox", "drafts"),
    "propertiesRefused": (0, 400, 403),
    "replyDrops": ("properties", "headers", "from"),
    "limitStatus": (400, 403, 429),
}


def of_mailbox(state: State, mailbox: str = EVERY_MAILBOX) -> Switches:
    """Read the switches of a mailbox by its id, or those of the tenant."""
    found = _changed(state, EVERY_MAILBOX)
    found |= _changed(state, mailbox) if mailbox else {}
    return Switches(**{FIELDS[name].name: value for name, value in found.items()})


def _changed(state: State, mailbox: str) -> dict[str, Any]:
    row = state.row("select value from sending_switches where mailbox = ?", (mailbox,))
    return dict(orjson.loads(row["value"])) if row else {}


def change(state: State, changes: dict[str, Any], mailbox: str = EVERY_MAILBOX) -> None:
    """Set some switches, and leave the others. Refuses unknown switches and values."""
    wrong = [name for name, value in changes.items() if not _is_valid(name, value)]
    if wrong:
        raise ValueError(f"Not a switch of sending, or not a value of it: {', '.join(wrong)}.")
    value = orjson.dumps(_changed(state, mailbox) | changes).decode()
    state.execute(
        "insert into sending_switches (mailbox, value) values (?, ?)"
        " on conflict (mailbox) do update set value = excluded.value",
        (mailbox, value),
    )


def _is_valid(name: str, value: Any) -> bool:
    if name not in FIELDS:
        return False
    if name == "replyDrops":
        return isinstance(value, list) and set(value) <= set(CHOICES[name])
    default = FIELDS[name].default
    if isinstance(default, bool) or isinstance(value, bool):
        return type(value) is type(default)
    if isinstance(default, str):
        return value in CHOICES[name]
    return isinstance(value, int | float) and value in CHOICES.get(name, (value,)) and value >= 0
