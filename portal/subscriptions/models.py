"""Subscriptions as Portal knows them."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class SubscriptionState(StrEnum):
    OPENING = "opening"
    OPEN = "open"
    ENDED = "ended"


@dataclass(frozen=True)
class Subscription:
    """Our standing request to be told of changes in one person's account, and what it wakes."""

    id: str
    user_id: str
    wakes: str
    microsoft_id: str | None
    resource: str
    tenant_id: str
    client_state_hash: str = field(repr=False)
    state: SubscriptionState
    expires_at: datetime | None
    due_at: datetime | None
    failure: str | None
    failed_at: datetime | None

    def is_open(self, *, now: datetime) -> bool:
        still_runs = self.expires_at is not None and self.expires_at > now
        return self.state is SubscriptionState.OPEN and still_runs


@dataclass(frozen=True)
class OpenAtMicrosoft:
    """A subscription that Microsoft may still keep. Only the identity that opened it closes it."""

    user_id: str
    microsoft_id: str
    resource: str

    @property
    def is_by_person(self) -> bool:
        return is_by_person(self.resource)


def is_by_person(resource: str) -> bool:
    """Whether a person's own connection watches it, rather than the organization."""
    return resource.removeprefix("/").startswith("me/")
