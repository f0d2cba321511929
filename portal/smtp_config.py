"""The settings of a server that takes mail, and how the environment names them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from email_validator import EmailNotValidError

from portal.addresses import checked
from portal.errors import Misconfigured


class Security(StrEnum):
    """How a connection is encrypted; there is no other."""

    TLS = "tls"
    STARTTLS = "starttls"


# TLS from the first byte at 465, after STARTTLS at the others.
USUAL_PORTS = {Security.TLS: 465, Security.STARTTLS: 587}
MOST_PORTS = 65_535


@dataclass(frozen=True)
class SmtpConfig:
    """A server, the account there, and the address that mail comes from."""

    host: str
    port: int
    security: Security
    username: str
    password: str = field(repr=False)
    from_address: str
    from_name: str = ""
    reply_to: str = ""

    @property
    def domain(self) -> str:
        return self.from_address.rpartition("@")[2]

    @property
    def server(self) -> str:
        return f"{self.host}:{self.port}"


def smtp_config(environ: Mapping[str, str]) -> SmtpConfig | None:
    """The server that the environment names; None if it names none."""
    host = environ.get("PORTAL_SMTP_HOST", "").strip()
    if not host:
        return None
    security = _security(environ.get("PORTAL_SMTP_SECURITY") or Security.STARTTLS)
    return SmtpConfig(
        host=host,
        port=_port(environ.get("PORTAL_SMTP_PORT") or str(USUAL_PORTS[security])),
        security=security,
        username=environ.get("PORTAL_SMTP_USERNAME", ""),
        password=environ.get("PORTAL_SMTP_PASSWORD", ""),
        from_address=_address("PORTAL_SMTP_FROM", environ.get("PORTAL_SMTP_FROM", "")),
        from_name=_line("PORTAL_SMTP_FROM_NAME", environ.get("PORTAL_SMTP_FROM_NAME", "")),
        reply_to=_optional_address(environ.get("PORTAL_SMTP_REPLY_TO", "")),
    )


def _security(name: str) -> Security:
    try:
        return Security(name.strip().lower())
    except ValueError:
        raise Misconfigured(
            f"PORTAL_SMTP_SECURITY is {name!r}; it has to be tls or starttls."
        ) from None


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= MOST_PORTS:
        raise Misconfigured(f"PORTAL_SMTP_PORT is {text!r}; it has to be a number such as 587.")
    return int(text)


def _address(name: str, text: str) -> str:
    try:
        return checked(text.strip())
    except EmailNotValidError:
        raise Misconfigured(
            f"{name} is {text!r}; it has to be one address, like no-reply@mail.example.com."
        ) from None


def _optional_address(text: str) -> str:
    return _address("PORTAL_SMTP_REPLY_TO", text) if text.strip() else ""


def _line(name: str, text: str) -> str:
    if not text.isprintable():
        raise Misconfigured(f"{name} has a line break or another invisible character in it.")
    return text.strip()
