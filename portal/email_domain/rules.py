"""The servers that Portal may use as an email domain. Pure."""

import ipaddress
import re
from dataclasses import dataclass

from portal.addresses import ascii_domain, fold_domain
from portal.errors import Invalid
from portal.smtp_config import Security, SmtpConfig

PORTS = {465: Security.TLS, 587: Security.STARTTLS, 2525: Security.STARTTLS}
HOST = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*")
REFUSED_HOSTS = {
    "smtp.office365.com": (
        "Microsoft ends sending with a password at smtp.office365.com in 2026. Choose a mailbox "
        "of Microsoft 365 under “Mailbox for automated mail” instead: it needs no password."
    ),
    "smtp.hve.mx.microsoft": (
        "smtp.hve.mx.microsoft delivers to people inside your organization only. Candidates would "
        "never receive the mail."
    ),
}
# https://www.rfc-editor.org/rfc/rfc4291#section-2.4
PUBLIC_V6 = ipaddress.ip_network("2000::/3")
# The last 32 bits are an address of version 4: https://www.rfc-editor.org/rfc/rfc6052#section-2.1
TRANSLATED = ipaddress.ip_network("64:ff9b::/96")
PRIVATE = (
    "This server has a private address, so it can only be set on the machine that runs Portal, "
    "as PORTAL_SMTP_HOST."
)


@dataclass(frozen=True)
class Reach:
    """The servers that may be connected to. `is_open`: the environment names the server.

    `has_practice_servers`: in test mode, servers on this machine may be used at any port.
    """

    is_open: bool = False
    has_practice_servers: bool = False

    def require_allowed(self, address: str) -> None:
        """Refuse an address that lies in a private network. Raises Invalid."""
        known = _destination(address)
        if self.is_open or (self.has_practice_servers and known.is_loopback):
            return
        is_unicast = known.version == 4 or known in PUBLIC_V6
        if not (is_unicast and known.is_global) or known.is_multicast:
            raise Invalid(PRIVATE, field="host")


def _destination(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """The address at which a connection ends: gateways translate some of version 6 to version 4."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv4Address):
        return found
    inner = found.ipv4_mapped or found.sixtofour
    if found in TRANSLATED:
        inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
    return inner or found


def require_usual(smtp: SmtpConfig, reach: Reach) -> None:
    """Refuse a server that cannot be an email domain. Raises Invalid."""
    host = fold_domain(smtp.host).rstrip(".")
    if host in REFUSED_HOSTS:
        raise Invalid(REFUSED_HOSTS[host], field="host")
    if not HOST.fullmatch(ascii_domain(host) or ""):
        raise Invalid(
            "This is not the name of a server. It looks like smtp.example.com.", field="host"
        )
    if not (reach.is_open or reach.has_practice_servers):
        _require_usual_port(smtp)
    if bool(smtp.username) != bool(smtp.password) or not (smtp.username or reach.is_open):
        raise Invalid("Enter the user name and the password of the server.", field="username")
    if not (smtp.username + smtp.password).isascii():
        raise Invalid(
            "Mail servers take user names and passwords of ASCII letters and signs only.",
            field="password",
        )


def _require_usual_port(smtp: SmtpConfig) -> None:
    usual = PORTS.get(smtp.port)
    if usual is None:
        raise Invalid("Choose port 465, 587 or 2525.", field="port")
    if usual is not smtp.security:
        other = "TLS from the start" if usual is Security.TLS else "STARTTLS"
        raise Invalid(f"Port {smtp.port} is for {other}.", field="security")
