"""Notice that the file of token keys was changed, so that running programs take the new ones."""

import logging
from pathlib import Path

from portal.config import Misconfigured, read_token_keys

log = logging.getLogger(__name__)
Mark = tuple[int, int, int] | None


class KeysFile:
    """Looked at whenever something is sealed or opened: that is seldom, and a look costs little."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen = self._mark()

    def newer(self) -> tuple[bytes, ...]:
        """The keys, if their file was changed; half written, it changes nothing."""
        mark = self._mark()
        if mark is None or mark == self._seen:
            return ()
        try:
            keys = read_token_keys(self._path)
        except (Misconfigured, OSError) as refusal:
            log.warning("the token keys stay as they were: %s", refusal)
            return ()
        self._seen = mark
        log.info("the token keys were read again: %s in the file", len(keys))
        return keys

    def _mark(self) -> Mark:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_ino, found.st_size
