"""One request to Graph with its limits of size and time. Pure."""

from dataclasses import dataclass, field
from typing import Any

from portal import clock

TOTAL_SECONDS = 60.0
BODY_LIMIT = 50 * 1024 * 1024
IMMUTABLE_IDS = 'IdType="ImmutableId"'


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
