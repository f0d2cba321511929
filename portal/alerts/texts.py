"""The mail about what needs a person, in plain text."""

from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from portal.alerts.models import Cause, Draft
from portal.alerts.openings import NEEDS_YOU
from portal.wording import counted


def draft(causes: Sequence[Cause], *, base_url: str, time_zone: str) -> Draft:
    """Write the mail as it holds now. The same causes make the same text."""
    parts = [_part(each, base_url, time_zone) for each in causes]
    end = (
        "Portal writes about this once a day at most, and not for a day after you opened the "
        f"page. You can turn these mails off:\n{base_url}{NEEDS_YOU}"
    )
    return Draft(_subject(causes), "\n\n".join([*parts, end]))


def _subject(causes: Sequence[Cause]) -> str:
    if len(causes) == 1:
        return f"Needs you: {causes[0].title.removesuffix('.')}"
    return f"Needs you: {counted(len(causes), 'thing')}"


def _part(cause: Cause, base_url: str, time_zone: str) -> str:
    since = f"Since {_moment(cause.since, time_zone)}."
    return f"{cause.title}\n{since} {cause.meaning}\n{cause.cure}\n{base_url}{cause.address}"


def _moment(at: datetime, time_zone: str) -> str:
    """`24 November 2026, 15:00 (Europe/Berlin)`"""
    try:
        local, name = at.astimezone(ZoneInfo(time_zone)), time_zone
    except (KeyError, ValueError, OSError):
        local, name = at.astimezone(UTC), "UTC"
    return f"{local.day} {local:%B %Y}, {local:%H:%M} ({name})"
