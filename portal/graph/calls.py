"""One request to Graph with its limits of size and time. Pure."""

import random
from dataclasses import dataclass, field
from typing import Any

from portal import clock

TOTAL_SECONDS = 60.0
MOST_SECONDS_TO_WAIT = 10.0
BODY_LIMIT = 50 * 1024 * 1024
IMMUTABLE_IDS = 'IdType="ImmutableId"'
dice = random.SystemRandom()


@dataclass(frozen=True)
class Call:
    """One request without its token."""

    method: str
    address: str
    body: Any = None
    prefer: tuple[str, ...] = ()
    is_read: bool = True
    is_eventual: bool = False
    limit: int = BODY_LIMIT
    deadline: float = field(default_factory=lambda: clock.monotonic() + TOTAL_SECONDS)

    @property
    def seconds_left(self) -> float:
        return self.deadline - clock.monotonic()

    def can_wait(self, seconds: float) -> bool:
        """Whether there is time for another try after these seconds."""
        return seconds <= MOST_SECONDS_TO_WAIT and seconds < self.seconds_left

    def pause(self, told: float | None, number: int) -> float:
        """The seconds before the next try: as told, or twice as long as before the last."""
        return float(2 ** (number - 1) * dice.uniform(0.5, 1)) if told is None else told

    def headers(self, token: str, trace: str) -> dict[str, str]:
        headers = {
            "Accept": "application/json",
            "Authorization": f"Bearer {token}",
            "Prefer": ", ".join((IMMUTABLE_IDS, *self.prefer)),
            "User-Agent": "Portal",
            "client-request-id": trace,
        }
        eventual = {"ConsistencyLevel": "eventual"} if self.is_eventual else {}
        typed = {} if self.body is None else {"Content-Type": "application/json"}
        return headers | eventual | typed
