"""Identities and tokens as the identity platform issues them."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Identity:
    """A person as Microsoft names them. Only the pair of ids identifies the person.

    The user name is what they sign in with, often but not always an address.
    """

    tenant_id: str
    object_id: str
    address: str
    name: str
    user_name: str = ""
    # When they last proved it there, if the token tells: single sign-on may be hours old.
    signed_in_at: datetime | None = field(default=None, compare=False)

    @property
    def key(self) -> tuple[str, str]:
        return self.tenant_id, self.object_id

    @property
    def account(self) -> str:
        """The account as its owner knows it from the sign-in."""
        return self.user_name or self.address


@dataclass(frozen=True)
class PersonToken:
    """Tokens that Microsoft issued for a code or a refresh token."""

    access_token: str = field(repr=False)
    refresh_token: str | None = field(repr=False)
    expires_at: datetime
    scopes: frozenset[str]
    identity: Identity | None


@dataclass(frozen=True)
class OrganizationToken:
    """An app-only token, with its tenant and the roles granted there."""

    access_token: str = field(repr=False)
    expires_at: datetime
    tenant_id: str
    roles: frozenset[str]
    issued_at: datetime | None = None
