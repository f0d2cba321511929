"""Compare email addresses and names. Pure."""

import unicodedata


def fold(address: str) -> str:
    """The form in which addresses are compared: lower case, the domain as mail servers write it.

    Lower case and not casefold(), which would take straße@ and strasse@ for one person.
    """
    lower = address.strip().lower()
    if lower.isascii():
        return lower
    local, at, domain = lower.rpartition("@")
    return f"{local}{at}{_as_servers_write(domain)}"


def base(address: str) -> str:
    """The folded address without its plus tag: `rosa+jobs@mail.example` is `rosa@mail.example`."""
    local, at, domain = fold(address).rpartition("@")
    plain = local.partition("+")[0]
    return f"{plain or local}{at}{domain}"


def fold_name(name: str) -> str:
    """The form of names for searches: without case and accents, so that jose finds José."""
    parts = unicodedata.normalize("NFKD", name.strip().casefold())
    return "".join(part for part in parts if not unicodedata.combining(part))


def _as_servers_write(domain: str) -> str:
    if domain.isascii():
        return domain
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:  # Without a domain it is compared as it is.
        return domain
