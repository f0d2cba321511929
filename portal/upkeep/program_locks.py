"""Locks that tell which programs have the database open. A lock ends with its process."""

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from portal.config import DATABASE
from portal.errors import PortalError

# In the order in which the sentence names them.
PROGRAMS = {
    "web": "The web is running. Stop it first (systemctl stop portal-web)",
    "worker": "A worker is running. Stop it first (systemctl stop portal-worker)",
    "command": "A command of flask --app wsgi is running. Wait for it, or stop it",
}

OPTIONS_WITH_VALUE = {"--app", "-A", "--env-file", "-e"}
# Every other command refuses a folder without a portal, since it was probably misnamed.
BEGINNERS = {"migrate", "make-admin"}

_held: list[int] = []


class StillRunning(PortalError):
    """A program is still running. The sentence says what to stop."""


class BeingRestored(PortalError):
    """A restore is replacing the rows at this moment."""


def program(arguments: Sequence[str]) -> str:
    """The kind of program this process is. gunicorn and `flask run` both serve pages."""
    started = Path(arguments[0])
    is_flask = "flask" in (started.stem, started.parent.name)
    name = command(arguments)
    if not is_flask or name == "run":
        return "web"
    return "worker" if name == "worker" else "command"


def command(arguments: Sequence[str]) -> str:
    """The command of flask: the first word that is neither an option nor its value."""
    words = iter(arguments[1:])
    for word in words:
        if word in OPTIONS_WITH_VALUE:
            next(words, None)
        elif not word.startswith("-"):
            return word
    return ""


def may_begin_a_portal(arguments: Sequence[str]) -> bool:
    """Whether this program may make a portal where there is none."""
    return program(arguments) != "command" or command(arguments) in BEGINNERS


def holds_portal(instance: Path) -> bool:
    """Whether a portal was ever started in this folder."""
    database = instance / DATABASE
    return database.is_file() and database.stat().st_size > 0


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
