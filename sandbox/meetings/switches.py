"""Switches of meetings: what Exchange and Teams do with them, for the whole tenant."""

import dataclasses
import re
from dataclasses import dataclass
from typing import Any

from sandbox.database import State

SETTING = "meetings"
# Whether and when an event gets its link: at once, later, not at all, or it is no Teams meeting.
NOW, LATE, REFUSED = "now", "late", "refused"
LINKS = (NOW, LATE, "never", REFUSED)
# Whom a change tells that leaves everything as it is: all, those with an old copy, or nobody.
EVERYBODY, OLD = "everybody", "old"
TOLD = (EVERYBODY, OLD, "nobody")


@dataclass(frozen=True)
class Switches:
    """The switches that hold now. Times are in seconds; with None, rooms never answer."""

    teams: str = "now"
    group_teams: str = "refused"
    teams_seconds: float = 5
    rooms_decline: bool = False
    room_answer_seconds: float | None = 0
    candidates_answer_groups: bool = False
    deleted_copies_decline: bool = False
    repeats_tell: str = EVERYBODY
    unsent_changes_copies: bool = False

    def as_json(self) -> dict[str, Any]:
        return {_camel(name): value for name, value in dataclasses.asdict(self).items()}


def _camel(name: str) -> str:
    return re.sub(r"_(\w)", lambda found: found[1].upper(), name)


FIELDS = {_camel(field.name): field for field in dataclasses.fields(Switches)}


def present(state: State) -> Switches:
    found = state.setting(SETTING) or {}
    return Switches(**{FIELDS[name].name: value for name, value in found.items()})


def change(state: State, changes: dict[str, Any]) -> None:
    """Set some switches, and leave the others. Refuses unknown switches and values."""
    wrong = [name for name, value in changes.items() if not _is_valid(name, value)]
    if wrong:
        raise ValueError(f"Not a switch of meetings, or not a value of it: {', '.join(wrong)}.")
    state.set_setting(SETTING, (state.setting(SETTING) or {}) | changes)


def _is_valid(name: str, value: Any) -> bool:
    if name not in FIELDS:
        return False
    default = FIELDS[name].default
    if isinstance(default, bool) or isinstance(value, bool):
        return type(value) is type(default)
    if isinstance(default, str):
        return value in (TOLD if default in TOLD else LINKS)
    if value is None:
        return name == "roomAnswerSeconds"
    return isinstance(value, int | float) and value >= 0
