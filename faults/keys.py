"""Keys that are gone, wrong or being changed, and rows that come back from a backup."""

import base64
import secrets
import subprocess
from dataclasses import replace
from pathlib import Path

from faults import office, programs
from faults.office import Scene
from faults.outcome import Outcome
from portal.config import Config
from portal.services import build_services


def keys_gone(*, letters: int = 10) -> Outcome:
    """Without the right keys it refuses to start, says why and makes no new ones."""
    with office.scene(letters=letters) as scene:
        path = scene.place.services.config.token_keys_file
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
            _insist_on_refusal(scene, path, wrong)
        path.touch(mode=0o600)
        path.write_bytes(right)
        scene.recover()
        return scene.outcome(checked=f"refuses in words; {office.CHECKED}", inputs=scene.struck)


def _insist_on_refusal(scene: Scene, path: Path, wrong: bytes | None) -> None:
    before = len(scene.log.read_text()) if scene.log.exists() else 0
    started = programs.start(scene, "-m", "flask", "--app", "wsgi", "worker")
    scene.struck += 1
    try:
        code = started.wait(30)
    except subprocess.TimeoutExpired:
        started.kill()
        code = 0
    told = scene.log.read_text()[before:]
    if code == 0 or "does not start" not in told or " key" not in told:
        scene.wrong.append(f"it started with {wrong!r} for its keys")
    if path.exists() is (wrong is None):
        scene.wrong.append("the key file was made or lost by a start")


def _open(scene: Scene, instance: Path) -> None:
    """From now on with the rows and keys that are in this folder."""
    environment = {**scene.place.environment, "PORTAL_INSTANCE": str(instance)}
    services = build_services(Config.from_environment(environment))
    scene.place = replace(scene.place, services=services, environment=environment)


def restored(*, letters: int = 150) -> Outcome:
    """A backup taken in the middle of a sync, in a new folder: it goes on from there."""
    with office.scene(letters=letters) as scene:
        copy, fresh = scene.folder / "copy.db", scene.folder / "fresh"
        with programs.worker(scene):
            scene.until(lambda: scene.value(office.LOOKED) > 20, "a sync was under way")
            _flask(scene, "backup", str(copy))
            scene.settle()
            scene.deliver(10)
            scene.settle()
        scene.struck = 1
        fresh.mkdir(mode=0o700)
        keys = scene.place.services.config.token_keys_file
        (fresh / keys.name).touch(mode=0o600)
        (fresh / keys.name).write_bytes(keys.read_bytes())
        _flask(scene, "restore", str(copy), PORTAL_INSTANCE=str(fresh))
        _open(scene, fresh)
        scene.hurry(is_dead=True)
        scene.recover()
        return scene.outcome(checked=f"restored elsewhere; {office.CHECKED}")


def _flask(scene: Scene, *arguments: str, **more: str) -> None:
    if programs.start(scene, "-m", "flask", "--app", "wsgi", *arguments, **more).wait(60):
        scene.wrong.append(f"flask {arguments[0]} failed")


FAULTS = {
    "keys-gone": keys_gone,
    "restored": restored,
}
