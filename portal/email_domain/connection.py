"""The only connection to mail servers: encrypted, verified, and to allowed addresses alone."""

import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from requests.utils import DEFAULT_CA_BUNDLE_PATH

from portal import clock
from portal.addresses import ascii_domain
from portal.email_domain.rules import Reach
from portal.graph import time_limits
from portal.graph.client import Surroundings
from portal.smtp_config import Security, SmtpConfig

CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 30.0
# For a whole call: the claim on a mail lasts longer. A page has less.
TOTAL_SECONDS = 60.0
MOST_ADDRESSES = 4


class NotEncrypted(Exception):
    """The server offers no encryption, or a machine in between removed the offer."""


class NotVerified(Exception):
    """The certificate of the server is not one to trust."""


class NoCommonEncryption(Exception):
    """The server and Portal know no encryption that both accept, or it broke at the start."""


class Server(smtplib.SMTP):
    """A connection that is encrypted before it says anything that matters."""

    def __init__(self, smtp: SmtpConfig, reach: Reach) -> None:
        self._reach = reach
        self._context = trusted(smtp.host)
        self._is_tls = smtp.security is Security.TLS
        self._limit = threading.Timer(_seconds_left(), self._cut)
        self._limit.daemon = True
        self._limit.start()
        try:
            super().__init__(
                smtp.host,
                smtp.port,
                local_hostname=ascii_domain(smtp.domain),
                timeout=ANSWER_SECONDS,
            )
        except BaseException:
            self.close()
            raise

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        """Connect to the very address that was checked: a second lookup might answer another."""
        self.sock = _connected(host, port, self._reach)
        self.sock.settimeout(timeout)
        if self._is_tls:
            return self._context.wrap_socket(self.sock, server_hostname=host)
        return self.sock

    def encrypt(self) -> None:
        """Ask for STARTTLS. Raises NotEncrypted if the server does not offer it."""
        self.ehlo_or_helo_if_needed()
        if self._is_tls:
            return
        if not self.has_extn("starttls") or self.starttls(context=self._context)[0] != 220:
            raise NotEncrypted
        self.ehlo()

    def close(self) -> None:
        self._limit.cancel()
        super().close()

    def _cut(self) -> None:
        sock = self.sock
        if sock is not None:
            with suppress(OSError):
                # SSLSocket.shutdown() first forgets the encryption, and another thread may send.
                socket.socket.shutdown(sock, socket.SHUT_RDWR)


@contextmanager
def opened(smtp: SmtpConfig, reach: Reach) -> Iterator[Server]:
    """An encrypted connection after login. It is cut when the time of a call is over."""
    with closing(_encrypted(smtp, reach)) as server:
        if smtp.username:
            server.login(smtp.username, smtp.password)
        yield server


def _encrypted(smtp: SmtpConfig, reach: Reach) -> Server:
    try:
        server = Server(smtp, reach)
        try:
            server.encrypt()
        except BaseException:
            server.close()
            raise
    except ssl.SSLCertVerificationError as error:
        raise NotVerified from error
    except ssl.SSLError as error:
        raise NoCommonEncryption from error
    return server


def trusted(host: str) -> ssl.SSLContext:
    """The certificates that calls to Microsoft trust too, also a bundle the environment names."""
    bundle = Surroundings.towards(f"https://{host}").verify
    path = bundle if isinstance(bundle, str) else DEFAULT_CA_BUNDLE_PATH
    is_folder = Path(path).is_dir()
    return ssl.create_default_context(
        cafile=None if is_folder else path, capath=path if is_folder else None
    )


def _seconds_left() -> float:
    return max(0.1, time_limits.deadline(TOTAL_SECONDS) - clock.monotonic())


def _connected(host: str, port: int, reach: Reach) -> socket.socket:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[:MOST_ADDRESSES]
    for *_, address in found:
        reach.require_allowed(str(address[0]))
    failure = OSError("the name has no address")
    for family, kind, protocol, _, address in found:
        sock = socket.socket(family, kind, protocol)
        sock.settimeout(CONNECT_SECONDS)
        try:
            sock.connect(address)
        except OSError as error:
            sock.close()
            failure = error
        else:
            return sock
    raise failure
