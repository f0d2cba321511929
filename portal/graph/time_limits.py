"""The time one request has for everything it asks of others, shared by all its calls."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Protocol, runtime_checkable

from portal import clock

# Seconds that a page may take for all its calls together.
PAGE_SECONDS = 10.0
NEVER = float("inf")
_ends_at: ContextVar[float] = ContextVar("ends_at", default=NEVER)


@runtime_checkable
class _Timed(Protocol):
    """A socket, as far as its time-out goes."""

    def gettimeout(self) -> float | None: ...
    def settimeout(self, value: float | None, /) -> None: ...
    def fileno(self) -> int: ...


@contextmanager
def within(seconds: float = PAGE_SECONDS) -> Iterator[None]:
    """Limit all calls inside the block together, because a person waits for them."""
    before = _ends_at.set(min(_ends_at.get(), clock.monotonic() + seconds))
    try:
        yield
    finally:
        _ends_at.reset(before)


def is_limited() -> bool:
    """Whether a person waits, as they do for every page. A worker has all the time it needs."""
    return _ends_at.get() != NEVER


def deadline(seconds: float) -> float:
    """When a call that may take `seconds` has to end, on the clock that is never set back."""
    return min(clock.monotonic() + seconds, _ends_at.get())


def timeouts(left: float, *, connect: float, read: float) -> tuple[float, float]:
    """Time-outs for connecting and for silence that together fit into the seconds left."""
    connecting = max(0.05, min(connect, left / 4))
    return connecting, max(0.1, min(read, left - connecting))


@contextmanager
def shrinking(raw: Any, deadline: float) -> Iterator[Callable[[], None]]:
    """Yield a function that cuts the time-out of a body's next read to what is left.

    Otherwise a body that stalls midway holds its reader for one more whole time-out. urllib3 sets
    a socket's time-out once for all reads of an answer, and offers no other way to the socket.
    """
    sock = _socket_of(raw)
    before = sock.gettimeout() if sock is not None else None

    def shrink() -> None:
        left = deadline - clock.monotonic()
        if left <= 0:
            raise TimeoutError
        # Closed as soon as the last byte came, or the other side cut the connection.
        if sock is not None and sock.fileno() >= 0:
            sock.settimeout(left if before is None else min(before, left))

    try:
        yield shrink
    finally:
        if sock is not None and sock.fileno() >= 0:
            sock.settimeout(before)  # The connection may serve another request.


def _socket_of(raw: Any) -> _Timed | None:
    reader = getattr(getattr(getattr(raw, "_fp", None), "fp", None), "raw", None)
    found = getattr(reader, "_sock", None)
    return found if isinstance(found, _Timed) else None
