"""The check of calendars with coming interviews: whether Portal notices changes in Outlook."""

from collections.abc import Iterator
from datetime import datetime

from portal.diagnostics.models import Check, advice, failed, ok
from portal.interviews.watch import state, watch_store
from portal.storage.rows import Rows

NAME = "Interviews in Outlook"
NOT_ENABLED = "Microsoft 365 is not enabled, so Portal does not notice changes in Outlook."
ENABLE = "Enable it under Integrations. Coming interviews stay on their calendars until then."
CURE = "Jobs shows under Interviews in Outlook when Portal tries again."


def checks(rows: Rows, *, now: datetime) -> Iterator[Check]:
    """A failure for each calendar that nobody watches. Nothing while no interview is coming."""
    if not watch_store.is_enabled(rows):
        if watch_store.watches(rows):
            yield advice(NAME, NOT_ENABLED, ENABLE)
        return
    lost = state.lost(rows, now=now)
    for name, watching in lost:
        found = f"Portal does not notice changes on the calendar of {name}. {watching.reason}"
        yield failed(NAME, found, CURE)
    if not lost and watch_store.watches(rows):
        yield ok(NAME, "Portal reads each calendar that has coming interviews.")
