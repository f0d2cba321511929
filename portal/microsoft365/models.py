"""Connections, applications, consents and subscriptions, and questions about them."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum


class ConnectionState(StrEnum):
    WORKING = "working"
    LAPSED = "lapsed"


@dataclass(frozen=True)
class Connection:
    """One person's authorization. Its tokens are sealed."""

    id: str
    user_id: str
    tenant_id: str
    object_id: str
    address: str
    display_name: str
    scopes: frozenset[str]
    version: int
    state: ConnectionState
    connected_at: datetime
    access_expires_at: datetime | None = None
    failure: str | None = None
    failed_at: datetime | None = None
    last_used_at: datetime | None = None
    sealed_access_token: str | None = field(default=None, repr=False)
    sealed_refresh_token: str | None = field(default=None, repr=False)

    @property
    def is_lapsed(self) -> bool:
        return self.state is ConnectionState.LAPSED

    @property
    def key(self) -> tuple[str, str]:
        return self.tenant_id, self.object_id


@dataclass(frozen=True)
class FeatureUse:
    """The last success of a feature for a person, and the failure since."""

    feature: str
    last_success_at: datetime | None
    failure: str | None
    failed_at: datetime | None


# Days before an expiry on which Portal warns.
WARNED_DAYS = (60, 30, 14, 7, 1)


@dataclass(frozen=True)
class Application:
    """The app registration as an administrator entered it."""

    client_id: str
    tenant: str
    cloud: str
    expires_on: date | None
    entered_by: str
    entered_at: datetime
    version: int = 0
    sealed_client_secret: str = field(default="", repr=False)
    sealed_certificate: str = field(default="", repr=False)

    @property
    def proof(self) -> str:
        return "certificate" if self.sealed_certificate else "client secret"


@dataclass(frozen=True)
class Expiry:
    """The end of an application's secret or certificate. `on` is None if it is not known."""

    client_id: str
    proof: str
    on: date | None
    is_in_settings: bool
    version: int = 0

    def days_left(self, today: date) -> int | None:
        """Negative after the end."""
        return None if self.on is None else (self.on - today).days

    def is_soon(self, today: date) -> bool:
        left = self.days_left(today)
        return left is not None and left <= WARNED_DAYS[0]


class ConsentState(StrEnum):
    WORKING = "working"
    WITHDRAWN = "withdrawn"


class ConsentRoute(StrEnum):
    """How consent was given: by an administrator of Portal, or by a link passed on."""

    HERE = "here"
    LINK = "link"


@dataclass(frozen=True)
class ReadProof:
    """A mailbox that could be read without the role in the token, as Exchange's grants allow."""

    role: str
    object_id: str
    read_at: datetime
    name: str = ""


@dataclass(frozen=True)
class MailboxRead:
    """Microsoft's last answer to reading one mailbox. `is_open` is None if it says neither."""

    role: str
    object_id: str
    is_open: bool | None
    since: datetime
    tried_at: datetime


@dataclass(frozen=True)
class Consent:
    """The organization's consent as far as a token or a read has proven it.

    `roles` holds every role, `proofs` those of them that no token carries.

    `version` rises whenever tokens from before must not be used any more. `waiting_since` is when
    an administrator came back from Microsoft, as long as something they accepted is not there.
    """

    tenant_id: str
    state: ConsentState
    asked_by: str
    route: ConsentRoute
    granted_at: datetime
    checked_at: datetime
    version: int
    failure: str | None = None
    failed_at: datetime | None = None
    waiting_since: datetime | None = None
    roles: frozenset[str] = frozenset()
    proofs: tuple[ReadProof, ...] = ()

    @property
    def is_working(self) -> bool:
        return self.state is ConsentState.WORKING

    @property
    def token_roles(self) -> frozenset[str]:
        """The roles that tokens carry."""
        return self.roles - {each.role for each in self.proofs}

    @property
    def is_waiting(self) -> bool:
        """Whether it was accepted at Microsoft and none of it has arrived yet."""
        return not self.is_working and self.waiting_since is not None

    @property
    def is_lost(self) -> bool:
        return not self.is_working and self.waiting_since is None


# Of a mailbox that Microsoft does not have in Exchange Online although its owner has a plan.
ABSENT = "Mailbox on premises"
UNUSED_AFTER = timedelta(days=30)


@dataclass(frozen=True)
class GrantedRole:
    """A permission of the organization's consent. Uses before `recorded_since` are unknown.

    `is_in_exchange`: Exchange grants it, and no token carries it.
    """

    role: str
    granted_at: datetime
    is_in_exchange: bool
    recorded_since: date | None
    last_used_on: date | None

    def is_unused(self, today: date) -> bool:
        """Whether it was granted and not used for 30 days."""
        days = (self.granted_at.date(), self.recorded_since, self.last_used_on)
        return today - max(day for day in days if day is not None) >= UNUSED_AFTER


@dataclass(frozen=True)
class ConsentRequest:
    """A set of permissions that an administrator asked for, unlike the set before."""

    asked_at: datetime
    asked_by: str
    route: ConsentRoute
    roles: tuple[str, ...]


@dataclass(frozen=True)
class OrganizationAccess:
    """A day on which the organization's access opened one person's mailbox for a feature."""

    feature: str
    first_at: datetime


class ReaderLoss(StrEnum):
    """Why a member no longer reads a shared mailbox."""

    DISABLED = "disabled"
    REVOKED = "revoked"
    LAPSED = "lapsed"
    NOT_GRANTED = "not_granted"

    def sentence(self, name: str) -> str:
        return f"It was read by {name}, {LOSSES[self]}. {AFTER_LOSS}"


LOSSES = {
    ReaderLoss.DISABLED: "who is disabled in Portal",
    ReaderLoss.REVOKED: "who is not connected to Microsoft 365 any more",
    ReaderLoss.LAPSED: "whose connection to Microsoft has ended and waits for them to reconnect",
    ReaderLoss.NOT_GRANTED: "who has not granted Mail.Read.Shared",
}
AFTER_LOSS = "Nothing new is read until another member reads it. Its mail stays."
NOBODY_READS = (
    "Your organization's consent does not open this mailbox, and no member reads it. A member with "
    "Full Access to it can read it for Portal."
)


@dataclass(frozen=True)
class Reader:
    """The member by whose own permission a shared mailbox is read."""

    account_id: str
    user_id: str
    name: str
    since: datetime
    loss: ReaderLoss | None

    @property
    def refused(self) -> str:
        """A sentence for a mailbox that Exchange refuses to the reader."""
        return (
            f"Exchange does not let {self.name} open this mailbox: they have no Full Access, or it "
            "has not reached Exchange yet. Its mail stays. Give them Full Access, or let another "
            "member read it."
        )


class FeatureState(StrEnum):
    NOT_CONNECTED = "not_connected"
    READY = "ready"
    WORKING = "working"
    FAILING = "failing"
    MISSING = "missing"
    LAPSED = "lapsed"
    # Exchange keeps this one mailbox closed to the organization's consent.
    CLOSED = "closed"
    # Microsoft has no such mailbox in Exchange Online.
    ABSENT = "absent"
    # The organization's consent, which opened it, was taken back.
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Explained:
    """One scope in words; what it powers and what is kept of it only where that is asked."""

    scope: str
    meaning: str
    powers: str = ""
    stored: str = ""


@dataclass(frozen=True)
class Access:
    """A day on which the organization's consent opened this mailbox, and for which feature."""

    powers: str
    at: datetime


@dataclass(frozen=True)
class ReadMailbox:
    """A shared mailbox that a person reads for Portal."""

    account_id: str
    address: str
    since: datetime
