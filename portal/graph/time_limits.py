"""The time one request has for everything it asks of others, shared by all its calls."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from portal import clock

# Seconds that a page may take for all its calls together.
PAGE_SECONDS = 10.0
NEVER = float("inf")
_ends_at: ContextVar[float] = ContextVar("ends_at", default=NEVER)


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
