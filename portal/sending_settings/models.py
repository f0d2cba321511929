"""The page “Sending” as it is shown."""

from dataclasses import dataclass
from datetime import datetime

from portal.email_domain.models import EmailDomain, Entered
from portal.outbox.automated import MOST, Budget, Target
from portal.outbox.automated_store import Choice, Mailbox, Waiting
from portal.outbox.models import Mail, Outcome, Route
from portal.outbox.sender_store import ProvenSender


@dataclass(frozen=True)
class Limit:
    """The use of the limit, and the mail that waits."""

    budget: Budget
    waiting: tuple[Waiting, ...]
    useless: int
    most: int = MOST

    @property
    def count(self) -> int:
        """How much automated mail waits, for any reason."""
        return sum(each.count for each in self.waiting)

    @property
    def held(self) -> int:
        """The number of those that wait because the limit is used up."""
        return self.count if self.budget.next_at is not None else max(0, self.count - self.left)

    @property
    def left(self) -> int:
        return max(0, self.most - self.budget.sent)

    @property
    def going(self) -> int:
        return self.count - self.held


@dataclass(frozen=True)
class Overview:
    """Everything on the page. `usable` is the chosen mailbox while it may send."""

    target: Target
    domain: EmailDomain | None
    entered: Entered | None
    mailboxes: tuple[Mailbox, ...]
    choice: Choice | None
    usable: Mailbox | None
    limit: Limit
    senders: tuple[ProvenSender, ...]
    asks: tuple[Mail, ...]
    now: datetime

    @property
    def is_by_domain(self) -> bool:
        return self.target.route is Route.SMTP

    @property
    def has_route(self) -> bool:
        return self.is_by_domain or self.usable is not None

    @property
    def is_password_lost(self) -> bool:
        return self.entered is not None and self.domain is None

    @property
    def fell_back(self) -> tuple[ProvenSender, ...]:
        return tuple(each for each in self.senders if each.outcome is Outcome.AS_PRIMARY)

    @property
    def works(self) -> bool:
        """Whether mail went out from an alias. Then the box in Exchange is ticked."""
        return any(each.outcome is Outcome.AS_ALIAS for each in self.senders)
