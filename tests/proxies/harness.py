"""Both proxy examples, run in front of a portal as its unit starts it."""

import os
import re
import signal
import socket
import ssl
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse, IncompleteRead
from pathlib import Path
from types import MappingProxyType
from wsgiref.simple_server import WSGIRequestHandler

import pytest

from sandbox import certificate
from tests.browser.demo import free_ports
from tests.support.commands import running
from tests.support.needs import ROOT, caddy, nginx

EXAMPLES = ROOT / "docs" / "examples"
HOST = "portal.example.com"


@dataclass(frozen=True)
class Ports:
    """Where the proxy listens, and where its portal does."""

    plain: int
    secure: int
    portal: int


@dataclass(frozen=True)
class Proxy:
    """A proxy that runs one of the examples."""

    folder: Path
    ports: Ports
    trusted: ssl.SSLContext

    def connection(self, *, secure: bool = True) -> HTTPConnection:
        found = HTTPConnection(HOST, timeout=30)
        found.sock = (
            self.opened()
            if secure
            else socket.create_connection(("127.0.0.1", self.ports.plain), timeout=30)
        )
        return found

    def opened(self, peer: str = "127.0.0.1") -> ssl.SSLSocket:
        """A connection from this address."""
        plain = socket.create_connection(
            ("127.0.0.1", self.ports.secure), timeout=30, source_address=(peer, 0)
        )
        return self.trusted.wrap_socket(plain, server_hostname=HOST)

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
        *,
        secure: bool = True,
    ) -> tuple[HTTPResponse, bytes]:
        with closing(self.connection(secure=secure)) as connection:
            with suppress(BrokenPipeError, ConnectionResetError):
                # A proxy that refuses a large body may have answered before it is sent.
                connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            try:
                return answer, answer.read()
            except IncompleteRead as cut:
                # A proxy that refuses a large body may close before its page is read.
                return answer, cut.partial

    def reload(self) -> None:
        """Do to nginx what `nginx -s reload` does."""
        os.kill(int((self.folder / "nginx.pid").read_text()), signal.SIGHUP)

    def logged(self) -> str:
        return "".join(path.read_text() for path in self.folder.glob("*.log"))


class Quiet(WSGIRequestHandler):
    """Writes no line for each request."""

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""


def nginx_command(
    folder: Path, ports: Ports, chain: Path, key: Path, sooner: Mapping[str, str]
) -> list[str]:
    text = example("nginx.conf", sooner)
    text = re.sub(r"\n *listen \[::\].*", "", text)  # not every machine has IPv6
    text = re.sub(r"listen 80;", f"listen 127.0.0.1:{ports.plain};", text)
    text = re.sub(r"listen 443 ", f"listen 127.0.0.1:{ports.secure} ", text)
    text = changed(
        text,
        {
            "127.0.0.1:8000": f"127.0.0.1:{ports.portal}",
            "/etc/ssl/portal/fullchain.pem": str(chain),
            "/etc/ssl/portal/privkey.pem": str(key),
            "/var/log/nginx": str(folder),
        },
    )
    (folder / "portal.conf").write_text(text)
    (folder / "main.conf").write_text(example("nginx-main.conf", sooner))
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    places = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    user = "user root;\n" if os.geteuid() == 0 else ""  # tests of root keep their folders closed
    (folder / "nginx.conf").write_text(
        f"{user}daemon off;\npid {folder}/nginx.pid;\nerror_log {folder}/error.log;\n"
        f"include {folder}/main.conf;\nevents {{ worker_connections 4096; }}\n"
        f"http {{ {places} include {folder}/portal.conf; }}\n"
    )
    return [str(nginx()), "-p", str(folder), "-c", str(folder / "nginx.conf")]


def caddy_command(
    folder: Path, ports: Ports, chain: Path, key: Path, sooner: Mapping[str, str]
) -> list[str]:
    text = example("Caddyfile", sooner)
    of_the_test = (
        f"{{\n\tadmin off\n\tdefault_bind 127.0.0.1\n"
        f"\thttp_port {ports.plain}\n\thttps_port {ports.secure}\n\tservers {{"
    )
    text = changed(
        text,
        {
            "{\n\tservers {": of_the_test,
            "tls {": f"tls {chain} {key} {{",
            "127.0.0.1:8000": f"127.0.0.1:{ports.portal}",
            **({"request_buffers": "buffer_requests\n\t\tmax_buffer_size"} if is_old() else {}),
        },
    )
    (folder / "Caddyfile").write_text(text)
    return [str(caddy()), "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]


def is_old() -> bool:
    """Whether this Caddy is of before 2.6.4."""
    done = subprocess.run([str(caddy()), "version"], capture_output=True, text=True, check=True)
    return [int(part) for part in re.findall(r"\d+", done.stdout)[:3]] < [2, 6, 4]


def changed(text: str, changes: Mapping[str, str]) -> str:
    """Replace what the example says; one that no longer says it fails."""
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    return text


def example(name: str, sooner: Mapping[str, str]) -> str:
    """Read an example, with the limits that it names shortened."""
    text = (EXAMPLES / name).read_text("utf-8")
    return changed(text, {old: new for old, new in sooner.items() if old in text})


COMMANDS = {"nginx": nginx_command, "caddy": caddy_command}
PROXIES = [pytest.param(name, marks=getattr(pytest.mark, name)) for name in COMMANDS]


@contextmanager
def proxy(
    name: str, folder: Path, portal_port: int, *, sooner: Mapping[str, str] = MappingProxyType({})
) -> Iterator[Proxy]:
    """Run a proxy, with some of its example's limits shortened."""
    said = "".join(path.read_text("utf-8") for path in EXAMPLES.iterdir())
    assert all(old in said for old in sooner)
    plain, secure = free_ports(2)
    ports = Ports(plain, secure, portal_port)
    folder.mkdir()
    chain, key = certificate.make(folder, host=HOST)
    command = COMMANDS[name](folder, ports, chain, key, sooner)
    homes = {each: str(folder) for each in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME")}
    with running(command, folder / "output.log", ports.secure, **homes):
        yield Proxy(folder, ports, ssl.create_default_context(cafile=str(chain)))
