"""Which programs have the portal's rows open: each holds a lock that ends with it, even by kill."""

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from portal.errors import PortalError

# In the order in which they are named to somebody who has to stop them.
PROGRAMS = {
    "web": "The web is running. Stop it first (systemctl stop portal-web)",
    "worker": "A worker is running. Stop it first (systemctl stop portal-worker)",
    "command": "A command of flask --app wsgi is running. Wait for it, or stop it",
}

_held: list[int] = []


class StillRunning(PortalError):
    """Nothing was changed; the sentence says what to stop."""


class BeingRestored(PortalError):
    """The rows are being replaced at this moment."""


def program(arguments: Sequence[str]) -> str:
    """Who started us: gunicorn serves pages, and so does `flask run`."""
    started, *words = arguments
    is_flask = "flask" in (Path(started).stem, Path(started).parent.name)
    if not is_flask or "run" in words:
        return "web"
    return "worker" if "worker" in words else "command"


def hold(instance: Path, name: str) -> None:
    """Until this process ends; any number of programs hold it together."""
    number = _opened(instance, name)
    if not _is_taken(number, fcntl.LOCK_SH):
        os.close(number)
        raise BeingRestored("A backup is being restored. Start again when that is done.")
    _held.append(number)


@contextmanager
def nobody_else(instance: Path) -> Iterator[None]:
    """Refused while a program has the rows open; until the end, none can start."""
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
