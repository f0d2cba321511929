"""Missing or wrong token keys, and a restored backup."""

import base64
import secrets
import subprocess
from dataclasses import replace
from pathlib import Path

from faults.harness import fault_run, programs
from faults.harness.fault_run import FaultRun
from faults.harness.invariants import outcome_of
from faults.harness.outcome import Faults, Outcome
from portal.config import Config
from portal.services import build_services


def keys_gone(*, messages: int = 10) -> Outcome:
    """Without the right keys the worker refuses to start, says why and creates no new ones."""
    with fault_run.one_mailbox(messages=messages) as run:
        path = run.services.config.token_keys_file
        right = path.read_bytes()
        for wrong in (
            None,
            b"",
            b"rubbish\n",
            base64.b64encode(secrets.token_bytes(32)),
            right[:20],
        ):
            if wrong is None:
                path.unlink()
            else:
                path.touch(mode=0o600)
                path.write_bytes(wrong)
            _require_refusal(run, path, wrong)
        path.touch(mode=0o600)
        path.write_bytes(right)
        run.recover()
        return outcome_of(run, checked=f"refuses in words; {fault_run.CHECKED}", inputs=run.struck)


def _require_refusal(run: FaultRun, path: Path, wrong: bytes | None) -> None:
    before = len(run.log.read_text()) if run.log.exists() else 0
    started = programs.start(run, "-m", "flask", "--app", "wsgi", "worker")
    run.struck += 1
    try:
        code = started.wait(30)
    except subprocess.TimeoutExpired:
        started.kill()
        code = 0
    told = run.log.read_text()[before:]
    if code == 0 or "does not start" not in told or " key" not in told:
        run.wrong.append(f"it started with {wrong!r} for its keys")
    if path.exists() is (wrong is None):
        run.wrong.append("the key file was made or lost by a start")


def _open(run: FaultRun, instance: Path) -> None:
    """Continue the run with the database and keys in this folder."""
    variables = {**run.environment.variables, "PORTAL_INSTANCE": str(instance)}
    services = build_services(Config.from_environment(variables))
    run.environment = replace(run.environment, services=services, variables=variables)


def restored(*, messages: int = 150) -> Outcome:
    """Restore a backup taken during a sync into a new folder; the sync continues there."""
    with fault_run.one_mailbox(messages=messages) as run:
        copy, fresh = run.folder / "copy.db", run.folder / "fresh"
        with programs.worker(run):
            run.until_read(20, "a sync was under way")
            _flask(run, "backup", str(copy))
            run.settle()
            run.deliver(10)
            run.settle()
        run.struck = 1
        fresh.mkdir(mode=0o700)
        keys = run.services.config.token_keys_file
        (fresh / keys.name).touch(mode=0o600)
        (fresh / keys.name).write_bytes(keys.read_bytes())
        _flask(run, "restore", str(copy), PORTAL_INSTANCE=str(fresh))
        _open(run, fresh)
        run.make_due(is_dead=True)
        run.recover()
        return outcome_of(run, checked=f"restored elsewhere; {fault_run.CHECKED}")


def _flask(run: FaultRun, *arguments: str, **more: str) -> None:
    if programs.start(run, "-m", "flask", "--app", "wsgi", *arguments, **more).wait(60):
        run.wrong.append(f"flask {arguments[0]} failed")


FAULTS: Faults = {
    "keys-gone": keys_gone,
    "restored": restored,
}
