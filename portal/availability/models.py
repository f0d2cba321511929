"""Events as Portal keeps them, the intervals they stand for, and the reason of each."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

OVERDUE_AFTER = timedelta(minutes=15)


class ShowAs(StrEnum):
    """How a person shows an event. Other values of Microsoft's are read as unknown."""

    FREE = "free"
    TENTATIVE = "tentative"
    BUSY = "busy"
    OOF = "oof"
    ELSEWHERE = "workingElsewhere"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Event:
    """One event of a calendar view: its times and what decides whether they count.

    `zone` is the IANA name of the zone it was made in, or empty when that is unknown. `ical_uid`
    is the same on every calendar that has a copy of the event.
    """

    id: str
    starts_at: datetime
    ends_at: datetime
    show_as: ShowAs = ShowAs.BUSY
    series_id: str | None = None
    zone: str = ""
    is_all_day: bool = False
    is_cancelled: bool = False
    is_declined: bool = False
    ical_uid: str = ""


@dataclass(frozen=True)
class Rules:
    """Statuses that count besides busy, out of office and unknown. The same for everyone."""

    tentative_blocks: bool = True
    elsewhere_blocks: bool = False


class SeriesState(StrEnum):
    """The state of one series. A series without a state was not checked yet."""

    COUNTED = "counted"
    LEFT_OUT = "left_out"
    BLOCKED = "blocked"


class Reason(StrEnum):
    """Why an event counts as busy, or why not."""

    BUSY = "busy"
    OOF = "oof"
    UNKNOWN = "unknown"
    TENTATIVE = "tentative"
    TENTATIVE_FREE = "tentative_free"
    ELSEWHERE = "elsewhere"
    ELSEWHERE_FREE = "elsewhere_free"
    FREE = "free"
    CANCELLED = "cancelled"
    DECLINED = "declined"
    NO_LENGTH = "no_length"
    BACKWARDS = "backwards"
    NOT_CHECKED = "not_checked"
    LEFT_OUT = "left_out"
    BLOCKED = "blocked"

    @property
    def blocks(self) -> bool:
        return self not in FREE_REASONS

    @property
    def text(self) -> str:
        return TEXTS[self]


FREE_REASONS = frozenset(
    {
        Reason.TENTATIVE_FREE,
        Reason.ELSEWHERE_FREE,
        Reason.FREE,
        Reason.CANCELLED,
        Reason.DECLINED,
        Reason.NO_LENGTH,
        Reason.LEFT_OUT,
    }
)
TEXTS = {
    Reason.BUSY: "Shown as busy.",
    Reason.OOF: "Shown as out of office.",
    Reason.UNKNOWN: "Outlook does not say how it is shown.",
    Reason.TENTATIVE: "Shown as tentative, which counts as busy in your organization.",
    Reason.TENTATIVE_FREE: "Shown as tentative, which does not count in your organization.",
    Reason.ELSEWHERE: "Shown as working elsewhere, which counts as busy in your organization.",
    Reason.ELSEWHERE_FREE: "Shown as working elsewhere, which does not count in your organization.",
    Reason.FREE: "Shown as free.",
    Reason.CANCELLED: "It was cancelled.",
    Reason.DECLINED: "You declined it.",
    Reason.NO_LENGTH: "It ends when it starts.",
    Reason.BACKWARDS: "It ends before it starts, so the time between counts.",
    Reason.NOT_CHECKED: "Portal has not checked its series yet. Until then it counts.",
    Reason.LEFT_OUT: "Its series is left out, and you do not block its times.",
    Reason.BLOCKED: "Its series is left out, but you block its times.",
}


@dataclass(frozen=True)
class Interval:
    """The times of one event in UTC, and whether and why they count as busy."""

    starts_at: datetime
    ends_at: datetime
    event_id: str
    series_id: str | None
    kind: ShowAs
    reason: Reason
    ical_uid: str = ""

    @property
    def blocks(self) -> bool:
        return self.reason.blocks


