"""The state of an interview in sentences while Microsoft 365 is not enabled."""

from dataclasses import replace

from portal.interviews import platform_off
from portal.interviews.lists.state_texts import Said
from portal.interviews.models import Interview, State
from portal.storage.rows import Rows

TITLE = "This interview waits for Microsoft 365"
GOES_ON = "Portal goes on once an administrator enables Microsoft 365 again."
NOT_WATCHED = "Portal does not watch it while Microsoft 365 is not enabled."
WATCHED = (State.SCHEDULED, State.ASKS)


def with_platform(rows: Rows, one: Interview, said: Said) -> Said:
    """The same, with what cannot happen now."""
    if one.state in platform_off.WAITING and platform_off.is_off(rows):
        return Said(TITLE, f"{said.text} {GOES_ON}".strip(), "warn")
    if one.state in WATCHED and platform_off.is_off(rows):
        return replace(said, text=f"{said.text} {NOT_WATCHED}".strip())
    return said
