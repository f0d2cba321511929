"""The tenant and the granted roles in an app-only token. Pure."""

import base64
from datetime import UTC, datetime
from typing import Any

from portal.entra.errors import OtherOrganization
from portal.entra.models import OrganizationToken
from portal.graph import parsing

OTHER_TENANT = (
    "Microsoft gave a token for another organization than the one this portal belongs to, so it "
    "was not used. An administrator has to check the tenant in the application's settings."
)


def read(access_token: str, expires_at: datetime, *, tenant_id: str) -> OrganizationToken:
    """Read a token that came from the token endpoint. Only Graph can verify its signature.

    A token that cannot be read names no roles, so nothing is thought to be granted.
    """
    claims = _claims(access_token)
    told = claims.get("tid")
    if told is not None and str(told).lower() != tenant_id:
        raise OtherOrganization(OTHER_TENANT)
    listed = claims.get("roles")
    roles = listed if isinstance(listed, list) else []
    return OrganizationToken(
        access_token=access_token,
        expires_at=expires_at,
        tenant_id=tenant_id,
        roles=frozenset(str(role)[:100] for role in roles),
        issued_at=_moment(claims.get("iat")),
    )


def _moment(seconds: Any) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC) if isinstance(seconds, int) else None
    except (OverflowError, OSError, ValueError):
        return None


def _claims(access_token: str) -> dict[str, Any]:
    parts = access_token.split(".")
    if len(parts) != 3:
        return {}
    try:
        content = base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4))
    except ValueError:
        return {}
    return parsing.document_or_nothing(content) or {}
