"""Check and compare email addresses and names. Pure."""

import unicodedata

import idna
from email_validator import validate_email

# The longest name that a domain may have: https://datatracker.ietf.org/doc/html/rfc1035#section-2.3.4
DOMAIN_LENGTH = 253
OFFICE_NETWORK = ".local"


def checked(address: str) -> str:
    """An address as people write it, its domain in lower case. Raises EmailNotValidError.

    Asks no server. The library refuses two kinds of domains to which servers do deliver: those
    with an underscore, and those of an office's own network.
    """
    local, at, domain = address.rpartition("@")
    lower = domain.lower()
    usual = lower.replace("_", "x")
    if usual.endswith(OFFICE_NETWORK):
        usual = f"{usual.removesuffix(OFFICE_NETWORK)}.example"
    found = validate_email(f"{local}{at}{usual}", check_deliverability=False)
    return found.normalized if usual == lower else f"{found.local_part}@{lower}"


def fold(address: str) -> str:
    """The form in which addresses are compared: lower case, NFC, the domain as servers write it.

    Lower case and not casefold(), which would take straße@ and strasse@ for one person.
    """
    lower = address.strip().lower()
    if lower.isascii():
        return lower
    local, at, domain = lower.rpartition("@")
    return f"{_lower(local)}{at}{fold_domain(domain)}"


def fold_domain(domain: str) -> str:
    """The form in which domains are compared. An impossible one is compared as it is."""
    return ascii_domain(domain) or _lower(domain)


def ascii_domain(domain: str) -> str | None:
    """The domain as servers and browsers write it (IDNA 2008). None for an impossible one.

    The codec of Python is IDNA 2003, which takes straße.example for strasse.example.
    """
    plain = domain.lower()
    if plain.isascii() and "xn--" not in plain:
        return plain
    if len(domain) > DOMAIN_LENGTH:
        return None
    try:
        return idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError:
        return None


def base(address: str) -> str:
    """The folded address without its plus tag: `rosa+jobs@mail.example` is `rosa@mail.example`."""
    local, at, domain = fold(address).rpartition("@")
    plain = local.partition("+")[0]
    return f"{plain or local}{at}{domain}"


def stands_for(address: str) -> tuple[str, ...]:
    """The stored addresses that a written one may stand for: itself, and itself without its tag.

    Never one with another tag: job boards give each person a tag of one mailbox.
    """
    return tuple(dict.fromkeys((fold(address), base(address))))


def fold_name(name: str) -> str:
    """The form of names for searches: without case and accents, so that jose finds José."""
    parts = unicodedata.normalize("NFKD", name.strip().casefold())
    return "".join(part for part in parts if not unicodedata.combining(part))


def _lower(text: str) -> str:
    """Lower case, and one spelling of letters that can be written in several."""
    return unicodedata.normalize("NFC", text.lower())
