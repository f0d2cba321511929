"""Lines in the log for requests: of strangers a sample, and how many were left out.

A line has no URL, which may contain search words or a secret link.
"""

import logging
import threading
from collections import Counter
from dataclasses import dataclass, field

from portal.wording import counted

# In one minute, of each process.
LINES_OF_A_PEER = 30
LINES_OF_ALL = 300


log = logging.getLogger(__name__)


@dataclass
class Sample:
    """Counts of the present minute. A flood fills neither the log nor the memory."""

    _minute: int = 0
    _lines: Counter[str] = field(default_factory=Counter)
    _left_out: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def takes(self, peer: str) -> bool:
        """Whether this request of a peer gets a line."""
        with self._lock:
            if self._lines.total() < LINES_OF_ALL and self._lines[peer] < LINES_OF_A_PEER:
                self._lines[peer] += 1
                return True
            self._left_out += 1
            return False

    def left_out_before(self, *, now: float) -> int:
        """Begin a new minute if one is due; how many requests got no line in the last one."""
        with self._lock:
            if int(now // 60) == self._minute:
                return 0
            count, self._left_out = self._left_out, 0
            self._minute = int(now // 60)
            self._lines.clear()
            return count


strangers = Sample()


def note(line: str, *, peer: str, is_stranger: bool, now: float) -> None:
    """Log a request, unless its peer or all strangers together fill the log. `now`: seconds."""
    left_out = strangers.left_out_before(now=now)
    if left_out:
        log.info("%s of strangers got no line in the minute before", counted(left_out, "request"))
    if not is_stranger or strangers.takes(peer):
        log.info(line)
