"""Versions of events that change without a change, while the quirk `etagsDrift` is on."""

from flask import Flask

from sandbox import quirks
from sandbox.database import current_state

SETTING = "driftedOn"


def install(app: Flask) -> None:
    """Give all events another version on each day of the tenant's clock, before a request."""

    def drift() -> None:
        state = current_state()
        if not quirks.ETAGS_DRIFT.is_on(state):
            return
        today = state.now().date().isoformat()
        with state.write():
            if state.setting(SETTING) == today:
                return
            now = state.now().strftime("%Y-%m-%dT%H:%M:%S.%f0Z")
            state.execute("update events set version = version + 1, modified_at = ?", (now,))
            state.set_setting(SETTING, today)

    app.before_request(drift)
