"""Exchange's limit of concurrent requests for one application and one mailbox.

https://learn.microsoft.com/graph/throttling-limits
"""

import threading
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from flask import Flask, current_app, g, request

from sandbox.access import caller
from sandbox.database import current_state
from sandbox.directory import store
from sandbox.errors import GraphError
from sandbox.graph_paths import normalized
from sandbox.mailbox_paths import MAILBOX

Key = tuple[str, str]
# Graph runs this many parts of a batch at once.
PARTS_AT_ONCE = 4
MESSAGE = "Application is over its MailboxConcurrency limit."
TOO_MANY = "Application is over its RequestRate limit."
PLACES = "sandbox.places"
THROTTLED = "throttled"
PART = "sandbox.is_batch_part"


class Places:
    """The places that running requests take, for each application and mailbox."""

    def __init__(self) -> None:
        self.taken: Counter[Key] = Counter()
        # The most places that were taken or wanted at one time.
        self.highest: Counter[Key] = Counter()
        self.lock = threading.Lock()

    def take(self, key: Key, wanted: int, limit: int) -> int:
        """Take as many places as are wanted and free, and return their number.

        A limit of 0 is none.
        """
        with self.lock:
            taken = self.taken[key]
            self.highest[key] = max(self.highest[key], taken + wanted)
            number = max(min(wanted, limit - taken), 0) if limit else wanted
            self.taken[key] = taken + number
            return number

    def leave(self, key: Key, number: int) -> None:
        with self.lock:
            self.taken[key] -= number


def install(app: Flask) -> None:
    """Limit concurrent requests. An injected delay counts too."""
    places = app.extensions[PLACES] = Places()

    def enter() -> None:
        found = MAILBOX.match(request.path)
        if found is None:
            return
        try:
            key = _key(found["user"] or found["group"])
        except GraphError:
            # The route says what is wrong with the token, unless a fault answers before.
            return
        _refuse_throttled(key)
        # The batch around a part has taken its place already.
        if PART in request.environ:
            return
        limit = current_state().setting("mailboxConcurrency") or 0
        if not places.take(key, 1, limit):
            raise GraphError(429, "ApplicationThrottled", MESSAGE, headers={"Retry-After": "1"})
        g.occupied = key

    def leave(_: BaseException | None) -> None:
        key = g.pop("occupied", None)
        if key is not None:
            places.leave(key, 1)

    app.before_request(enter)
    app.teardown_request(leave)


def _refuse_throttled(key: Key) -> None:
    """Refuse a mailbox that control throttles, as `POST …/throttling` describes it."""
    state = current_state()
    plan = (state.setting(THROTTLED) or {}).get(key[1].lower())
    if plan is None or state.now().isoformat() >= plan["until"]:
        return
    wait = plan["retryAfter"]
    headers = {} if wait is None else {"Retry-After": str(wait)}
    raise GraphError(429, "ApplicationThrottled", TOO_MANY, headers=headers)


@contextmanager
def places_of_batch(parts: Sequence[dict[str, Any]]) -> Iterator[set[str]]:
    """Take places for the parts of a batch, and yield the ids of those that get none."""
    limit = current_state().setting("mailboxConcurrency") or 0
    places: Places = current_app.extensions[PLACES]
    width = min(PARTS_AT_ONCE, _widest(parts))
    by_mailbox = _by_mailbox(parts)
    taken: dict[Key, int] = {}
    refused: set[str] = set()
    for key, ids in by_mailbox.items():
        wanted = min(width, len(ids))
        taken[key] = places.take(key, wanted, limit)
        refused |= {one for number, one in enumerate(ids) if number % wanted >= taken[key]}
    try:
        yield refused
    finally:
        for key, number in taken.items():
            places.leave(key, number)


def _widest(parts: Sequence[dict[str, Any]]) -> int:
    """Count the most parts that may run together. One that depends on others runs after them."""
    turns: dict[str, int] = {}
    for part in parts:
        turns[part["id"]] = 1 + max((turns[one] for one in part.get("dependsOn") or ()), default=0)
    return max(Counter(turns.values()).values())


def _by_mailbox(parts: Sequence[dict[str, Any]]) -> dict[Key, list[str]]:
    found: dict[Key, list[str]] = defaultdict(list)
    for part in parts:
        match = MAILBOX.match(normalized(f"/v1.0{part['url']}"))
        if match:
            found[_key(match["user"] or match["group"])].append(part["id"])
    return found


def _key(user: str | None) -> Key:
    """Identify application and mailbox, however the mailbox is named."""
    who = caller()
    reference = user or who.oid or ""
    row = store.person(current_state(), reference)
    return who.client_id, row["id"] if row else reference
