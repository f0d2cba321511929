"""A mailbox, its folders and messages, and a person's own addresses."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Alias:
    """One address of a person; the primary one is always included.

    `included_from` is the moment before which nothing is kept; None keeps what was there too.
    """

    id: str
    user_id: str
    address: str
    folded: str
    is_primary: bool
    is_included: bool
    included_from: datetime | None
    found_at: datetime
    gone_at: datetime | None
    seen_in_mail_at: datetime | None

    @property
    def is_gone(self) -> bool:
        return self.gone_at is not None
