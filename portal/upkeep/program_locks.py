"""Locks that tell which programs have the database open. A lock ends with its process."""

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from portal.errors import PortalError

# In the order in which the sentence names them.
PROGRAMS = {
    "web": "The web is running. Stop it first (systemctl stop portal-web)",
    "worker": "A worker is running. Stop it first (systemctl stop portal-worker)",
    "command": "A command of flask --app wsgi is running. Wait for it, or stop it",
}

_held: list[int] = []


class StillRunning(PortalError):
    """A program is still running. The sentence says what to stop."""


class BeingRestored(PortalError):
    """A restore is replacing the rows at this moment."""


def program(arguments: Sequence[str]) -> str:
    """The kind of program this process is. gunicorn and `flask run` both serve pages."""
    started, *words = arguments
    is_flask = "flask" in (Path(started).stem, Path(started).parent.name)
    if not is_flask or "run" in words:
        return "web"
    return "worker" if "worker" in words else "command"


def hold(instance: Path, name: str) -> None:
    """Hold a shared lock until this process ends."""
    number = _opened(instance, name)
    if not _is_taken(number, fcntl.LOCK_SH):
        os.close(number)
        raise BeingRestored("A backup is being restored. Start again when that is done.")
    _held.append(number)


@contextmanager
def nobody_else(instance: Path) -> Iterator[None]:
    """Hold the lock alone, so that no program can start. Refused while one runs."""
    with ExitStack() as stack:
        for name, sentence in PROGRAMS.items():
            number = _opened(instance, name)
            stack.callback(os.close, number)
            if not _is_taken(number, fcntl.LOCK_EX):
                raise StillRunning(f"{sentence}, then try again. Nothing was changed.")
        yield


def _opened(instance: Path, name: str) -> int:
    return os.open(instance / f"{name}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _is_taken(number: int, kind: int) -> bool:
    try:
        fcntl.flock(number, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
