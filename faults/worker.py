"""What becomes of workers: killed at any moment, two at once, people who go meanwhile."""

import random
import time
from collections.abc import Callable

from faults import office, programs
from faults.letters import ROSA
from faults.office import Scene
from faults.outcome import Outcome
from portal.candidates import store as candidates
from portal.clock import utc_now
from portal.email import forgetting
from portal.users import administration


def killed(*, kills: int = 20, letters: int = 400) -> Outcome:
    """kill -9 at random moments of a first sync; the next worker goes on."""
    dice = random.Random(8)  # noqa: S311  # the same moments each time, as far as a machine allows
    with office.scene(letters=letters) as scene:
        for _ in range(kills):
            before = scene.value(office.LOOKED)
            running = programs.start_worker(scene, page=4)
            scene.until(lambda before=before: _got_on(scene, before), "it got on")
            time.sleep(dice.uniform(0, 0.15))
            running.kill()
            running.wait()
            scene.struck += 1
            scene.hurry(is_dead=True)
        scene.recover()
        return scene.outcome()


def _got_on(scene: Scene, before: int) -> bool:
    """With new letters where all others are read."""
    if scene.place.is_idle():
        scene.deliver(20)
        scene.hurry()
    return scene.value(office.LOOKED) > before


def two_at_once(*, letters: int = 150) -> Outcome:
    with office.scene(letters=letters) as scene:
        with programs.worker(scene), programs.worker(scene):
            scene.settle()
            scene.deliver(20)
            scene.settle()
        scene.struck = 2
        scene.recover()
        return scene.outcome()


def _in_the_middle(scene: Scene, strike: Callable[[], None]) -> None:
    with programs.worker(scene):
        scene.until(lambda: scene.value(office.LOOKED) > 20, "a sync was under way")
        strike()
        scene.struck += 1
        time.sleep(2)


def candidate_deleted(*, letters: int = 150) -> Outcome:
    """Nothing of them stays, and the next candidate's mail comes."""
    with office.scene(letters=letters) as scene:

        def strike() -> None:
            db = scene.place.services.db
            candidate = candidates.candidate(db, scene.candidate)
            forgetting.delete_candidate(db, candidate, actor=office.ACTOR, now=utc_now())

        _in_the_middle(scene, strike)
        if scene.place.feeds().get(scene.candidate):
            scene.wrong.append("the feed of a candidate who is deleted still shows mail")
        with programs.worker(scene):
            scene.settle()
            if scene.value("select count(*) from messages"):
                scene.wrong.append("messages of a candidate who is deleted stayed")
            scene.candidate = scene.place.add_candidate("Rosa Ortega", [ROSA])
            time.sleep(1.5)
        scene.recover()
        return scene.outcome(checked=f"nothing of them stays, then: {office.CHECKED}")


def member_disabled(*, letters: int = 150) -> Outcome:
    """Nothing more comes while they are disabled, all of it once they are back."""
    with office.scene(letters=letters) as scene:
        _in_the_middle(scene, lambda: _enable(scene, enabled=False))
        before = scene.value(office.LOOKED)
        with programs.worker(scene):
            scene.hurry()
            time.sleep(3)
            if scene.value(office.LOOKED) > before:
                scene.wrong.append("mail of a person who is disabled was read")
        _enable(scene, enabled=True)
        scene.recover()
        return scene.outcome(checked=f"nothing read meanwhile, then: {office.CHECKED}")


def _enable(scene: Scene, *, enabled: bool) -> None:
    administration.set_enabled(
        scene.place.services.db, scene.user_id, enabled=enabled, actor=office.ACTOR, now=utc_now()
    )


FAULTS = {
    "worker-killed": killed,
    "two-workers": two_at_once,
    "candidate-deleted": candidate_deleted,
    "member-disabled": member_disabled,
}
