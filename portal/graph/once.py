"""Send a write once, and tell whether one that failed can have reached Microsoft."""

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol, TypeVar

from portal import clock
from portal.errors import PortalError
from portal.graph.calls import Call
from portal.graph.errors import TokenRefused, TooSlow

# Names of what requests and urllib3 raise before a connection carries anything.
NOT_CONNECTED = {
    "ConnectTimeout",
    "ConnectTimeoutError",
    "NewConnectionError",
    "NameResolutionError",
    "ProxyError",
}
# Reasons of OpenSSL that end a handshake; others may also cut a connection in use.
OF_A_HANDSHAKE = (
    "CERTIFICATE_VERIFY_FAILED",
    "WRONG_VERSION_NUMBER",
    "UNSUPPORTED_PROTOCOL",
    "HANDSHAKE_FAILURE",
    "TLSV1_ALERT_PROTOCOL_VERSION",
)
E = TypeVar("E", bound=PortalError)


class Closable(Protocol):
    def close(self) -> None: ...


class Sender(Protocol):
    """A GraphClient, as far as sending once goes."""

    @property
    def session(self) -> Closable: ...
    def token(self, was_refused: bool, /) -> str: ...
    def send(self, call: Call, token: str) -> bytes: ...


def post(graph: Sender, call: Call, *, not_after: datetime) -> None:
    """Send a prepared write over a new connection, and nothing a second time.

    Raises what went wrong; `is_unsent` where nothing can have reached Microsoft. A refused token
    is renewed for the next call.
    """
    token = _token(graph, was_refused=False)
    graph.session.close()  # a connection that idled may be cut just as the write goes over it
    # The clock that a call is measured with stands still while the machine sleeps.
    if clock.utc_now() >= not_after:
        raise unsent(TooSlow())
    try:
        graph.send(call, token)
    except TokenRefused:
        _token(graph, was_refused=True)
        raise


def _token(graph: Sender, *, was_refused: bool) -> str:
    try:
        return graph.token(was_refused)
    except PortalError as error:
        unsent(error)
        raise


def unsent(error: E) -> E:
    error.is_unsent = True
    return error


def never_left(error: BaseException) -> bool:
    """Whether no connection was made: refused, no such name, a proxy, TLS, or no time.

    A connection that was made may have carried the request, whatever happened to it later.
    """
    return any(_is_of_connecting(each) for each in _causes(error))


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error with those below it, as requests and urllib3 wrap them."""
    left, seen = [error], set[int]()
    while left:
        each = left.pop()
        if id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        below = (each.__cause__, each.__context__, getattr(each, "reason", None), *each.args)
        left += [one for one in below if isinstance(one, BaseException)]


def _is_of_connecting(error: BaseException) -> bool:
    reason = getattr(error, "reason", None)
    if isinstance(reason, str):  # of OpenSSL
        return any(each in reason for each in OF_A_HANDSHAKE)
    return type(error).__name__ in NOT_CONNECTED
