"""What the identity platform tells: an identity, and tokens of a person or of the app."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Identity:
    """Who Microsoft says somebody is; only the pair of ids says which person that is."""

    tenant_id: str
    object_id: str
    address: str
    name: str

    @property
    def key(self) -> tuple[str, str]:
        return self.tenant_id, self.object_id


@dataclass(frozen=True)
class PersonToken:
    """What Microsoft gave for a code or a refresh token."""

    access_token: str = field(repr=False)
    refresh_token: str | None = field(repr=False)
    expires_at: datetime
    scopes: frozenset[str]
    identity: Identity | None


@dataclass(frozen=True)
class OrganizationToken:
    """What Microsoft gave this app by itself: its tenant and the roles it holds there."""

    access_token: str = field(repr=False)
    expires_at: datetime
    tenant_id: str
    roles: frozenset[str]
    issued_at: datetime | None = None
