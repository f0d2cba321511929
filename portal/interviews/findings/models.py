"""A difference between an event and its interview that is no new time of the interview."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from portal.storage.ids import new_id


class FindingKind(StrEnum):
    """The kind of a difference. OWN_COPY: on a panelist's own calendar, which decides nothing."""

    ATTENDEE_ADDED = "attendee_added"
    ATTENDEE_REMOVED = "attendee_removed"
    PROPOSAL = "proposal"
    SUBJECT = "subject"
    ROOM = "room"
    LINK = "link"
    OWN_COPY = "own_copy"
    DELETED = "deleted"


# Those that a read of the event itself shows.
OF_EVENT = (
    FindingKind.ATTENDEE_ADDED,
    FindingKind.ATTENDEE_REMOVED,
    FindingKind.PROPOSAL,
    FindingKind.SUBJECT,
    FindingKind.ROOM,
    FindingKind.LINK,
    FindingKind.DELETED,
)
# Those that a worker writes back to the event.
WRITTEN_BACK = (
    FindingKind.ATTENDEE_ADDED,
    FindingKind.ATTENDEE_REMOVED,
    FindingKind.SUBJECT,
    FindingKind.ROOM,
)


class FindingState(StrEnum):
    """OVER: the difference is gone, or a worker wrote Portal's own back."""

    OPEN = "open"
    TAKEN_OVER = "taken_over"
    PUT_BACK = "put_back"
    OVER = "over"


@dataclass(frozen=True)
class Finding:
    """One row of interview_findings. `subject` is a folded address or a user's id.

    `before_text` is Portal's, `now_text` that of Outlook. The times are those that somebody
    proposes, or that stand on a person's own copy.
    """

    interview_id: str
    event_id: str
    kind: FindingKind
    subject: str = ""
    before_text: str = ""
    now_text: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    seen_at: datetime | None = None
    state: FindingState = FindingState.OPEN
    decided_by: str | None = None
    decided_by_name: str = ""
    decided_at: datetime | None = None
    id: str = field(default_factory=new_id)

    @property
    def key(self) -> tuple[str, str]:
        """Its name among the differences of one event."""
        return self.kind, self.subject

    @property
    def content(self) -> tuple[str, str, datetime | None, datetime | None]:
        """The difference itself. Another content asks for another decision."""
        return self.before_text, self.now_text, self.starts_at, self.ends_at

    @property
    def is_open(self) -> bool:
        return self.state is FindingState.OPEN

    @property
    def is_being_written(self) -> bool:
        return self.state is FindingState.PUT_BACK and self.kind in WRITTEN_BACK
