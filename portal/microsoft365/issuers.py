"""What an issuer and an address say about whose they are. Pure."""

import uuid
from urllib.parse import urlsplit


def tenant_in(issuer: str, authority: str) -> str | None:
    """The tenant in an issuer of this authority; None for a template or a foreign one."""
    middle = issuer.removeprefix(f"{authority}/").removesuffix("/v2.0")
    if issuer != f"{authority}/{middle}/v2.0" or not is_guid(middle):
        return None
    return middle.lower()


def is_guid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False


def same_origin(one: str, other: str) -> bool:
    a, b = urlsplit(one), urlsplit(other)
    return (a.scheme, a.netloc) == (b.scheme, b.netloc)
