"""Ids of our rows: UUIDs as text. No id can be guessed from another."""

import secrets
import threading
import uuid

from portal import clock

COUNTER_BITS = 12
RANDOM_BITS = 62


def new_id() -> str:
    """A random UUID."""
    return str(uuid.uuid4())


def new_ordered_id() -> str:
    """A UUID that sorts after each one made before it in this process: UUIDv7 of RFC 9562.

    For tables that grow without end: rows made together lie together in the index.
    """
    return str(_ordered.next_id())


class OrderedIds:
    """The counter of RFC 9562, 6.2, method 1, in the twelve bits that follow the milliseconds."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._place = 0  # milliseconds and counter as one number, so that a full counter carries

    def next_id(self) -> uuid.UUID:
        # Half of the counter is left free for the ids of the same millisecond.
        start = clock.milliseconds() << COUNTER_BITS | secrets.randbits(COUNTER_BITS - 1)
        with self._lock:
            self._place = place = max(self._place + 1, start)
        milliseconds, counter = divmod(place, 1 << COUNTER_BITS)
        return uuid.UUID(
            int=milliseconds << 80
            | 0x7 << 76
            | counter << 64
            | 0b10 << RANDOM_BITS
            | secrets.randbits(RANDOM_BITS)
        )


_ordered = OrderedIds()
