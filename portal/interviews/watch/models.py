"""A calendar that is watched."""

from dataclasses import dataclass
from datetime import datetime, timedelta

# Interviews of these days are read every minute, and later ones every five.
NEAR = timedelta(days=7)


@dataclass(frozen=True)
class Watch:
    """A group's calendar, or a person's own, that holds events of coming interviews."""

    id: str
    group_id: str | None
    user_id: str | None
    near_read_at: datetime | None
    far_read_at: datetime | None
    asked_at: datetime | None
    failure: str | None
    failed_at: datetime | None

    def read_at(self, starts_at: datetime) -> datetime | None:
        """When the days of an interview that starts then were last read."""
        if self.near_read_at is not None and starts_at < self.near_read_at + NEAR:
            return self.near_read_at
        return self.far_read_at
