"""Subjects above Microsoft 365, as the pages of a connection and of consent need them. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from portal.storage.rows import Rows


@dataclass(frozen=True)
class SyncNow:
    """The sync of a person's mailbox at this moment.

    `is_live` while its first sync goes on. `has_mail` once it brought some.
    """

    title: str
    sentence: str
    is_live: bool = False
    read: int = 0
    total: int = 0
    has_mail: bool = False
    next_at: datetime | None = None


@dataclass(frozen=True)
class ImportNow:
    """The import of an organization's people. `new` of them are not in Portal yet."""

    is_read: bool
    is_imported: bool
    new: int


@dataclass(frozen=True)
class NextSteps:
    """The sync of a person, if Portal may read their mailbox, and the import."""

    sync: Callable[[Rows, str, datetime], SyncNow | None]
    people: Callable[[Rows], ImportNow]
