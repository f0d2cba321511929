"""The names of all settings, so that a misspelt one is not passed over in silence."""

from collections.abc import Iterable
from difflib import get_close_matches

from portal.errors import Misconfigured

NAMES = (
    "GOOGLE_ISSUER",
    "MICROSOFT_AUTHORITY",
    "MICROSOFT_CLIENT_CERTIFICATE_FILE",
    "MICROSOFT_CLIENT_ID",
    "MICROSOFT_CLIENT_SECRET",
    "MICROSOFT_CLIENT_SECRET_EXPIRES",
    "MICROSOFT_CLOUD",
    "MICROSOFT_GRAPH",
    "MICROSOFT_TENANT",
    "PORTAL_BASE_URL",
    "PORTAL_INSTANCE",
    "PORTAL_NAME",
    "PORTAL_SECRET_KEY_FILE",
    "PORTAL_SMTP_FROM",
    "PORTAL_SMTP_FROM_NAME",
    "PORTAL_SMTP_HOST",
    "PORTAL_SMTP_PASSWORD",
    "PORTAL_SMTP_PORT",
    "PORTAL_SMTP_REPLY_TO",
    "PORTAL_SMTP_SECURITY",
    "PORTAL_SMTP_USERNAME",
    "PORTAL_TEST_MODE",
    "PORTAL_TOKEN_KEYS_FILE",
    "PORTAL_TRUSTED_PROXY",
)
PREFIXES = tuple({f"{name.partition('_')[0]}_" for name in NAMES})
# Other programs have names with these prefixes too: only what is nearly a setting is misspelt.
NEARLY = 0.85


def require_well_spelt(given: Iterable[str]) -> None:
    """Refuse a name that is nearly that of a setting, since it would change nothing."""
    for name in sorted(given):
        if name in NAMES or not name.upper().startswith(PREFIXES):
            continue
        if meant := get_close_matches(name.upper(), NAMES, n=1, cutoff=NEARLY):
            raise Misconfigured(f"There is no setting {name}. Write it as {meant[0]}.")
