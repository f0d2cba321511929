"""A person's own meeting hours. They replace those of the organization."""

from dataclasses import dataclass

from portal.audit.act import Act
from portal.availability import hours, hours_store, policy
from portal.availability.hours import Week
from portal.storage.rows import Rows


@dataclass(frozen=True)
class Hours:
    """The hours that apply to a person, and whether they are their own."""

    week: Week
    is_own: bool


def hours_of(rows: Rows, user_id: str) -> Hours:
    stored = hours_store.windows(rows, user_id)
    if stored is None:
        return Hours(policy.organization_hours(rows), is_own=False)
    return Hours(hours.week_in(stored), is_own=True)


def set_own(act: Act, user_id: str, week: Week) -> None:
    """Save a person's own hours, also where they equal those of the organization."""
    with act.rows.write():
        hours_store.save_windows(act.rows, user_id, hours.text(week), now=act.now)


def use_organization_hours(act: Act, user_id: str) -> None:
    with act.rows.write():
        hours_store.delete_windows(act.rows, user_id)
