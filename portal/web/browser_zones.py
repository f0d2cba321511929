"""The time zone that a browser names on the way in, kept until its person is known."""

from flask import request, session

FIELD = "browser_zone"
LONGEST = 64


def note() -> None:
    """Remember the zone that this form brought along. A script fills it in, where scripts run."""
    named = request.form.get(FIELD, "")
    if named and len(named) <= LONGEST:
        session[FIELD] = named


def noted() -> str:
    """The zone of this form, or of the one that led to Microsoft or Google. Empty if unknown."""
    return request.form.get(FIELD, "") or str(session.get(FIELD, ""))
