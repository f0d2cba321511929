"""Nothing but this machine is talked to while tests run: any other address is refused."""

import ipaddress
import sys

OWN_NAMES = {"", "localhost", "localhost.localdomain"}


class Outside(RuntimeError):
    """A test tried to leave this machine."""


def is_loopback(host: object) -> bool:
    """Also true for nothing at all, which is how a server says "any port of mine"."""
    if host is None:
        return True
    name = host.decode() if isinstance(host, bytes) else str(host)
    try:
        return ipaddress.ip_address(name.split("%")[0]).is_loopback
    except ValueError:
        return name in OWN_NAMES


def stay_inside() -> None:
    """Asked by Python itself before each connection and name look-up, whatever library makes it."""
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
