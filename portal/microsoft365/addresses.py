"""Addresses of Portal registered with Microsoft, and links for administrators elsewhere."""

from collections.abc import Iterable

from portal.config import Config
from portal.microsoft365.clients import Microsoft365
from portal.microsoft365.permissions import Feature, scopes_needed

CALLBACK = "/oauth/microsoft/callback"
CONSENT_CALLBACK = "/oauth/microsoft/admin-consent"


def redirect_uri(config: Config) -> str:
    """The address to which Microsoft sends people after a sign-in."""
    return f"{config.base_url}{CALLBACK}"


def consent_redirect_uri(config: Config) -> str:
    """The address to which Microsoft sends administrators after a consent or an approval."""
    return f"{config.base_url}{CONSENT_CALLBACK}"


def approval_link(config: Config, microsoft365: Microsoft365, features: Iterable[Feature]) -> str:
    """A link for an administrator who approves connections. Empty without an application."""
    if not microsoft365.is_configured:
        return ""
    return microsoft365.oauth.approval_address(
        redirect_uri=consent_redirect_uri(config), scopes=scopes_needed(features)
    )


def consent_link(config: Config, microsoft365: Microsoft365) -> str:
    """A link to consent for an administrator without an account. Empty without an application."""
    if not microsoft365.is_configured:
        return ""
    return microsoft365.oauth.consent_address(redirect_uri=consent_redirect_uri(config))
