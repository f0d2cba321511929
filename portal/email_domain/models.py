"""The email domain, a mail for it, and the result of an attempt."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from portal.smtp_config import Security, SmtpConfig


@dataclass(frozen=True)
class Entered:
    """The domain as an administrator entered it. Its password is sealed."""

    host: str
    port: int
    security: Security
    username: str
    from_address: str
    from_name: str
    reply_to: str
    entered_by: str
    entered_at: datetime
    proven_at: datetime
    version: int = 1
    sealed_password: str = field(default="", repr=False)

    def config(self, password: str) -> SmtpConfig:
        return SmtpConfig(
            host=self.host,
            port=self.port,
            security=self.security,
            username=self.username,
            password=password,
            from_address=self.from_address,
            from_name=self.from_name,
            reply_to=self.reply_to,
        )


@dataclass(frozen=True)
class EmailDomain:
    """The domain in force. `is_fixed`: the environment names it, and no page changes it."""

    smtp: SmtpConfig
    is_fixed: bool
    proven_at: datetime | None


@dataclass(frozen=True)
class Mailbox:
    """A recipient as a header names it."""

    address: str
    name: str = ""


@dataclass(frozen=True)
class Enclosure:
    """A file of a mail."""

    name: str
    content_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Outgoing:
    """A mail for the email domain, before it has headers."""

    id: str
    subject: str
    text: str
    to: tuple[Mailbox, ...]
    cc: tuple[Mailbox, ...] = ()
    files: tuple[Enclosure, ...] = ()

    @property
    def recipients(self) -> tuple[Mailbox, ...]:
        return (*self.to, *self.cc)


class Result(StrEnum):
    """The outcome of one attempt, as far as it is known."""

    ACCEPTED = "accepted"
    AGAIN = "again"  # surely not sent
    REFUSED = "refused"
    ASKS = "asks"  # it may have gone out


@dataclass(frozen=True)
class RefusedRecipient:
    """One recipient that the server refused for good, with its status."""

    address: str
    status: str


@dataclass(frozen=True)
class Delivery:
    """The result of one attempt. `sentence` says why, unless it was accepted."""

    result: Result
    sentence: str = ""
    refused: tuple[RefusedRecipient, ...] = ()
