"""Refuse every network address but this machine's while tests run."""

import ipaddress
import sys

OWN_NAMES = {"", "localhost", "localhost.localdomain"}


class Outside(RuntimeError):
    """A test tried to connect to another machine."""


def is_loopback(host: object) -> bool:
    """Whether a host is this machine. True for no host: a server that binds to any of its own."""
    if host is None:
        return True
    name = host.decode() if isinstance(host, bytes) else str(host)
    try:
        return ipaddress.ip_address(name.split("%")[0]).is_loopback
    except ValueError:
        return name in OWN_NAMES


def stay_inside() -> None:
    """Install an audit hook that Python calls before each connection and name lookup."""
    sys.addaudithook(_refuse_outside)


def _refuse_outside(event: str, arguments: tuple[object, ...]) -> None:
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else None
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = arguments[0]
    else:
        return
    if not is_loopback(host):
        raise Outside(f"Tests talk to this machine only, not to {host}.")
