"""Microsoft fails: refusals, cut answers and cursors that expire."""

import time

from faults import office, programs
from faults.office import Scene
from faults.outcome import Outcome

KINDS: tuple[dict[str, object], ...] = (
    {"status": 429, "retryAfter": 1},
    {"status": 503},
    {"status": 500},
    {"status": 504},
    {"truncate": True},
    {"reset": True},
    {"status": 200, "body": '{"value": [{"id": "A'},
    {"status": 200, "body": "[]"},
    {"status": 429, "retryAfter": 120},
)
MAIL = "messages|batch"


def refusals(*, rounds: int = 5, letters: int = 400) -> Outcome:
    """One in some twenty calls is refused, cut, or answered with what is no answer."""
    with office.scene(letters=letters) as scene:
        calls = len(scene.place.sandbox.control("GET", "requests")["value"])
        with programs.worker(scene):
            for plan in KINDS * rounds:
                scene.fault(MAIL, times=1, **plan)
                scene.struck += 1
                before = _calls(scene)
                scene.until(lambda before=before: _is_on(scene, before), "twenty calls were made")
            scene.mend()
        scene.recover()
        made = _calls(scene) - calls
        return scene.outcome(checked=f"1 in {made // max(1, scene.struck)}: {office.CHECKED}")


def _calls(scene: Scene) -> int:
    row = scene.place.sandbox.state.row("select count(*) as n from requests")
    return int(row["n"]) if row else 0


def _is_on(scene: Scene, before: int) -> bool:
    """Some twenty calls further, or waiting for something to do."""
    if scene.place.is_idle():
        scene.deliver(5)
    if scene.value("select count(*) from mailboxes where failure is not null or stage='following'"):
        scene.hurry()
    return _calls(scene) >= before + 20


def delta_expired(*, letters: int = 120) -> Outcome:
    """In the middle of the walk and while following, in both of Microsoft's spellings."""
    with office.scene(letters=letters) as scene:
        for code in ("syncStateNotFound", "resyncRequired"):
            with programs.worker(scene):
                scene.until(lambda: scene.value(office.LOOKED) > 10, "a sync was under way")
                scene.tenant(deltaErrorCode=code, deltaLifetime=0)
                scene.hurry()
                scene.struck += 1
                time.sleep(3)
                scene.tenant(deltaLifetime=7 * 24 * 3600)
                scene.settle()
                scene.deliver(5)
        scene.recover()
        return scene.outcome()


FAULTS = {
    "refusals": refusals,
    "delta-expired": delta_expired,
}
