"""Microsoft 365 is not enabled: what people change is kept, and nobody hears of it yet."""

from portal.interviews.models import Interview, State
from portal.storage import platforms
from portal.storage.platforms import Platform
from portal.storage.rows import Rows

# A worker has something to write.
WAITING = (State.WRITING, State.CHANGING)


def is_off(rows: Rows) -> bool:
    """Whether nothing is written to Microsoft 365 or read there."""
    return platforms.enabled(rows) is not Platform.MICROSOFT_365


def outcome(rows: Rows, changed: Interview, sentence: str) -> str:
    """The sentence about a change that a worker carries out, or that it has to wait."""
    if changed.state not in WAITING or not is_off(rows):
        return sentence
    return (
        f"The change of {changed.label} is saved. Nobody hears of it while Microsoft 365 is not "
        "enabled."
    )
