"""Microsoft 365 is not enabled: what people change is kept, and nobody hears of it yet."""

from portal.flash_texts import Flash, FlashText
from portal.interviews.flash_texts import InterviewFlash
from portal.interviews.models import Interview, State
from portal.storage import platforms
from portal.storage.platforms import Platform
from portal.storage.rows import Rows

# A worker has something to write.
WAITING = (State.WRITING, State.CHANGING)


def is_off(rows: Rows) -> bool:
    """Whether nothing is written to Microsoft 365 or read there."""
    return platforms.enabled(rows) is not Platform.MICROSOFT_365


def outcome(rows: Rows, changed: Interview, said: FlashText | Flash) -> FlashText | Flash:
    """The sentence about a change that a worker carries out, or that it has to wait."""
    if changed.state not in WAITING or not is_off(rows):
        return said
    return InterviewFlash.WAITS_FOR_MICROSOFT.of(label=changed.label)
