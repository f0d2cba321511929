"""A mail server on this machine: TLS, login, and every fault that a mail can meet."""

import asyncio
import ssl
from asyncio import Server, WriteTransport
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

from aiosmtpd import smtp as aiosmtp
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from portal.smtp_config import Security, SmtpConfig
from sandbox.certificate import make as certificate_at

HOST, ADDRESS = "localhost", "127.0.0.1"
USERNAME = "portal"
PASSWORD = "correct horse battery"  # of a server that lives as long as a test


@dataclass
class Faults:
    """The faults of a server. Answers by recipient come before the one for all."""

    after_mail: str = ""
    by_recipient: dict[str, str] = field(default_factory=dict)
    to_data: str = ""
    cuts_at_recipient: bool = False
    cuts_after_data: bool = False
    stalls_for: float = 0.0


@dataclass
class MailServer:
    """A running server, what it took, and its faults."""

    port: int
    security: Security
    bundle: Path
    faults: Faults = field(default_factory=Faults)
    logins: list[str] = field(default_factory=list)
    taken: list[tuple[tuple[str, ...], EmailMessage]] = field(default_factory=list)

    def config(self, **changes: Any) -> SmtpConfig:
        usual: dict[str, Any] = {
            "host": HOST,
            "port": self.port,
            "security": self.security,
            "username": USERNAME,
            "password": PASSWORD,
            "from_address": "no-reply@mail.northwind.example",
            "from_name": "Northwind Hiring",
        }
        return SmtpConfig(**(usual | changes))

    def authenticate(
        self, _server: aiosmtp.SMTP, _session: Any, _envelope: Any, mechanism: str, given: Any
    ) -> AuthResult:
        self.logins.append(mechanism)
        is_right = given == LoginPassword(USERNAME.encode(), PASSWORD.encode())
        return AuthResult(success=is_right, handled=False)

    async def handle_MAIL(  # noqa: N802  # aiosmtpd calls it by the command
        self, _server: aiosmtp.SMTP, session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if not session.authenticated:
            return "530 5.7.0 authentication required"
        if self.faults.after_mail:
            return self.faults.after_mail
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802  # a name that aiosmtpd calls
        self, server: aiosmtp.SMTP, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if self.faults.cuts_at_recipient:
            _cut(server)
        answer = self.faults.by_recipient.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(  # noqa: N802  # a name that aiosmtpd calls
        self, server: aiosmtp.SMTP, _session: Any, envelope: Any
    ) -> str:
        if self.faults.to_data:
            return self.faults.to_data
        message = message_from_bytes(envelope.original_content, policy=SMTP)
        self.taken.append((tuple(envelope.rcpt_tos), message))
        await asyncio.sleep(self.faults.stalls_for)
        if self.faults.cuts_after_data:
            _cut(server)
        return "250 2.0.0 queued"


def _cut(server: aiosmtp.SMTP) -> None:
    assert isinstance(server.transport, WriteTransport)
    server.transport.abort()


class _Listening(Controller):
    """A controller at any free port."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]  # aiosmtpd types it not


@contextmanager
def running_mail_server(
    folder: Path,
    *,
    security: Security = Security.STARTTLS,
    certificate_for: str = HOST,
    offers_starttls: bool = True,
) -> Iterator[MailServer]:
    """Run a server; its certificate is also the bundle that trusts it."""
    certificate, key = certificate_at(folder, host=certificate_for)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = MailServer(0, security, certificate)
    is_tls = security is Security.TLS
    controller = _Listening(
        server,
        ADDRESS,
        0,
        ssl_context=context if is_tls else None,
        tls_context=context if offers_starttls and not is_tls else None,
        auth_require_tls=not is_tls,
        authenticator=server.authenticate,
    )
    controller.start()
    server.port = controller.port
    try:
        yield server
    finally:
        controller.stop()
