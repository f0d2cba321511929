"""Do one piece of work after another, each in a fork that can kill itself at a step.

Reads a line such as `{"work": "rotate", "kill_at": 17, "below": "/tmp/x", "arguments": {}}` and
answers "killed", "failed", or "done" with the number of steps. Opens nothing before the fork.
"""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

from faults.kills.kill_points import KillPoints
from portal import logs
from portal.audit.act import Act
from portal.audit.models import Actor
from portal.clock import utc_now
from portal.config import Config
from portal.email import sync
from portal.errors import PortalError
from portal.integrations import platforms
from portal.microsoft365 import consent_verification, renewal, subscription_teardown
from portal.microsoft365.models import ConsentRoute
from portal.microsoft365.permissions import Feature
from portal.services import Services, build_services
from portal.storage.sqlite_rows import SqliteRows
from portal.storage.upgrade import upgrade
from portal.upkeep import backups, key_rotation
from portal.worker.due import CHORES, KINDS
from portal.worker.queue import Lane, WorkKind
from portal.worker.retry import setback
from tests.storage.made_up import TOMORROW

sync.PAGE_SIZE = "odata.maxpagesize=5"  # so that a mailbox has several pages


def main() -> None:
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _do(**json.loads(line))
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status):
            _say("killed")
        elif os.waitstatus_to_exitcode(status):
            _say("failed")


def _do(work: str, kill_at: int, below: str, arguments: dict[str, str]) -> None:
    """Do the work and end this process."""
    code = 1
    try:
        logs.configure()
        kill_points = KillPoints(kill_at)
        kill_points.watch(Path(below))
        WORK[work](**arguments)
        _say(f"done {kill_points.count}")
        code = 0
    finally:
        if code:
            sys.excepthook(*sys.exc_info())
        os._exit(code)


def _say(word: str) -> None:
    sys.stdout.write(word + "\n")
    sys.stdout.flush()


def _config() -> Config:
    return Config.from_environment(os.environ)


def _due(kind: str = "") -> None:
    """Do what a worker does, in sequence, until nothing is due, of one kind or of all."""
    services = build_services(_config())
    kinds = [each for each in KINDS if kind in ("", each.name)]
    for chore in CHORES:
        chore.run(services, utc_now())
    while any(_done(services, each, lane) for each in kinds for lane in each.lanes):
        pass


def _done(services: Services, kind: WorkKind[Services], lane: Lane) -> bool:
    claimed = kind.claim(services, "kill worker", now=utc_now(), which=lane.which)
    if claimed is None:
        return False
    try:
        kind.work(services, claimed, lambda: False)
    except PortalError as error:  # such as a subscription, which needs a web that answers
        kind.fail(services, claimed, setback(error), now=utc_now())
    return True


def _refresh(user_id: str) -> None:
    services = build_services(_config())
    renewal.token_for(
        services.rows,
        services.vault,
        services.microsoft365.oauth,
        user_id=user_id,
        feature=Feature.EMAIL_SYNC,
    )


def _migrate(path: str) -> None:
    backups = Path(path).parent / "backups"
    upgrade(SqliteRows(Path(path)), backups=backups, migrations=TOMORROW)


def _rotate() -> None:
    key_rotation.rotate(build_services(_config()), now=utc_now())


def _back_up(path: str) -> None:
    backups.back_up(build_services(_config()), Path(path), now=utc_now())


def _restore(path: str) -> None:
    backups.restore(_config(), Path(path), now=utc_now())


def _consent() -> None:
    services = build_services(_config())
    consent_verification.prove(
        services.rows,
        services.microsoft365,
        route=ConsentRoute.HERE,
        actor=Actor.system("faults"),
        is_patient=False,
    )


def _disable() -> None:
    services = build_services(_config())
    rows, microsoft365 = services.rows, services.microsoft365
    opened = subscription_teardown.all_open(rows, services.vault, microsoft365)
    platforms.disable_microsoft_365(
        Act(rows, Actor.system("faults"), utc_now()),
    )
    subscription_teardown.close(opened)


WORK: dict[str, Callable[..., None]] = {
    "due": _due,
    "refresh": _refresh,
    "migrate": _migrate,
    "rotate": _rotate,
    "backup": _back_up,
    "restore": _restore,
    "consent": _consent,
    "disable": _disable,
}

if __name__ == "__main__":
    main()