class Calendar(StrEnum):
    """The calendar by which a series repeats. The value is stored, the label is for people."""

    GREGORIAN = "gregorian"
    # Microsoft's record of the series is missing or in an unknown form.
    UNKNOWN = "unknown"
    JAPANESE = "japanese"
    TAIWAN = "taiwan"
    TANGUN = "tangun"
    HIJRI = "hijri"
    THAI = "thai"
    HEBREW = "hebrew"
    JAPANESE_LUNAR = "japanese_lunar"
    CHINESE = "chinese"
    SAKA = "saka"
    CHINESE_ETO = "chinese_eto"
    KOREAN_ETO = "korean_eto"
    ROKUYOU = "rokuyou"
    KOREAN = "korean"
    UMALQURA = "umalqura"
    OTHER = "other"

    @property
    def is_read(self) -> bool:
        """Whether Portal reads such a series. One that nobody can tell is read."""
        return self in (Calendar.GREGORIAN, Calendar.UNKNOWN)

    @property
    def label(self) -> str:
        return LABELS[self]


LABELS = {
    Calendar.GREGORIAN: "the Gregorian calendar",
    Calendar.UNKNOWN: "an unknown calendar",
    Calendar.JAPANESE: "the Japanese era calendar",
    Calendar.TAIWAN: "the Taiwan calendar",
    Calendar.TANGUN: "the Korean Tangun calendar",
    Calendar.HIJRI: "the Hijri calendar",
    Calendar.THAI: "the Thai calendar",
    Calendar.HEBREW: "the Hebrew calendar",
    Calendar.JAPANESE_LUNAR: "the Japanese lunar calendar",
    Calendar.CHINESE: "the Chinese calendar",
    Calendar.SAKA: "the Saka calendar",
    Calendar.CHINESE_ETO: "the Chinese Eto calendar",
    Calendar.KOREAN_ETO: "the Korean Eto calendar",
    Calendar.ROKUYOU: "the Japanese Rokuyou calendar",
    Calendar.KOREAN: "the Korean lunar calendar",
    Calendar.UMALQURA: "the Um al-Qura calendar",
    Calendar.OTHER: "another calendar",
}


class Source(StrEnum):
    """The permission by which a calendar was read, or free/busy in its place."""

    ORGANIZATION = "organization"
    CONNECTION = "connection"
    FREE_BUSY = "free_busy"


@dataclass(frozen=True)
class Person:
    """A person whose calendar may be read."""

    user_id: str
    display_name: str
    address: str
    time_zone: str
    tenant_id: str | None = None


@dataclass(frozen=True)
class Reader:
    """A person whose calendar is due, and until when anybody needs it."""

    user_id: str
    wanted_until: datetime
    source: Source | None = None


@dataclass(frozen=True)
class CalendarRead:
    """The state of reading one person's calendar."""

    user_id: str
    opened_at: datetime
    due_at: datetime
    claimed_until: datetime | None = None
    last_success_at: datetime | None = None
    source: Source | None = None
    refusal: str = ""
    failure: str | None = None
    failed_at: datetime | None = None
    is_throttled: bool = False
    wanted_until: datetime | None = None

    def is_wanted(self, now: datetime) -> bool:
        """Whether a page that was shown within the last day needs this calendar."""
        return self.wanted_until is not None and self.wanted_until > now

    @property
    def is_refused(self) -> bool:
        """Whether Microsoft closed the calendar, other than to let Portal wait."""
        return self.source is Source.FREE_BUSY or (bool(self.failure) and not self.is_throttled)

    def knowledge(self, now: datetime, *, is_due: bool) -> "Knowledge":
        """Whether it is known when the person is busy. A calendar that is due is read next."""
        if self._is_stale(now):
            return Knowledge.NOT_KNOWN
        if self.last_success_at is None or self.failure is not None:
            is_read_now = self.claimed_until is not None and self.claimed_until > now
            return Knowledge.WAITING if is_due or is_read_now else Knowledge.NOT_KNOWN
        return Knowledge.FREE_BUSY if self.source is Source.FREE_BUSY else Knowledge.KNOWN

    def _is_stale(self, now: datetime) -> bool:
        """Whether a read is overdue, such as while no worker runs."""
        return now - self.due_at > OVERDUE_AFTER


@dataclass(frozen=True)
class Series:
    """A series that was checked, and whether its owner blocks it although it is left out."""

    series_id: str
    change_key: str
    calendar: Calendar
    checked_at: datetime
    is_blocked: bool = False

    @property
    def state(self) -> SeriesState:
        if self.calendar.is_read:
            return SeriesState.COUNTED
        return SeriesState.BLOCKED if self.is_blocked else SeriesState.LEFT_OUT


class Knowledge(StrEnum):
    """Whether Portal knows when a person is busy. Only what is known may be taken for free."""

    WAITING = "waiting"
    KNOWN = "known"
    FREE_BUSY = "free_busy"
    NOT_KNOWN = "not_known"
