"""Group calendars, and the checks that show whether one works."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class GroupCalendar:
    """The calendar of a Microsoft 365 group. `group_id` is Microsoft's."""

    id: str
    group_id: str
    name: str
    address: str
    is_default: bool
    default_since: datetime | None
    default_until: datetime | None
    added_by: str
    added_at: datetime
    checked_at: datetime

    @property
    def label(self) -> str:
        """The name in the audit log, with the address, since groups may share a name."""
        return f"{self.name} <{self.address}>" if self.address else self.name
