"""The platform people sign in with and work on. The table allows one at a time."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from portal.storage.rows import Rows


class Platform(StrEnum):
    MICROSOFT_365 = "microsoft-365"
    GOOGLE_WORKSPACE = "google-workspace"

    @property
    def label(self) -> str:
        return {"microsoft-365": "Microsoft 365", "google-workspace": "Google Workspace"}[self]


@dataclass(frozen=True)
class Decided:
    """The last decision about one platform, and who made it."""

    platform: Platform
    is_enabled: bool
    changed_by: str


def enabled(rows: Rows) -> Platform | None:
    return rows.value(Platform, "select name from platforms where is_enabled = 1")


def decided(rows: Rows, platform: Platform) -> Decided | None:
    """The last decision. None until somebody has enabled or disabled the platform."""
    sql = "select name as platform, is_enabled, changed_by from platforms where name = ?"
    return rows.one(Decided, sql, [platform])


def save(
    rows: Rows, platform: Platform, *, is_enabled: bool, changed_by: str, now: datetime
) -> None:
    """Save a decision. ConstraintRefused if another platform is enabled. Belongs inside write()."""
    rows.execute(
        "insert into platforms (name, is_enabled, changed_by, changed_at) values (?, ?, ?, ?) "
        "on conflict (name) do update set is_enabled = excluded.is_enabled, "
        "changed_by = excluded.changed_by, changed_at = excluded.changed_at",
        [platform, is_enabled, changed_by, now],
    )
